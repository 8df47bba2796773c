"""Figure 1: phase diagram of the excess risk with label noise, predicted and from state evolution."""

from scaling_spectra.plotting import phase_diagram
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {
    "regions": "phases/phase_regions",
    "boundaries": "boundaries/phase_boundaries",
    "map": "risk_map/risk_map",
    "spectra": "phase_spectra/phase_spectra",
}
main = drawn_by(phase_diagram.compose, noiseless=False)

if __name__ == "__main__":
    run(main, snakemake)
