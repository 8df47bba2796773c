"""Mean squared error of the optimal rotation-invariant denoiser of S + delta G.

Given an eigenvalue x of the sum, with subordination point w = u + iv, the spectral law of S seen through
its eigenvector puts the weight t p_i/|w - s_i|^2 on s_i (Biane 1997; Bun, Allez, Bouchaud & Potters 2016).
The optimal eigenvalue is the mean of that law and its variance the error,

    M(t) = int Var(s | x) dmu(x) = t - (4 pi^2/3) t^2 int mu^3,

the first form without the cancellation of the second.
"""

import numpy as np

from scaling_spectra.arrays import Array
from scaling_spectra.free_probability.lattice import excess_cube
from scaling_spectra.free_probability.subordination import blocks, boundary_height
from scaling_spectra.free_probability.support import alone, support
from scaling_spectra.merging import MergedSpectrum
from scaling_spectra.spectrum import Spectrum, distinct

# Gauss-Kronrod rule of 21 nodes on [-1, 1], and the Gauss rule of every second of them (Piessens et al., QUADPACK)
_HALF = [0.9956571630258081, 0.9739065285171717, 0.9301574913557082, 0.8650633666889845, 0.7808177265864169]
_HALF += [0.6794095682990244, 0.5627571346686047, 0.4333953941292472, 0.2943928627014602, 0.1488743389816312, 0.0]
_FINE = [0.0116946388673719, 0.0325581623079647, 0.0547558965743520, 0.0750396748109199, 0.0931254545836976]
_FINE += [0.1093871588022976, 0.1234919762620659, 0.1347092173114733, 0.1427759385770601, 0.1477391049013385]
_COARSE = [0.0666713443086881, 0.1494513491505806, 0.2190863625159820, 0.2692667193099964, 0.2955242247147529]
NODE = np.concatenate([-np.array(_HALF[:-1]), _HALF[::-1]])
WEIGHTS = np.zeros((2, NODE.size))
WEIGHTS[0, :11] = [*_FINE, 0.1494455540029169]
WEIGHTS[1, 1:10:2] = _COARSE
WEIGHTS[:, 11:] = WEIGHTS[:, 9::-1]
LEVELS = 40
# below this height, in gaps between atoms, the density dips: a panel ends there
DIP = 2.0
# M/t below which it counts as zero
ROUNDING = 1e-18
# a value from which noise turns less than this of an eigenvector's square is alone: its error is known to the same
ALONE = 1e-10


def optimal_distance(spectrum: Spectrum, variance: float, *, tol: float = 1e-10) -> float:
    """Error M(t) of the optimal denoiser, at variance t > 0 of the noise.

    The integral over Re w, cut where the support ends or the density dips between two atoms, is
    refined until a Gauss rule inside each panel's rule differs from it by less than `tol` relative.

    A merged power law is right to about 10^-4: where the noise is below the spacing of the merged
    values, their density is corrected for that of the values they stand for.
    """
    correction = _correction(spectrum, variance) if isinstance(spectrum, MergedSpectrum) else 0.0
    spectrum = distinct(spectrum)
    low, high = _panels(spectrum, variance)
    # the noise that comes from all others; between the ends of its part of the support would be rounding only
    single = alone(spectrum, variance, ALONE)
    known = variance * float(spectrum.fractions[single] @ (1 - spectrum.fractions[single]))
    above = np.append(np.sort(spectrum.values[single]), np.inf)
    others = above[np.searchsorted(above, low)] > high
    low, high = low[others], high[others]
    centre, radius = (low + high) / 2, (high - low) / 2
    # u = centre - radius cos(theta) smooths the square roots at the edges
    start, stop = np.zeros(low.size), np.full(low.size, np.pi)
    total, panels = known, max(low.size, 1)
    for _ in range(LEVELS):
        fine, coarse = _integrate(spectrum, variance, centre, radius, start, stop)
        # a spectrum of one value is known exactly: M = 0 but for rounding
        scale = total + fine.sum() + ROUNDING * variance
        rough = np.abs(fine - coarse) > tol * np.maximum(scale / panels, fine)
        total += fine[~rough].sum()
        if not rough.any():
            break
        centre, radius = np.tile(centre[rough], 2), np.tile(radius[rough], 2)
        start, stop = start[rough], stop[rough]
        middle = (start + stop) / 2
        start, stop = np.concatenate([start, middle]), np.concatenate([middle, stop])
    else:
        raise ArithmeticError(f"optimal denoiser: quadrature does not reach {tol:g} at variance {variance:g}")
    return float(total) + correction


def _correction(spectrum: MergedSpectrum, variance: float) -> float:
    """What -(4 pi^2/3) t^2 int mu^3 changes if every merged value is resolved again, spaced evenly."""
    spacing = spectrum.source.spacing(spectrum.values)
    if spacing is None:
        return 0.0
    single, counts = 1 / spectrum.dim, spectrum.weights
    tau = variance * single / spacing**2
    change = (single * counts) ** 2 * excess_cube(tau / counts) - single**2 * counts * excess_cube(tau)
    return variance * float(np.sum(change[counts != 1]))


def _panels(spectrum: Spectrum, variance: float) -> tuple[Array, Array]:
    """Ends of intervals of Re w that hold the support, without dips inside."""
    edges = support(spectrum, variance).points
    middles = (spectrum.values[1:] + spectrum.values[:-1]) / 2
    height = boundary_height(spectrum, variance, middles)
    dips = middles[(height > 0) & (height < -DIP * np.diff(spectrum.values))]
    cuts = np.sort(np.concatenate([edges.ravel(), dips]))
    owner = np.searchsorted(edges[:, 0], cuts, side="right") - 1
    inside = cuts[:-1] < edges[owner[:-1], 1]
    return cuts[:-1][inside], cuts[1:][inside]


def _integrate(
    spectrum: Spectrum,
    variance: float,
    centre: Array,
    radius: Array,
    start: Array,
    stop: Array,
) -> Array:
    """Integral over each panel by Gauss-Kronrod in theta, and by the Gauss rule inside it, shape (2, panels)."""
    theta = ((start + stop)[:, None] + (stop - start)[:, None] * NODE) / 2
    u = centre[:, None] - radius[:, None] * np.cos(theta)
    du = radius[:, None] * np.sin(theta) * (stop - start)[:, None] / 2
    integrals: Array = WEIGHTS @ (_error_density(spectrum, variance, u.ravel()).reshape(u.shape) * du).T
    return integrals


def _error_density(spectrum: Spectrum, variance: float, points: Array) -> Array:
    """Var(s | x) rho(x) dx/du at real u, shape (k,)."""
    heights = boundary_height(spectrum, variance, points)
    result = np.empty(points.size)
    for block in blocks(points.size, spectrum.values.size):
        u, v = points[block], heights[block]
        offset = u[:, None] - spectrum.values
        q = 1 / (offset**2 + v[:, None] ** 2)
        # u minus the posterior mean, then the variance about it
        shift = variance * ((q * offset) @ spectrum.fractions)
        spread = variance * ((q * (offset - shift[:, None]) ** 2) @ spectrum.fractions)
        # dx = |z'|^2/Re z' du along the boundary curve; z' = 1 - t mean 1/(w - s)^2 = 2 t v mean (v + i (u - s)) q^2
        q **= 2
        slope = 2 * variance * v * (v * (q @ spectrum.fractions) + 1j * ((q * offset) @ spectrum.fractions))
        # v = 0 next to an edge, by rounding
        stretch = np.divide(np.abs(slope) ** 2, slope.real, out=np.zeros(v.size), where=v > 0)
        result[block] = spread * v / (np.pi * variance) * stretch
    return result
