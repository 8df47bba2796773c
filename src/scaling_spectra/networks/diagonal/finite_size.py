"""Risk at finite d: inputs measure with Gaussian vectors, as state evolution has it, and nothing is added."""

NAME = None
