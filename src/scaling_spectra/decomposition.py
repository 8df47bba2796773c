"""Error decomposition (Result 3): the parts that every network's `decompose` returns."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Decomposition:
    """Parts of the excess risk R: the paper's (Result 3), and the prices of features beside the same overfitting.

    Attributes
    ----------
    overfitting : float
        Noise that the weights fit where there is no feature.
    displacement : float
        What the features that are found take out of it, in the paper's form; NaN where that needs a power law.
    underfitting : float
        Features that are not learned.
    approximation : float
        Noise and shrinkage of the features that are learned.
    price_found, price_lost : float
        What features add to the risk one by one, those that are found and those that are not.
    found : float
        Share K/d of features that are found.
    """

    overfitting: float
    displacement: float
    underfitting: float
    approximation: float
    price_found: float
    price_lost: float
    found: float

    @property
    def total(self) -> float:
        """Sum of the paper's parts but `displacement`."""
        return self.overfitting + self.underfitting + self.approximation

    @property
    def priced(self) -> float:
        """Sum of the overfitting and the prices of all features."""
        return self.overfitting + self.price_found + self.price_lost
