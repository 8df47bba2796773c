"""What all figures share: legends that fit the page, a layout found once, numbers on every axis."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D

from scaling_spectra.plotting import style


@pytest.fixture
def figure():
    style.use()
    figure, panel = plt.subplots(figsize=(style.TEXT, 2.5))
    panel.plot([1, 1000], [2.2, 4.9])
    style.log_axes(panel)
    yield figure
    plt.close(figure)


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
    np.testing.assert_allclose(found, other.axes[0].get_position().bounds, atol=1e-12)
    plt.close(other)


def test_axis_within_a_decade_has_numbers(figure):
    figure.draw_without_rendering()
    panel = figure.axes[0]
    assert {"3", "5"} <= {label.get_text() for label in panel.yaxis.get_minorticklabels()}
    assert not any(label.get_text() for label in panel.xaxis.get_minorticklabels())


@pytest.mark.parametrize("looks", [style.MARKERS, style.NETWORK_COLOURS, style.LINESTYLES])
def test_a_network_without_a_look_is_told_where_to_get_it(looks):
    assert looks["diagonal"] != looks["quadratic"]
    with pytest.raises(
        LookupError, match=r"^network lasso has no look: add it to MARKERS, .* in .*plotting/style\.py$"
    ):
        looks["lasso"]
