"""Scaling laws and weight spectra of shallow networks: theory, training and convex solvers."""
