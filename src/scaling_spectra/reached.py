"""Dimensions of which there are samples enough to show what lies beyond the interpolation peak."""

from collections.abc import Mapping

from scaling_spectra.networks.interface.limits import limits_of
from scaling_spectra.ties import TIE

# n_eff in units of that of the peak, from where on it is past
PAST = 1.2


def past_the_peak(network: str, reached: Mapping[int, float]) -> set[int]:
    """Dimensions whose samples, up to an n_eff `reached` at each, go past the interpolation peak into VIa.

    Where none does, those that come nearest.
    """
    far = {dim: n_eff / (limits_of(network).INTERPOLATION * dim) for dim, n_eff in reached.items()}
    enough = min(PAST, max(far.values()))
    return {dim for dim, share in far.items() if share >= enough * (1 - TIE)}
