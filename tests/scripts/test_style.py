"""What all figures share: legends that fit the page, a layout found once, numbers on every axis, modules by name."""

import re
from collections import defaultdict
from functools import partialmethod

import numpy as np
import pandas as pd
import pytest
from matplotlib import _mathtext
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.text import Text

from helpers.checkout import ROOT
from scaling_spectra.plotting import room, style
from scaling_spectra_pipeline.checks.figures import figure_is_sound


@pytest.fixture
def figure():
    style.use()
    figure, panel = plt.subplots(figsize=(style.TEXT, 2.5))
    panel.plot([1, 1000], [2.2, 4.9])
    style.log_axes(panel)
    return figure


@pytest.mark.parametrize("count", [1, 4, 9, 14])
def test_legend_stays_on_the_page(figure, count):
    """However many networks, dimensions and series there are."""
    style.legend(figure, [Line2D([], [], label=f"a third network, d = {i}, state evolution") for i in range(count)])
    style.lay_out(figure)
    box = figure.legends[0].get_window_extent()
    assert len(figure.legends) == 1
    assert 0 <= box.x0 < box.x1 <= figure.bbox.width
    # and off the panel
    assert box.y0 >= figure.axes[0].get_window_extent().y1


def test_legend_has_something_beside_every_word(figure, tmp_path):
    figure.axes[0].legend(handles=[Line2D([], [], marker="o", linestyle="none", label="networks")])
    style.save(figure, tmp_path / "a.pdf", tmp_path / "a.png")
    style.legend(figure, [Line2D([], [], linestyle="none", label="lines: theory")])
    with pytest.raises(ValueError, match=r"^legend: 'lines: theory' has neither line nor marker$"):
        style.save(figure, tmp_path / "a.pdf", tmp_path / "a.png")


def test_legend_that_fits_no_page_is_refused(figure):
    with pytest.raises(ValueError, match="legend: 300 letters"):
        style.legend(figure, [Line2D([], [], label="m" * 300)])


def test_layout_is_that_of_a_full_drawing(figure):
    style.lay_out(figure)
    found = figure.axes[0].get_position().bounds
    other, panel = plt.subplots(figsize=(style.TEXT, 2.5))
    panel.plot([1, 1000], [2.2, 4.9])
    style.log_axes(panel)
    other.draw_without_rendering()
    np.testing.assert_allclose(found, np.round(other.axes[0].get_position().bounds, style.DIGITS), atol=1e-12)


def test_last_digits_of_a_layout_change_no_byte(monkeypatch, tmp_path):
    """The solver adds up in the order of addresses in memory, and a printed digit may hang on the sum."""
    found = ConstrainedLayoutEngine.execute

    def nudged(engine, figure, shift):
        found(engine, figure)
        for axes in figure.axes:
            axes.set_position(np.array(axes.get_position(original=True).bounds) * (1 + shift))

    drawn = set()
    for shift in (0.0, 1e-12, -1e-12):
        monkeypatch.setattr(ConstrainedLayoutEngine, "execute", partialmethod(nudged, shift=shift))
        style.use()
        figure, panels = plt.subplots(2, 2, figsize=(style.TEXT, 3))
        for panel in panels.flat:
            panel.plot([1, 2], [3, 4])
        style.save(figure, tmp_path / "x.pdf", tmp_path / "x.png")
        drawn.add((tmp_path / "x.pdf").read_bytes())
    assert len(drawn) == 1


def test_axis_within_a_decade_has_numbers(figure):
    figure.draw_without_rendering()
    panel = figure.axes[0]
    assert {"3", "5"} <= {label.get_text() for label in panel.yaxis.get_minorticklabels()}
    assert not any(label.get_text() for label in panel.xaxis.get_minorticklabels())


@pytest.mark.parametrize("looks", [style.MARKERS, style.NETWORK_COLOURS, style.LINESTYLES])
def test_a_network_without_a_look_is_told_where_to_get_it(looks):
    assert looks["diagonal"] != looks["quadratic"]
    with pytest.raises(
        LookupError, match=r"^network lasso has no look: add it to MARKERS, .* in .*plotting/looks\.py$"
    ):
        looks["lasso"]


def test_panels_have_letters_in_the_order_in_which_they_are_read():
    style.use()
    figure = plt.figure(figsize=(style.TEXT, 3))
    grid = figure.add_gridspec(2, 2)
    # drawn in another order, with a bar of colours and a panel that is not used
    last = figure.add_subplot(grid[1, 0])
    right, left = figure.add_subplot(grid[0, 1]), figure.add_subplot(grid[0, 0])
    figure.add_subplot(grid[1, 1], label=style.NO_LETTER)
    style.letter(figure)
    found = {text.get_text(): text.axes for text in figure.findobj(Text) if text.get_weight() == "bold"}
    assert found == {"a": left, "b": right, "c": last}
    alone, _ = plt.subplots()
    style.letter(alone)
    assert not [text for text in alone.findobj(Text) if text.get_weight() == "bold"]


def test_lines_of_each_dimension_differ_in_grey_too():
    """Dimensions of networks by lightness, those of theory alone by stroke."""
    looks = {dim: style.dim_line(dim) for dim in (25, 50, 100, 200, 400, 10**6, 10**12)}
    light = [np.dot(to_rgb(looks[dim]["color"]), (0.299, 0.587, 0.114)) for dim in (25, 50, 100, 200, 400)]
    assert (np.diff(light) < -0.04).all()
    strokes = [str(looks[dim]["linestyle"]) for dim in (100, 10**6, 10**12)]
    assert len(set(strokes)) == 3
    # dots are for Bayes-optimal risks
    assert str((0, (1, 1))) not in strokes


def test_a_foot_does_not_contradict_the_panels():
    style.use()
    for title, foot, shown in (
        (r"$\gamma = 1.25$", "γ = 0.75", False),
        (r"$\gamma = 1.25$", "smoke-a: γ = 1.3, seed = 1", True),
        ("no exponent", "γ = 0.75", True),
    ):
        figure, panel = plt.subplots()
        panel.set_title(title)
        style.stand_on(figure, foot)
        assert (foot in {text.get_text() for text in figure.texts}) is shown


@pytest.mark.parametrize(("size", "script", "named"), [(6.5, style.SCRIPT, ""), (6.0, 0.7, "'eff' (4.20 pt)")])
def test_no_letter_is_too_small_to_read(monkeypatch, tmp_path, size, script, named):
    """Scripts included; the root's sign grows with what it covers. The checks look at every figure so."""
    style.use()
    monkeypatch.setattr(_mathtext, "SHRINK_FACTOR", script)
    figure, panel = plt.subplots(figsize=(style.TEXT, 2))
    panel.set_title(r"$\lambda = \sqrt{d}$")
    panel.set_xlabel(r"effective samples $n_{\rm eff}$", fontsize=size)
    panel.plot([1, 2], [1, 2])
    style.save(figure, tmp_path / "a.pdf", tmp_path / "a.png")
    finding = figure_is_sound(str(tmp_path / "a"), style.TEXT)[0]
    assert finding.passed is not bool(named)
    assert finding.detail.partition("; ")[2] == (f"smaller than 5.5 pt: {named}" if named else "4 fonts embedded")


def test_letters_of_panels_without_titles_stay_below_the_legend():
    style.use()
    figure, panels = plt.subplots(1, 2, figsize=(style.TEXT, 2))
    style.legend(figure, [Line2D([], [], label="a label that is quite long") for _ in range(4)])
    style.letter(figure)
    style.lay_out(figure)
    letters = [text for panel in panels for text in panel.texts]
    assert [text.get_text() for text in letters] == ["a", "b"]
    assert all(text.get_window_extent().y1 < figure.legends[0].get_window_extent().y0 for text in letters)


def test_a_module_that_draws_one_figure_has_its_name():
    """And one that draws several has a name of its own."""
    figures = {path.stem: path.read_text("utf-8") for path in (ROOT / "scripts/figures").glob("*.py")}
    drawn = defaultdict(set)
    for figure, source in figures.items():
        for module in re.findall(r"^from scaling_spectra\.plotting import (\w+)$", source, re.MULTILINE):
            drawn[module].add(figure)
    assert set().union(*drawn.values()) == figures.keys()
    assert {module: of for module, of in drawn.items() if (of == {module}) != (len(of) == 1)} == {}
    assert {module for module, of in drawn.items() if len(of) > 1} & figures.keys() == set()


def test_labels_on_top_of_each_other_are_moved_apart():
    heights = room.apart(pd.Series({"far": 10.0, "low": 1.0, "near": 1.01, "third": 1.02}), 0.1)
    steps = np.diff(np.log(heights.sort_values()))
    assert heights.loc[["low", "far"]].tolist() == pytest.approx([1.0, 10.0])
    assert steps[:2] == pytest.approx(0.1)
    assert list(heights.sort_values().index) == ["low", "near", "third", "far"]
