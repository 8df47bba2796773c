"""The report of a smoke build: complete, one file, read in a real browser without a network."""

import base64
import json
import re
import shutil
from urllib.parse import unquote

import pandas as pd
import pytest

from helpers import small
from helpers.browser import offline_page
from helpers.checkout import ROOT, snakemake

TABLES = ("checks", "exponents", "spectral_phases")


@pytest.fixture(scope="module")
def built(smoke, tmp_path_factory):
    """Copy of the smoke build with its report."""
    folder = tmp_path_factory.mktemp("report") / "build"
    shutil.copytree(smoke, folder)
    config = ("--config", "scale=smoke", "--")
    # of a build that was checked before: its verdict stays
    pages = snakemake(folder, "--cores", "1", *config, "report")
    assert pages.returncode == 0, pages.stderr[-3000:]
    style = ("--report-stylesheet", str(ROOT / "workflow/report/style.css"))
    # without a verdict the pages of the last one do not do
    passed = folder / "results/smoke/checks.passed"
    passed.rename(folder / "passed")
    assert small.planned(ROOT, *config, "report", folder=folder).keys() >= {"check", "render_pages"}
    (folder / "passed").rename(passed)
    page = snakemake(folder, "--report", "report/smoke.html", *style, *config, "report")
    assert page.returncode == 0, page.stderr[-3000:]
    return folder


@pytest.fixture(scope="module")
def contents(built):
    """What the page holds: everything that it can show, by path."""
    text = (built / "report/smoke.html").read_text()
    return json.loads(re.search(r"^ *var results = (\{.*\});$", text, flags=re.MULTILINE)[1])


def words(text):
    return " ".join(text.split())


def test_every_figure_is_there_with_its_own_caption(built, contents):
    figures = sorted((built / "figures/smoke").glob("*.png"))
    assert len(figures) == len(list((ROOT / "scripts/figures").glob("*.py")))
    for figure in figures:
        shown = contents[f"figures/smoke/{figure.name}"]
        assert base64.b64decode(shown["data_uri"].split("base64,")[1]) == figure.read_bytes()
        caption = re.sub(r"<[^>]+>", "", shown["caption"])
        for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
            caption = caption.replace(entity, character)
        assert words(caption) == words(figure.with_suffix(".txt").read_text())


def test_the_explorer_is_linked(built):
    assert "../figures/smoke/explorer.html" in (built / "report/smoke.html").read_text()
    assert (built / "report/../figures/smoke/explorer.html").exists()


@pytest.mark.parametrize(
    ("name", "source"),
    [("exponents", "tables/exponent_summary.csv"), ("spectral_phases", "tables/spectral_phases.csv")],
)
def test_tables_have_every_row(built, contents, name, source):
    uri = contents[f"report/smoke/{name}.html"]["data_uri"]
    page = base64.b64decode(uri.split("base64,")[1]).decode() if "base64," in uri else unquote(uri)
    rows = len(pd.read_csv(built / "results/smoke" / source))
    # and the head
    assert page.count("<tr") == rows + 1


def test_checks_are_those_of_the_build(built):
    page = (built / "report/smoke/checks.html").read_text()
    findings = json.loads((built / "results/smoke/checks.json").read_text())["findings"]
    assert page.count("<td>passed</td>") + page.count("<td>FAILED</td>") == len(findings)
    assert page.count("<td>FAILED</td>") == sum(not finding["passed"] for finding in findings)


@pytest.mark.browser
def test_report_opens_in_a_browser_without_a_network(built, contents):
    with offline_page() as (page, complaints):
        address = (built / "report/smoke.html").as_uri()
        page.goto(address)
        page.get_by_text("root seed").wait_for()
        # the graph of the steps
        assert page.locator("canvas, svg.marks").first.bounding_box()["height"] > 100
        for category, label in (("Figures", "figure"), ("Tables", "table"), ("Checks", "table")):
            page.goto(address)
            page.get_by_text(category, exact=True).first.click()
            names = [shown["labels"][label] for shown in contents.values() if label in shown["labels"]]
            rows = [row for row in page.locator("tbody tr").all() if row.inner_text().strip() in names]
            expected = {"Figures": len(contents) - len(TABLES), "Tables": 2, "Checks": 1}[category]
            assert len(rows) == expected
            for row in rows if category == "Figures" else ():
                row.locator("a").first.click()
                image = page.locator("img[src^='data:image/png']").last
                image.wait_for()
                page.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth)")
                assert image.evaluate("image => image.naturalWidth") == 2070
                assert image.bounding_box()["width"] > 600
        page.goto(address)
        page.get_by_text("Statistics", exact=True).first.click()
        page.locator("canvas, svg.marks").first.wait_for()
        assert "train_networks" in page.evaluate("JSON.stringify(runtimes_spec)")
        assert complaints == []


@pytest.mark.browser
def test_pages_of_tables_open_alone(built):
    with offline_page() as (page, complaints):
        for name in TABLES:
            page.goto((built / f"report/smoke/{name}.html").as_uri())
            assert page.locator("tbody tr").count() > 5
        assert complaints == []
