"""Quadratic network with a signed second layer: half its units +1, half -1. It varies the quadratic network."""
