"""The part of the (n_eff, lambda) plane that diagrams and maps show."""

# ends as powers of d: from before the first feature is found to beyond n_eff = d^(2 gamma)
FIRST, BEYOND = -0.45, 1.2
LEAST, ABOVE = -1.25, 1.5


def window(dim: float, gamma: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Ends in n_eff and in lambda; the uppermost lambda lies above every phase but Ib at the right end."""
    return (dim**FIRST, dim ** (2 * gamma + BEYOND)), (dim**LEAST, dim ** (gamma + ABOVE))
