"""Judgements on built artifacts: each returns findings that name the artifact and say why.

One module a concern: `tables` (schemas, rows), `identities` and `order` (what theory says of the numbers),
`simulation` (certificates, trained networks against state evolution, exponents), `figures`, `files` (seals, stale
files), `reference` (released numbers). `verdict` says which of them judge which table: a new kind of table is one
entry there.
"""

from scaling_spectra_pipeline.checks.figures import figure_is_sound
from scaling_spectra_pipeline.checks.finding import Finding, Limits
from scaling_spectra_pipeline.checks.identities import objectives_agree
from scaling_spectra_pipeline.checks.simulation import (
    exponents_follow_theory,
    large_exponents_are_those_of_the_phases,
    points_are_certified,
    residuals,
    simulation_follows_theory,
)
from scaling_spectra_pipeline.checks.tables import table_is_complete, table_is_valid

__all__ = [
    "Finding",
    "Limits",
    "exponents_follow_theory",
    "figure_is_sound",
    "large_exponents_are_those_of_the_phases",
    "objectives_agree",
    "points_are_certified",
    "residuals",
    "simulation_follows_theory",
    "table_is_complete",
    "table_is_valid",
]
