"""Diagrams: what is written or marked in a phase lies in it."""

import numpy as np
import pandas as pd
import pytest

from scaling_spectra.plotting import phase_diagram, style, width_phases
from scaling_spectra_pipeline.schemas.columns import read
from scaling_spectra_pipeline.schemas.lookup import schema_of


@pytest.fixture(scope="module")
def tables(smoke):
    def table(name: str) -> pd.DataFrame:
        return read(smoke / f"results/smoke/tables/{name}.csv", schema_of(name))

    return table


def test_the_dot_of_every_phase_lies_within_its_boundaries(tables):
    """That of V was wider than V."""
    names = ("regions", "boundaries", "map", "spectra")
    of = {name: tables(f"phase_{name}" if name != "map" else "risk_map") for name in names}
    figure, _, _ = phase_diagram.compose(noiseless=False, **of)
    panels = [panel for panel in figure.axes if panel.get_title().startswith("quadratic, ")]
    assert len(panels) == 2
    for panel in panels:
        (dots,) = (line for line in panel.lines if line.get_marker() == "o" and line.get_markerfacecolor() == "black")
        reach = dots.get_markersize() / 2 * figure.dpi / 72
        centres = panel.transData.transform(dots.get_xydata())
        for line in panel.lines:
            ends = panel.transData.transform(line.get_xydata())
            if line.get_linestyle() == "-" and len(ends) == 2:
                along, apart = ends[1] - ends[0], centres - ends[0]
                share = np.clip(apart @ along / (along @ along), 0, 1)
                assert np.hypot(*(apart - share[:, None] * along).T).min() > reach


def test_names_of_regions_lie_within_them(tables):
    """That of p/n_eff lay on the line of the best width; a region too small for its name is in the legend."""
    phases = tables("width_phases")
    figure = width_phases.draw(phases)
    style.lay_out(figure)
    panel = figure.axes[0]
    words = {text: region for region, (_, text) in width_phases.REGION_LOOKS.items()}
    named = {words[text.get_text()]: text for text in panel.texts}
    legend = {words.get(text.get_text()) for text in figure.legends[0].get_texts()}
    assert set(phases["region"]) <= named.keys() | legend
    for region, text in named.items():
        corners = panel.transData.inverted().transform(text.get_window_extent().shrunk(0.8, 0.8).corners())
        for n_eff, hidden in np.log(corners):
            apart = np.hypot(np.log(phases["n_eff"]) - n_eff, np.log(phases["hidden"]) - hidden)
            assert phases.loc[apart.idxmin(), "region"] == region
