"""Solvers of min |y - A(S)|^2 + c Tr S over S >= 0, one per file, all returning a certified `Solution`."""
