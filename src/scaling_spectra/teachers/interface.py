"""What a family of teachers offers."""

from abc import ABC, abstractmethod
from importlib import import_module
from typing import cast

import numpy as np

from scaling_spectra import teachers
from scaling_spectra.arrays import Array
from scaling_spectra.spectrum import Spectrum, from_values


class Teacher(ABC):
    """A teacher's scales s_1 >= s_2 >= ... >= 0 in any dimension d.

    It is s_i/sqrt(d) that belongs to rank i whatever d. The quadratic network's teacher has the eigenvalues s_i, the
    diagonal network's draws theta*_i ~ N(0, s_i^2). A family is a frozen dataclass: its fields are the parameters, and
    it refuses what is out of range by a ValueError of one line. The theory of teachers, `merged_spectrum` and
    `landmarks`, knows more of some families: it stands apart, so that no network is trained again when it changes.
    """

    @abstractmethod
    def in_dimension(self, dim: int) -> Array:
        """Scales in d dimensions, non-increasing, at most d of them; those that are left out are zeros."""

    @property
    @abstractmethod
    def label(self) -> str:
        """The teacher in words, for captions."""

    def spectrum(self, dim: int) -> Spectrum:
        """Scales in d dimensions, one entry per dimension."""
        found = self.in_dimension(dim)
        return from_values(np.pad(found, (0, dim - found.size)))


def make(settings: teachers.Settings) -> Teacher:
    """Teacher of the given settings: an object of the class named like the family, PowerLaw for ``power_law``.

    Raises
    ------
    ValueError
        If there is no such family, or a parameter is missing, unknown or out of range: one line.
    """
    family = str(settings["family"])
    if family not in teachers.families():
        raise ValueError(f"family: {family!r} is not one of {', '.join(teachers.families())}")
    module = import_module(f"scaling_spectra.teachers.{family}")
    made = getattr(module, "".join(word.title() for word in family.split("_")))
    given, accepted = settings.keys() - {"family"}, made.__dataclass_fields__.keys()
    if given != accepted:
        wrong = f"{', '.join(sorted(map(str, given))) or 'nothing'}"
        raise ValueError(f"{family}: takes {', '.join(accepted) or 'no parameters'}, {wrong} given")
    return cast(Teacher, made(**{name: settings[name] for name in accepted}))
