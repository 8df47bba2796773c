"""Published numbers, and networks at their parameters, over what is predicted here."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from scaling_spectra import datasets
from scaling_spectra.finite_size import known_deviation, real_inputs_deviation
from scaling_spectra.marchenko_pastur import marchenko_pastur
from scaling_spectra.networks.interface.inputs import inputs_of
from scaling_spectra.networks.quadratic.recovery import recovery, uniqueness
from scaling_spectra.networks.quadratic.spike import hard_threshold, largest_losses
from scaling_spectra.records import SOLVED
from scaling_spectra.spectrum import Spectrum
from scaling_spectra_pipeline import published_numbers
from scaling_spectra_pipeline.job import job
from scaling_spectra_pipeline.published_theory import LARGE, NETWORK, bayes_error, power_law_of, weight_decay
from scaling_spectra_pipeline.schemas import published as study_table
from scaling_spectra_pipeline.schemas import published_comparison as comparison
from scaling_spectra_pipeline.schemas import width_published as width_published_table
from scaling_spectra_pipeline.schemas.columns import read, write

INPUTS = {"study": "studies/published", "widths": "tables/width_published"}
# that of the published networks
LARGE_DIMS = (400,)
PARAMETERS = {"root_seed": "seed", "points": "theory.optimal_points"}
SEED = "published"
# theirs: averages over sampled matrices at d = 400; integrals to four digits; limits of the losses of strong features
SAMPLED, ROUNDED, DENOISED = 4e-3, 1e-4, 1e-4
# of thresholds, found at a small effective noise
SMALL_NOISE = 1e-5
# features up to which losses are looked for
SCALES = 1 + np.geomspace(1e-6, 1e5, 60)
PLACE = ["gamma", "noise_var", "dim", "n_eff", "samples"]


def main(output: str, inputs: dict[str, str], root_seed: int, points: int):
    study = read(inputs["study"], study_table.SCHEMA)
    risks = read(inputs["widths"], width_published_table.SCHEMA)["theory"]
    published = _published_networks(risks, root_seed, points)
    rows = [*published, *_bayes(), *_denoising(), *_thresholds(), *_networks(study)]
    table = pd.DataFrame(rows).reindex(columns=list(comparison.SCHEMA.columns))
    table["quotient"] = table["value"] / table["predicted"]
    table["quotient_error"] = table["error"] / table["predicted"]
    write(table, output, comparison.SCHEMA)


def _row(key: str, value: float, predicted: float, allowance: float, **place: Any) -> dict[str, Any]:
    source = published_numbers.SOURCES.get(key, published_numbers.Source("", ""))
    row = {"source": key, "value": value, "predicted": predicted, "allowance": allowance}
    row |= {"title": source.title or None, "files": source.files or None}
    return row | {"status": SOLVED if np.isfinite(predicted) else "no solution"} | place


def _published_networks(risks: pd.Series, root_seed: int, points: int) -> Iterable[dict[str, Any]]:
    """State evolution, whose risks are given, and networks; real inputs at as many places as curves have points."""
    (dim,), noise_var = LARGE_DIMS, published_numbers.NOISE_VAR
    samples = np.array([point.samples for point in published_numbers.NETWORKS])
    spectrum, decays = power_law_of(dim), weight_decay(samples, dim)
    rng = np.random.default_rng(datasets.seed_sequence(root_seed, SEED, noise_var, dim, 0))
    some = slice(None, None, -(-len(samples) // points))
    of_inputs = np.full(len(samples), np.nan)
    of_inputs[some] = inputs_of(NETWORK).risks(spectrum.values, samples[some], decays[some], noise_var, rng)
    for point, risk, real in zip(published_numbers.NETWORKS, risks, of_inputs, strict=True):
        n_eff = point.samples / dim
        place: dict[str, Any] = {"gamma": published_numbers.GAMMA, "noise_var": noise_var, "dim": dim, "quantity": "M"}
        place["ratio"] = n_eff / dim
        yield _row(
            *("networks", point.evolution, risk / 2, SAMPLED),
            **place | {"found": comparison.EVOLUTION, "theory": comparison.SE},
        )
        place |= {"found": comparison.TRAINED, "error": point.deviation}
        allowed = float(known_deviation(NETWORK, n_eff, dim))
        yield _row("networks", point.trained, risk / 2, allowed, **place, theory=comparison.SE)
        if np.isfinite(real):
            allowed = real_inputs_deviation(n_eff, dim)
            yield _row("networks", point.trained, real / 2, allowed, **place, theory=comparison.INPUTS)


def _bayes() -> Iterable[dict[str, Any]]:
    for noise_var, ratio, error in published_numbers.BAYES:
        yield _row(
            *("bayes", error, bayes_error(noise_var, ratio)[0], ROUNDED),
            **{"found": comparison.BAYES, "theory": comparison.OPTIMAL, "quantity": "M over its value at n = 0"},
            **{"noise_var": noise_var, "ratio": ratio},
        )


def _denoising() -> Iterable[dict[str, Any]]:
    kept, soft, best = largest_losses(SCALES)
    for (name, value), found in zip(
        published_numbers.DENOISING.items(), (*hard_threshold(), kept, soft, best), strict=True
    ):
        place = {"found": comparison.DENOISING, "theory": comparison.OUTLIER, "quantity": name}
        yield _row("denoising", value, found, DENOISED, **place)


def _thresholds() -> Iterable[dict[str, Any]]:
    def row(key: str, quantity: str, value: float, found: float, noise_var: float | None) -> dict[str, Any]:
        place = {"found": comparison.THRESHOLD, "theory": comparison.SE, "quantity": quantity, "noise_var": noise_var}
        return _row(key, value, found, SMALL_NOISE, **place)

    noise = Spectrum(np.zeros(1), np.array([LARGE]))
    yield row("ellipsoids", "interpolation of random labels", published_numbers.ELLIPSOIDS, uniqueness(noise), None)
    for known in published_numbers.RECOVERY:
        teacher, width = marchenko_pastur(known.kappa, LARGE), f"teacher of {known.kappa:g} d hidden units"
        yield row("recovery", f"no other fit, {width}", known.unique, uniqueness(teacher), 0.0)
        yield row("recovery", f"recovered by the least penalty, {width}", known.recovered, recovery(teacher), 0.0)


def _networks(study: pd.DataFrame) -> Iterable[dict[str, Any]]:
    sound = study[study["converged"] & study["unique"] & (study["status"] == SOLVED)]
    for key, rows in sound.groupby(PLACE):
        gamma, noise_var, dim, n_eff, samples = key
        first = rows.iloc[0]
        place = {"found": comparison.OURS, "gamma": gamma, "noise_var": noise_var, "dim": dim, "quantity": "M"}
        place |= {"ratio": samples / dim**2, "error": rows["risk"].sem() / 2, "replicas": len(rows)}
        for theory, column, allowed in (
            (comparison.SE, "risk_theory", float(known_deviation(NETWORK, n_eff, dim))),
            (comparison.INPUTS, "risk_inputs", real_inputs_deviation(n_eff, dim)),
        ):
            found = rows["risk"].mean() / 2
            yield _row("this project", found, first[column] / 2, allowed, **place, theory=theory)


if __name__ == "__main__":
    with job(snakemake.log[0], snakemake.threads):
        main(snakemake.output[0], dict(snakemake.input.items()), **snakemake.params.arguments)
