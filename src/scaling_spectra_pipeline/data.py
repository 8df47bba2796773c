"""Teachers as the data stage drew them, with the first rows of their samples: whoever needs one reads it here."""

from collections.abc import Iterable, Sequence

import numpy as np

from scaling_spectra import datasets
from scaling_spectra.arrays import Array
from scaling_spectra.ensemble import ENSEMBLE, Ensemble
from scaling_spectra.replicas import Replica, replica_of
from scaling_spectra_pipeline.job import whole
from scaling_spectra_pipeline.seals import verified

HEAD_ROWS = 4


def write_data(path: str, ensemble: Ensemble, replicas: Sequence[int], teachers: Array, root_seed: int) -> None:
    """Write teachers of an ensemble, shape (replicas, d), and the first rows of their samples."""
    heads = [_head(ensemble, number, root_seed) for number in replicas]
    named = {name: getattr(ensemble, name) for name in ENSEMBLE}
    with whole(path) as partial:
        np.savez(partial, replicas=replicas, teachers=teachers, heads=heads, **named)


class Data:
    """What files of the data stage hold, by (ensemble, replica).

    Parameters
    ----------
    paths : sequence of str

    Raises
    ------
    SealError
        If a file is not what its job wrote.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._drawn: dict[tuple[Ensemble, int], tuple[Array, Array, str]] = {}
        for path in paths:
            with np.load(verified(path), allow_pickle=False) as archive:
                ensemble = Ensemble(**{name: archive[name].item() for name in ENSEMBLE})
                for number, *found in zip(archive["replicas"], archive["teachers"], archive["heads"], strict=True):
                    self._drawn[ensemble, int(number)] = (*found, path)

    def teachers(self, ensemble: Ensemble, replicas: Iterable[int]) -> Array:
        """Teachers of an ensemble's replicas, shape (replicas, d)."""
        return np.array([self._of(ensemble, number)[0] for number in replicas])

    def replica(self, ensemble: Ensemble, number: int, samples: int, root_seed: int) -> Replica:
        """A replica with n = `samples`, whose samples are drawn again.

        Raises
        ------
        RuntimeError
            If their first rows are not those that were drawn then.
        """
        teacher, head, path = self._of(ensemble, number)
        # other processors round differently; another stream differs altogether
        if not np.allclose(_head(ensemble, number, root_seed), head, rtol=1e-9, atol=0):
            raise RuntimeError(f"{path}: samples drawn now differ from those drawn then; rebuild the data stage")
        return replica_of(ensemble.network, teacher, ensemble.noise_var, samples, number, root_seed)

    def _of(self, ensemble: Ensemble, number: int) -> tuple[Array, Array, str]:
        if (ensemble, number) not in self._drawn:
            raise RuntimeError(f"replica {number} of {ensemble} was not drawn; rebuild the data stage")
        return self._drawn[ensemble, number]


def _head(ensemble: Ensemble, number: int, root_seed: int) -> Array:
    """First rows of a replica's samples: inputs, and noise in the last column."""
    seed = datasets.seed_sequence(root_seed, ensemble.network, ensemble.noise_var, ensemble.dim, number)
    return np.column_stack(datasets.SampleStream(seed, ensemble.dim).head(HEAD_ROWS))
