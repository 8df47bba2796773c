"""Weight decays that follow the dimension."""

from decimal import Decimal


def weight_decay(coefficient: float, exponent: float, dim: float) -> float:
    """lambda = c d^e, the same number on every processor.

    Powers of floating-point numbers end in other digits with other libraries, and tables name their points by lambda.
    """
    return float(Decimal(coefficient) * Decimal(float(dim)) ** Decimal(exponent))
