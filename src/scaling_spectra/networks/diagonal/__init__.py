"""Diagonal linear network f(x) = sum_i a_i w_i x_i / sqrt(d), equivalent to the LASSO."""
