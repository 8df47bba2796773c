"""Tidy tables of the pipeline: one schema a stage, with the meaning of every column."""
