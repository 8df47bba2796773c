"""The documentation site: strict build, formulas as MathML, every page read without a network."""

import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from helpers.browser import offline_page
from helpers.checkout import ROOT

sys.path.insert(0, str(ROOT / "docs/hooks"))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-3000:]
    return folder


def test_nothing_comes_from_another_server(site):
    for page in site.rglob("*.html"):
        text = page.read_text()
        loaded = re.findall(r'<(?:script|img|iframe)[^>]* src="(?:https?:)?//[^"]*"', text)
        loaded += re.findall(r'<link[^>]* rel="(?:stylesheet|preconnect|icon)"[^>]*href="(?:https?:)?//', text)
        assert loaded == [], page


def test_no_formula_is_left_as_tex(site):
    page = (site / "science.html").read_text()
    assert "arithmatex" not in page
    written = len(re.findall(r"\$\$.*?\$\$|\$[^$]+\$", (ROOT / "docs/science.md").read_text(), flags=re.DOTALL))
    assert page.count("<math") == written


def test_formula_becomes_mathml():
    from mathml import on_page_content

    shown = on_page_content('<span class="arithmatex">\\(a &lt; b^2\\)</span>')
    assert shown.startswith("<math")
    assert "<msup>" in shown
    assert "&lt;" in shown or "&#x0003C;" in shown


def test_bars_of_a_norm_do_not_stretch():
    from mathml import on_page_content

    shown = on_page_content(r'<span class="arithmatex">\(\lVert W \rVert_F^2\)</span>')
    assert shown.count('<mo stretchy="false">&#x02016;</mo>') == 2


def test_operators_are_no_letters():
    from mathml import on_page_content

    shown = on_page_content(r'<span class="arithmatex">\(|\theta^*| \sim S \succeq \pm 1\)</span>')
    assert re.findall("<mo>&#x0(.*?);</mo>", shown) == ["2217", "223C", "2AB0", "00B1"]
    assert shown.count('lspace="0"') == 2


def test_no_line_breaks_between_a_formula_and_its_comma():
    from mathml import on_page_content

    shown = on_page_content(
        r'holds (<span class="arithmatex">\(a\)</span>), of <span class="arithmatex">\(b\)</span> too'
    )
    assert re.sub("<math.*?</math>", "X", shown) == 'holds <span class="unbroken">(X),</span> of X too'


def test_a_figure_is_a_link_to_its_image(site):
    gallery = (site / "gallery/index.html").read_text(encoding="utf-8")
    assert gallery.count("<img ") == len(re.findall(r'<a href="(\w+\.png)"><img [^>]*src="\1"', gallery)) > 0


@pytest.mark.browser
def test_subscripts_stand_below_the_line(site):
    """Only in fonts that say how far; the browser's own choice need not be one."""
    style = (ROOT / "docs/stylesheets/site.css").read_text(encoding="utf-8")
    named = set(re.findall(r'"([^"]+)"', re.search(r"^math \{(.*?)\}", style, flags=re.DOTALL | re.MULTILINE)[1]))
    installed = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=True).stdout
    if not named & set(re.split("[,\n]", installed)):
        pytest.skip("no mathematical font here")
    with offline_page() as (browser, _):
        browser.goto((site / "science.html").as_uri())
        drops = browser.evaluate(
            """[...document.querySelectorAll("math msub:has(> mi:first-child)")].map((sub) => {
              const [base, low] = [...sub.children].map((child) => child.getBoundingClientRect().bottom);
              return (low - base) / parseFloat(getComputedStyle(sub).fontSize);
            })"""
        )
    assert len(drops) > 100
    assert min(drops) > 0.05


@pytest.mark.parametrize("built", [False, True])
def test_explorer_is_shown_where_there_is_a_copy(tmp_path, built):
    from explorer import on_page_markdown

    if built:
        (tmp_path / "gallery").mkdir()
        (tmp_path / "gallery/explorer.html").touch()
    page = SimpleNamespace(file=SimpleNamespace(src_uri="explorer.md"))
    shown = on_page_markdown((ROOT / "docs/explorer.md").read_text(), page, {"docs_dir": tmp_path})
    assert ('<iframe class="explorer" title="The Explorer" src="gallery/explorer.html"></iframe>' in shown) == built
    assert "<!--" not in shown


@pytest.mark.browser
def test_pages_open_without_a_network(site):
    pages = [page for page in sorted(site.rglob("*.html")) if page.name != "404.html"]
    assert len(pages) > 10
    with offline_page() as (browser, complaints):
        for path in pages:
            browser.goto(path.as_uri())
            assert browser.locator("h1").first.inner_text()
            assert browser.evaluate("[...document.images].every(image => image.naturalWidth > 0)"), path
        assert complaints == []
        browser.set_viewport_size({"width": 390, "height": 844})
        for path in pages:
            browser.goto(path.as_uri())
            assert browser.evaluate("document.documentElement.scrollWidth") == 390, path


@pytest.mark.browser
def test_search_finds_a_word_without_a_server(site):
    with offline_page() as (browser, complaints):
        browser.goto((site / "index.html").as_uri())
        browser.locator("[data-md-component=search-query]").click()
        browser.keyboard.type("centroid")
        found = browser.locator(".md-search-result__item a")
        found.first.wait_for()
        assert found.first.get_attribute("href").partition("?")[0].endswith("workflow.html")
        assert complaints == []


@pytest.mark.browser
def test_pages_are_dark_where_the_system_is(site):
    with offline_page() as (browser, _):
        shade = {}
        for scheme in ("light", "dark"):
            browser.emulate_media(color_scheme=scheme)
            browser.goto((site / "index.html").as_uri())
            shade[scheme] = browser.evaluate("getComputedStyle(document.body).backgroundColor")
            # figures are drawn on white
            browser.goto((site / "gallery/index.html").as_uri())
            look = browser.locator(".md-typeset img").first.evaluate("image => getComputedStyle(image).filter")
            assert look.startswith("invert") is (scheme == "dark")
        assert shade["light"] == "rgb(255, 255, 255)"
        assert sum(map(int, re.findall(r"\d+", shade["dark"]))) < 150
