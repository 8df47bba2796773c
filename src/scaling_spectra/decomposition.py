"""Error decomposition (Result 3): the parts that every network's `decompose` returns."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Decomposition:
    """Parts of the excess risk R (Result 3).

    Attributes
    ----------
    overfitting : float
        Noise that the weights fit where there is no feature.
    underfitting : float
        Features that are not learned.
    approximation : float
        Noise and shrinkage of the features that are learned.
    """

    overfitting: float
    underfitting: float
    approximation: float

    @property
    def total(self) -> float:
        """Sum of the parts."""
        return self.overfitting + self.underfitting + self.approximation
