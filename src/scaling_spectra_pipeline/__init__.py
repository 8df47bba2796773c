"""What the Snakemake workflow needs around the numerical core: configuration, tables, provenance, checks."""
