"""The Explorer's page, from the tables of a small experiment, open in headless Chromium."""

import os
import runpy

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import sync_playwright

from helpers.browser import CHROMIUM
from helpers.checkout import ROOT
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.spectrum import power_law
from scaling_spectra.teachers import with_exponent
from scaling_spectra_pipeline.explorer_sources import SOURCES
from scaling_spectra_pipeline.schemas import theory, training
from scaling_spectra_pipeline.schemas.columns import write

PAGE = SOURCES
# milliseconds; a busy machine is slow, not broken
PATIENCE = 300_000
START = {"network": "quadratic", "gamma": 0.75, "noise_var": 0.5, "dim": 40}


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three points of two replicas each that scatter about state evolution; the last is not certified."""
    rng = np.random.default_rng(1)
    solve = theory_of("quadratic").state_evolution
    spectrum = power_law(START["dim"], START["gamma"])
    trained, predicted = [], []
    for n_eff in (5.0, 20.0, 100.0):
        point = solve(spectrum, n_eff * START["dim"], 1.0, START["noise_var"])
        for replica in range(2):
            key = (
                {"network": START["network"], "teacher": "gamma0.75"}
                | START
                | {"decay_coefficient": 1.0, "decay_exponent": 0.0, "weight_decay": 1.0}
            )
            key |= {"n_eff": n_eff, "samples": int(n_eff * START["dim"]), "replica": replica}
            risk = point.risk * (1 + 0.05 * rng.standard_normal())
            outcome = {"method": "network", "solver": "L-BFGS", "risk": risk, "train_loss": point.train_loss}
            outcome |= {"objective": 1.0, "relative_gap": 1e-7, "iterations": 9, "rank": 4}
            trained.append({**key, **outcome, "converged": n_eff < 100, "unique": True, "status": "solved"})
            solution = {"delta": point.delta, "threshold": point.threshold, "risk": point.risk}
            solution |= {"divergence": point.divergence, "train_loss": point.train_loss, "status": point.status}
            predicted.append({**key, **solution})
    return pd.DataFrame(trained), pd.DataFrame(predicted)


def settled(page) -> None:
    """Wait until the page has drawn its state, curves and all."""
    until(page, "Boolean(window.explorer) && explorer.settled()")


def until(page, condition: str) -> None:
    """Wait for a condition; `page.wait_for_function` evaluates strings in the page, whose policy forbids it."""
    for _ in range(PATIENCE // 25):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(25)
    raise TimeoutError(condition)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The page's file, written by the script of the workflow."""
    folder = tmp_path_factory.mktemp("explorer")
    inputs = {}
    for name, table, schema in zip(("training", "theory"), tables(), (training.SCHEMA, theory.SCHEMA), strict=True):
        inputs[name] = str(folder / name / "excess_risk.csv")
        (folder / name).mkdir()
        write(table, inputs[name], schema)
    build = runpy.run_path(str(ROOT / "scripts/build_explorer.py"))["main"]
    build(inputs, str(folder / "explorer.html"), scale="test", teacher=with_exponent(START["gamma"]), noise_var=0.5)
    return folder / "explorer.html"


# its event loop would be in the way of Snakemake's in other modules
@pytest.fixture(scope="module")
def chromium():
    """Headless Chromium."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=sandbox, timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, built):
    """Open the page with an address after "#"; no error, no warning and no request may come of it."""
    contexts, complaints = [], []

    def complain(message):
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def open_page(address: str = "", **options):
        context = chromium.new_context(**options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: request.url.startswith("file:") or complaints.append(request.url))
        page.goto(built.as_uri() + address)
        settled(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
