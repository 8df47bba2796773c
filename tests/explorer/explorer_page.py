"""What the Explorer's tests share."""

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "web/explorer"
# milliseconds; a busy machine is slow, not broken
PATIENCE = 300_000


def settled(page) -> None:
    """Wait until the page has drawn its state, curves and all."""
    page.wait_for_function("window.explorer && explorer.settled()")
