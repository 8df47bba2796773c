"""What figures show in a few numbers: fitted exponents, ratios of risks, distances from theory."""

import pandas as pd

from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.reading import read_tables
from scaling_spectra_pipeline.schemas import figure_summary as figure_summary_table
from scaling_spectra_pipeline.schemas.columns import write
from scaling_spectra_pipeline.summaries import best, dynamics, measured, theory
from scaling_spectra_pipeline.summaries import inputs_and_teachers as summaries_of_inputs
from scaling_spectra_pipeline.summaries.table import COLUMNS

INPUTS = {
    "overfitting": "tables/overfitting_function",
    "height": "tables/peak_height",
    "profile": "tables/peak_profile",
    "risk_map": "tables/risk_map",
    "parts": "tables/error_decomposition",
    "theory": "theory/excess_risk",
    "trained": "training/excess_risk",
    "inputs": "tables/real_inputs",
    "price": "tables/price_of_a_feature",
    "comparison": "tables/published_comparison",
    "scan": "training/weight_decay_scan",
    "optimal": "tables/optimal_decay",
    "landmarks": "tables/landmarks",
    "pruning": "tables/pruning",
    "curves": "tables/pruning_curves",
    "worth": "studies/feature_learning_gain",
    "gain": "tables/gain_curves",
    "law": "tables/learned_law",
    "tails": "tables/heavy_tails",
    "equivalence": "studies/equivalence",
    "gaussian": "studies/gaussian_design",
    "flow": "tables/time_risk",
    "descent": "studies/gradient_descent",
    "dynamics": "tables/spectral_dynamics",
    "stopping": "tables/early_stopping",
    "rich": "studies/lazy_to_rich",
    "correlated": "studies/correlated_inputs",
    "input_exponents": "tables/correlated_exponents",
    "input_decays": "tables/correlated_decays",
    "families": "studies/teachers",
    "family_tails": "tables/family_tails",
    "signed": "training/signed",
    "signed_theory": "theory/signed",
    "signed_spectrum": "tables/signed_spectrum",
}
OPTIONAL = True
PARAMETERS = {}
# what is summed up, and from which tables
SUMMARIES = [
    (theory.overfitting_function, ("overfitting",)),
    (theory.interpolation_peak, ("height", "profile")),
    (theory.phase_diagram, ("risk_map",)),
    (theory.decomposition, ("parts",)),
    (theory.real_inputs, ("trained", "inputs")),
    (theory.price_of_a_feature, ("price",)),
    (measured.published, ("comparison",)),
    (theory.universality, ("theory",)),
    (best.corollary1, ("scan", "optimal", "landmarks")),
    (best.corollary2, ("pruning", "curves")),
    (best.feature_learning_gain, ("worth", "gain")),
    (measured.learned_law, ("law",)),
    (measured.heavy_tails, ("tails",)),
    (measured.equivalence, ("equivalence",)),
    (measured.gaussian_design, ("gaussian",)),
    (dynamics.time_risk, ("flow",)),
    (dynamics.spectral_dynamics, ("descent", "dynamics")),
    (dynamics.early_stopping, ("stopping",)),
    (dynamics.norm_path, ("descent",)),
    (dynamics.lazy_to_rich, ("rich",)),
    (summaries_of_inputs.correlated_inputs, ("correlated", "input_exponents")),
    (summaries_of_inputs.matched_decay, ("input_decays",)),
    (summaries_of_inputs.teachers, ("families",)),
    (summaries_of_inputs.tails_by_phase, ("family_tails",)),
    (summaries_of_inputs.signed, ("signed", "signed_theory", "signed_spectrum")),
]


def main(output: str, inputs: dict[str, str]):
    tables = read_tables(inputs)
    rows: list[dict] = []
    for summary, names in SUMMARIES:
        if tables.keys() >= set(names):
            rows += summary(*(tables[name] for name in names))
    table = pd.DataFrame(rows).reindex(columns=COLUMNS).sort_values("figure", kind="stable")
    write(table, output, figure_summary_table.SCHEMA)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
