"""Figure 3: excess risk of both networks against effective samples, with label noise."""

from scaling_spectra.plotting import excess_risk
from scaling_spectra_pipeline.figures import drawn_by, run

INPUTS = {
    "training": "training/excess_risk",
    "theory": "theory/excess_risk",
    "exponents": "exponents/excess_risk",
    "inputs": "tables/real_inputs",
}
NOISELESS = False
PARAMETERS = {"teachers": "teachers"}
main = drawn_by(excess_risk.compose, noiseless=False)

if __name__ == "__main__":
    run(main, snakemake)
