"""Figure 1: phase diagram of the excess risk with label noise, predicted and from state evolution."""

from scaling_spectra.plotting import phase_diagram
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {
    "regions": "tables/phase_regions",
    "boundaries": "tables/phase_boundaries",
    "map": "tables/risk_map",
    "spectra": "tables/phase_spectra",
}
main = drawn_by(phase_diagram.compose, noiseless=False)

if __name__ == "__main__":
    run(main, snakemake)
