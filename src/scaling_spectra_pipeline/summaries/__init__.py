"""What the tables behind each figure say in a few numbers: fitted exponents, ratios, distances between curves."""
