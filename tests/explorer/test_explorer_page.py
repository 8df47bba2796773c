"""The Explorer in a real browser: dragging, keys, sliders, links, narrow screens, what a screen reader is told."""

import json
import re

import pytest

from helpers.explorer_page import PAGE, settled, until
from scaling_spectra_pipeline.explorer import bundle, markup

pytestmark = pytest.mark.browser

POINT = "#network=quadratic&gamma=0.75&Delta=0.5&d=40&n_eff=20&lambda=1"


def state(page) -> dict:
    settled(page)
    return page.evaluate("explorer.state()")


def numbers(page) -> dict[str, str]:
    """The table of numbers: value by quantity."""
    settled(page)
    rows = page.locator("#numbers tr").all_inner_texts()
    return {row.split("\t")[0]: row.split("\t")[-1] for row in rows}


def test_opens_at_the_start_and_draws_every_panel(visit):
    page = visit()
    found = state(page)
    assert (found["network"], found["gamma"], found["noiseVar"], found["dim"]) == ("quadratic", 0.75, 0.5, 40)
    for panel in ("diagram", "curve-n", "curve-lambda", "spectrum", "parts"):
        assert page.locator(f"#{panel} path, #{panel} rect").count() > 3, panel
    assert page.locator("#numbers tr").count() > 15
    page = visit(POINT)
    assert page.locator("#curve-n .marker.trained").count() == 2
    assert page.locator("#curve-n .marker.doubtful").count() == 1


def test_point_is_dragged(visit):
    page = visit(POINT)
    before = state(page)
    box = page.locator("#diagram .point .dot").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + 16 * step, y - 10 * step)
    page.mouse.up()
    after = state(page)
    assert after["nEff"] > 2 * before["nEff"]
    assert after["lambda"] > 1.5 * before["lambda"]
    moved = page.locator("#diagram .point .dot").bounding_box()
    assert moved["x"] - box["x"] == pytest.approx(80, abs=1.5)
    assert box["y"] - moved["y"] == pytest.approx(50, abs=1.5)
    page.mouse.move(x, y)
    assert state(page) == after


def test_point_is_moved_by_touch(visit):
    page = visit(POINT, viewport={"width": 360, "height": 740}, has_touch=True)
    diagram = page.locator("#diagram")
    diagram.scroll_into_view_if_needed()
    box = diagram.bounding_box()
    page.touchscreen.tap(box["x"] + 0.8 * box["width"], box["y"] + 0.6 * box["height"])
    assert state(page)["nEff"] > 200


def test_swipe_across_the_diagram_scrolls(visit):
    page = visit(POINT, viewport={"width": 360, "height": 740}, has_touch=True)
    before = state(page)
    box = page.locator("#diagram").bounding_box()
    x, y = box["x"] + 0.8 * box["width"], box["y"] + 0.7 * box["height"]
    touch = page.context.new_cdp_session(page)
    for step, kind in enumerate(("touchStart", *["touchMove"] * 10, "touchEnd")):
        points = [] if kind == "touchEnd" else [{"x": x, "y": y - 20 * step}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    until(page, "scrollY > 100")
    assert state(page) == before


@pytest.mark.parametrize(
    ("address", "narrow"),
    [(POINT, {"V"}), ("#network=diagonal&gamma=0.75&Delta=0.5&d=300&n_eff=20&lambda=0.3", {"V"}), ("#Delta=0", set())],
)
def test_every_phase_has_its_name_on_a_phone(visit, address, narrow):
    """Clear of the other names and of the point; a phase too narrow for it has a line to it."""
    page = visit(address, viewport={"width": 360, "height": 740})
    shown = page.evaluate(
        """() => {
          const { Theory, plane, state } = explorer;
          const { diagram } = new Theory(state());
          const { n, lambda } = plane(state().dim, state().gamma);
          const at = ([low, high], k) => low * (high / low) ** (k / 600);
          const steps = Array.from({ length: 599 }, (_, k) => k + 1);
          return [...new Set(steps.flatMap((i) => steps.map((j) => diagram.band(at(n, i), at(lambda, j)))))];
        }"""
    )
    names = page.locator(".phase-name")
    assert {name.replace("₀", "0") for name in names.all_text_contents()} == set(shown)
    boxes = [page.locator("#diagram .point .dot").bounding_box(), *(name.bounding_box() for name in names.all())]
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            apart = [
                max(one[x], other[x]) - min(one[x] + one[w], other[x] + other[w])
                for x, w in (("x", "width"), ("y", "height"))
            ]
            assert max(apart) > 0
    assert page.locator(".phase-leader").count() == len(narrow)


def test_diagram_is_first_and_stays_in_sight_on_a_phone(visit):
    page = visit(POINT, viewport={"width": 360, "height": 740})
    top = "id => document.getElementById(id).getBoundingClientRect().top"
    assert page.evaluate(top, "diagram") < page.evaluate(top, "lambda-slider")
    page.evaluate("document.getElementById('noiseVar-slider').scrollIntoView({block: 'end'})")
    assert 0 <= page.evaluate(top, "diagram") < page.evaluate(top, "noiseVar-slider") < 740
    # but not over what follows
    page.evaluate("document.getElementById('parts-title').scrollIntoView({block: 'start'})")
    assert page.evaluate("document.getElementById('diagram').getBoundingClientRect().bottom") < 0


def test_arrow_keys_move_the_point(visit):
    page = visit(POINT)
    page.locator("#diagram .point").focus()
    page.keyboard.press("ArrowRight")
    assert state(page)["nEff"] == pytest.approx(20 * 10**0.05)
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("PageDown")
    found = state(page)
    assert found["nEff"] == pytest.approx(20 * 10**-0.45)
    assert found["lambda"] == pytest.approx(10**-0.45)
    assert page.evaluate("document.activeElement.classList.contains('point')")
    page.keyboard.press("End")
    assert state(page)["nEff"] == pytest.approx(40**2.7)


def test_focus_stays_on_the_point_and_is_seen(visit):
    page = visit(POINT)
    page.locator("#diagram .point").focus()
    page.keyboard.press("ArrowRight")
    settled(page)
    width = "parseFloat(getComputedStyle(document.querySelector('.point .halo')).strokeWidth)"
    assert page.evaluate(width) > 3
    page.evaluate("document.activeElement.blur()")
    assert page.evaluate(width) < 2


@pytest.mark.parametrize(
    ("slider", "name", "value", "expected"),
    [
        ("nEff", "nEff", 2, 100),
        ("lambda", "lambda", -1, 0.1),
        ("gamma", "gamma", 1.2, 1.2),
        ("noiseVar", "noiseVar", 0, 0),
        ("dim", "dim", 6, 10**6),
        ("hidden", "hidden", 1, 10),
    ],
)
def test_sliders(visit, slider, name, value, expected):
    page = visit(POINT)
    before = numbers(page)
    page.locator(f"#{slider}-slider").fill(str(value))
    assert state(page)[name] == pytest.approx(expected, rel=1e-6)
    assert numbers(page) != before
    assert float(page.locator(f"#{slider}-number").input_value()) == pytest.approx(expected, rel=1e-3)


def test_width_is_dragged_in_its_diagram_and_follows_d(visit):
    page = visit(POINT)
    assert (state(page)["hidden"], "p=" in page.evaluate("location.hash")) == (40, False)
    page.locator("#widths").scroll_into_view_if_needed()
    box = page.locator("#width-diagram .point .dot").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 120, steps=3)
    page.mouse.up()
    found = state(page)
    assert 1 < found["hidden"] < 15
    assert found["nEff"] == pytest.approx(20, rel=0.02)
    until(page, f"location.hash.includes('p={found['hidden']}')")
    assert numbers(page)["hidden units"] == str(found["hidden"])
    assert numbers(page)["overfitting"] == "wide networks only"
    assert page.locator("#width-region").inner_text().startswith(f"p = {found['hidden']}: limited by its width")
    assert page.locator("#parts").is_hidden()
    page.locator("#width-diagram .point").focus()
    page.keyboard.press("PageUp")
    assert state(page)["hidden"] == round(found["hidden"] * 10**0.5)
    # full width stays full
    page.locator("#hidden-slider").fill("1.6")
    page.locator("#dim-slider").fill("3")
    assert (state(page)["hidden"], state(page)["dim"]) == (1000, 1000)


def test_diagonal_network_has_no_width(visit):
    page = visit("#network=diagonal&gamma=1.1&Delta=0.25&d=3000&n_eff=100&lambda=0.056&p=30")
    assert "p = 30 is out of range, p = 3000 is shown" in page.locator("#notice").inner_text()
    for hidden in ("#widths", "#hidden-slider", "#width-region"):
        assert page.locator(hidden).is_hidden()


def test_number_fields_refuse_what_is_out_of_range(visit):
    page = visit(POINT)
    field = page.locator("#gamma-number")
    field.fill("0.3")
    assert field.get_attribute("aria-invalid") == "true"
    assert state(page)["gamma"] == 0.75
    field.fill("1.25")
    assert field.get_attribute("aria-invalid") == "false"
    assert state(page)["gamma"] == 1.25
    field.fill("")
    field.blur()
    assert field.input_value() == "1.25"


def test_network_is_switched(visit):
    page = visit(POINT)
    quadratic = numbers(page)
    page.get_by_label("diagonal").check()
    diagonal = numbers(page)
    assert state(page)["network"] == "diagonal"
    assert float(quadratic["samples"]) == 40 * float(diagonal["samples"])
    assert quadratic["excess risk"] != diagonal["excess risk"]
    assert "matrix error" not in diagonal


def test_link_restores_the_state(visit):
    address = "#network=diagonal&gamma=1.1&Delta=0.25&d=3000&n_eff=123.4&lambda=0.056&axis=log"
    page = visit(address)
    until(page, "location.hash.includes('n_eff=123.4')")
    assert page.evaluate("location.hash") == address
    page.locator("#diagram .point").focus()
    page.keyboard.press("ArrowRight")
    expected = state(page)
    until(page, "!location.hash.includes('n_eff=123.4')")
    again = visit(page.evaluate("location.hash"))
    found = state(again)
    for key, value in expected.items():
        assert found[key] == (pytest.approx(value, rel=1e-5) if isinstance(value, float) else value), key
    # and without opening the page again
    page.evaluate(f"location.hash = '{address}'")
    until(page, "explorer.state().nEff === 123.4")
    assert numbers(page) == numbers(visit(address))


def test_links_within_the_page_leave_the_point_alone(visit):
    page = visit(POINT)
    page.locator("#diagram .point").focus()
    page.keyboard.press("ArrowRight")
    before = state(page)
    page.get_by_role("link", name="What does each panel mean?").click()
    assert page.evaluate("scrollY") > 300
    assert state(page) == before
    assert state(visit("#help")) == state(visit())


def test_links_say_what_cannot_be_shown(visit):
    page = visit("#network=cubic&gamma=0.75&Delta=-1&d=x&n_eff=1e99&lambda=1")
    notice = page.locator("#notice").inner_text()
    for part in (
        "network = cubic is not known",
        "Delta = -1 is out of range, Delta = 0 is shown",
        "d = x is not a number",
    ):
        assert part in notice
    assert "n_eff = 1e99 is out of range" in notice
    assert "gamma" not in notice
    page.locator("#lambda-slider").fill("1")
    settled(page)
    assert not page.locator("#notice").is_visible()
    assert not visit(POINT).locator("#notice").is_visible()


def test_copied_link_works_elsewhere(visit):
    page = visit(POINT, permissions=["clipboard-read", "clipboard-write"])
    page.locator("#copy").click()
    until(page, "document.getElementById('copied').textContent !== ''")
    # of a file only the state means something on another machine
    assert page.evaluate("navigator.clipboard.readText()") == POINT
    assert "append it" in page.locator("#copied").inner_text()


def test_opens_deep_in_a_phase_and_says_where_it_is_not(visit):
    page = visit()
    assert page.locator("#phase-name").inner_text() == "Phase IV"
    assert page.locator("#near").inner_text() == ""
    diagram = "new explorer.Theory(explorer.state()).diagram"
    edge = page.evaluate(f"{diagram}.bulk.at(explorer.state().nEff)")
    page = visit(f"#network=quadratic&gamma=0.75&Delta=0.5&d=40&n_eff={state(page)['nEff']}&lambda={1.1 * edge}")
    assert "near the boundary to IV" in page.locator("#near").inner_text()


@pytest.mark.parametrize(
    ("dim", "n_eff", "said"),
    [(20, 1.7, "random-like (in this phase, as d grows: bulk + outliers)"), (200, 5.1, "bulk + outliers")],
)
def test_a_spectrum_that_is_not_yet_that_of_its_phase_is_said(visit, dim, n_eff, said):
    page = visit(f"#network=quadratic&gamma=0.75&Delta=0.5&d={dim}&n_eff={n_eff}&lambda=0.05")
    assert page.locator("#phase-name").inner_text() == "Phase IV"
    assert page.locator("#class").inner_text() == said


def test_faint_spectra_are_shown(visit):
    page = visit("#network=diagonal&gamma=0.75&Delta=0.5&d=100&n_eff=20&lambda=6")
    settled(page)
    assert page.locator("#spectrum rect.outliers, #spectrum rect.bulk").count() > 3


def test_forced_colours_keep_the_legend(visit):
    page = visit(POINT, forced_colors="active")
    colour = "name => getComputedStyle(document.querySelector(name)).backgroundColor"
    assert page.evaluate(colour, ".key.bulk") != page.evaluate(colour, ".key.outliers")


@pytest.mark.parametrize(
    "address", ["#", "#n_eff=none&d=-3&gamma=x", "#network=cubic&lambda=1e99", "#<script>", "#gamma=NaN&n_eff="]
)
def test_wrong_links_open_a_valid_state(visit, address):
    found = state(visit(address))
    assert found["network"] == "quadratic"
    assert 0.5 < found["gamma"] < 2.01
    assert found["dim"] >= 20


def test_trained_networks_are_found_from_the_menu(visit):
    page = visit("#network=diagonal&gamma=1.3&Delta=0&d=1000&n_eff=20&lambda=0.3")
    assert page.locator("#curve-n .marker").count() == 0
    assert "No trained networks" in page.locator("#curve-note").inner_text()
    page.locator("#trained").select_option(index=1)
    settled(page)
    assert page.locator("#curve-n .marker").count() == 3
    title = page.locator("#curve-n .marker title").first.text_content()
    assert re.search(r"n_eff = 5: R = [\d.]+ ± [\d.]+ \(2 × trained; state evolution of the same teachers", title)


def test_markers_sit_on_the_curve_of_their_theory(visit):
    """Tables and curve come from different programs; the short bars lie on the line."""
    page = visit(POINT)
    line = page.evaluate(
        "(() => { const p = document.querySelector('#curve-n path.curve'); const n = p.getTotalLength();"
        " return Array.from({length: 2000}, (_, i) => p.getPointAtLength(i * n / 1999)).map(q => [q.x, q.y]) })()"
    )
    for path in page.locator("#curve-n .marker .own").all():
        x, y = map(float, re.match(r"M([\d.]+) ([\d.]+)", path.get_attribute("d")).groups())
        nearest = min(line, key=lambda place: abs(place[0] - x - 7))
        assert nearest[1] == pytest.approx(y, abs=1.5)


def test_screen_reader_is_told(visit):
    page = visit(POINT)
    until(page, "document.getElementById('voice').textContent !== ''")
    risk = page.locator("#risk").inner_text()
    spoken = page.locator("#voice").inner_text()
    assert page.locator("#voice").get_attribute("aria-live") == "polite"
    assert f"Excess risk {risk}" in spoken
    assert re.search(r"Phase \w+: .*Rate ", spoken)
    point = page.locator("#diagram .point")
    assert point.get_attribute("role") == "slider"
    assert f"excess risk {risk}" in point.get_attribute("aria-valuetext")
    page.locator("#lambda-slider").fill("1")
    settled(page)
    until(page, f"document.getElementById('voice').textContent !== {json.dumps(spoken)}")


def test_every_control_has_a_name(visit):
    page = visit()
    unnamed = page.evaluate(
        "Array.from(document.querySelectorAll('input, select, button, [tabindex]')).filter(e =>"
        " !(e.labels?.length || e.matches('[aria-label], [aria-labelledby]') || e.textContent.trim()))"
        ".map(e => e.outerHTML.slice(0, 80))"
    )
    assert unnamed == []


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_fits_the_screen(visit, width):
    page = visit(POINT, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    smallest = page.evaluate(
        "Math.min(...Array.from(document.querySelectorAll('svg')).map(s => s.getBoundingClientRect().width))"
    )
    assert smallest > 250


def test_follows_a_resized_window(visit):
    page = visit(POINT)
    page.set_viewport_size({"width": 500, "height": 800})
    until(page, "document.getElementById('diagram').getAttribute('viewBox').split(' ')[2] < 500")
    assert page.evaluate("document.documentElement.scrollWidth") <= 500


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(visit, scheme):
    page = visit(POINT, color_scheme=scheme)
    read = "name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"
    card = luminance(page.evaluate(read, "--card"))
    for name, least in (("--ink", 7), ("--soft", 4.5), ("--quadratic", 3), ("--diagonal", 3)):
        colour = luminance(page.evaluate(read, name))
        low, high = sorted((colour, card))
        assert (high + 0.05) / (low + 0.05) >= least, name


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (Web Content Accessibility Guidelines)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_failure_is_said_and_shows_no_number(visit):
    page = visit(POINT)
    page.evaluate("explorer.Theory.prototype.solve = () => null")
    page.locator("#lambda-slider").fill("0.5")
    settled(page)
    assert page.locator("#failure").is_visible()
    assert page.locator("#risk").inner_text() == "not solved"
    assert "left out" in page.locator("#curve-note").inner_text()
    assert numbers(page)["effective noise"] == "not solved"


def test_page_is_small_and_asks_for_nothing(built):
    page = built.read_text()
    assert len(page.encode()) < 1_000_000
    assert not re.search(r"(src|href)=.?https?:|@import|url\((?!#)", page)


def test_modules_are_joined_in_the_order_they_need(tmp_path):
    (tmp_path / "low.js").write_text("const hidden = 2;\nexport function two() {\n  return hidden;\n}\n")
    (tmp_path / "main.js").write_text('import { two } from "./low.js";\nconst hidden = two();\n')
    script = bundle(tmp_path, "main.js")
    assert script.index("function two") < script.index("const hidden = two()")
    assert "import" not in script
    assert "export" not in script


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('import * as low from "./low.js";\n', "form"),
        ("export default 3;\n", "form"),
        ('import { a } from "./main.js";\n', "itself"),
    ],
)
def test_modules_that_cannot_be_joined(tmp_path, text, message):
    (tmp_path / "low.js").write_text("export const a = 1;\n")
    (tmp_path / "main.js").write_text(text)
    with pytest.raises(ValueError, match=message):
        bundle(tmp_path, "main.js")


def test_markup_of_rates():
    assert markup(r"n_{\rm eff}^{-1+1/(2\gamma)}") == "n<sub>eff</sub><sup>−1+1/(2γ)</sup>"
    with pytest.raises(ValueError, match="markup"):
        markup(r"\frac{1}{2}")


def test_sources_are_all_used():
    script = bundle(PAGE, "main.js")
    for module in PAGE.glob("*.js"):
        assert f"module_{module.stem} = " in script, module
