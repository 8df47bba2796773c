"""Time of an update of the Explorer in headless Chromium.

    python benchmarks/explorer.py figures/laptop/explorer.html

An update computes and draws the point, its spectrum, the decomposition and coarse curves; after it the curves are
refined. Writes results/explorer.csv, in milliseconds: processor time of the page's thread from a change until all is
drawn, and the wall time of the update itself, which means something on an idle machine only.
"""

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import sync_playwright

RESULTS = Path(__file__).parent / "results"
STEPS = 20
ACTIONS = {
    "move the point": ("nEff", -0.5, 2.0),
    "change lambda": ("lambda", -1.0, 0.5),
    "change gamma": ("gamma", 0.6, 1.6),
}


def settle(page) -> None:
    """Wait until curves are fine."""
    while not page.evaluate("Boolean(window.explorer) && explorer.settled()"):
        page.wait_for_timeout(5)


def processor_time(session) -> float:
    """Milliseconds that the page's thread has computed so far."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return 1e3 * next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def main(page_file: str) -> None:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    rows = []
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=path, args=arguments, timeout=300_000).new_page()
        page.set_default_timeout(300_000)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        for network in ("diagonal", "quadratic"):
            for dim in (100, 10**6):
                page.goto(f"{Path(page_file).resolve().as_uri()}#network={network}&d={dim}&n_eff=20&lambda=0.3")
                page.reload()
                settle(page)
                for action, (slider, low, high) in ACTIONS.items():
                    times = []
                    # the first values warm up the browser's compiler
                    for value in np.linspace(low, high, STEPS + 5):
                        before = processor_time(session)
                        page.locator(f"#{slider}-slider").fill(f"{value:.2f}")
                        settle(page)
                        times.append((page.evaluate("explorer.timing.update"), processor_time(session) - before))
                    update, complete = np.array(times[5:]).T
                    rows.append(
                        {
                            "network": network,
                            "dim": dim,
                            "action": action,
                            "median_processor_time": np.median(complete),
                            "largest_processor_time": complete.max(),
                            "median_wall_time_of_update": np.median(update),
                        }
                    )
    table = pd.DataFrame(rows)
    table.to_csv(RESULTS / "explorer.csv", index=False, float_format="%.1f")
    print(table.to_string(index=False, float_format="%.1f"))


if __name__ == "__main__":
    main(sys.argv[1])
