"""Quadratic network f(x) = (|W x|^2 - |W|_F^2) / (sqrt(p) d), equivalent to nuclear-norm minimisation."""
