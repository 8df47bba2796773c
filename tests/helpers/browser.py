"""A headless browser without a network, which remembers what pages complained about and asked for."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Request, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# part of the page itself
OWN = ("file:", "data:", "blob:")


@contextmanager
def offline_page() -> Iterator[tuple[Page, list[str]]]:
    """A page, and the list of its complaints: errors, and requests that leave this machine or fail."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(offline=True, viewport={"width": 1400, "height": 900}).new_page()
        page.set_default_timeout(120_000)
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("console", lambda line: complaints.append(f"console: {line.text}") if line.type == "error" else None)
        page.on("request", lambda asked: None if asked.url.startswith(OWN) else complaints.append(f"asks {asked.url}"))
        page.on("requestfailed", lambda failed: complaints.extend(_lacking(failed)))
        yield page, complaints
        browser.close()


def _lacking(failed: Request) -> list[str]:
    """What could not be had. A page that is left gives up what it still asks for, such as its icon."""
    return [] if failed.failure == "net::ERR_ABORTED" else [f"lacks {failed.url[:100]}"]
