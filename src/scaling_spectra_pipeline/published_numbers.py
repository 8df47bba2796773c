"""Numbers that others published, as they gave them: where each stands, and no file of theirs.

``networks`` : M of networks at d = 400, gamma = 1.25, Delta = 0.1, lambda sqrt(p/d) = 0.1 sqrt(n)/d, sum s_i^2 = d.
``bayes`` : the Bayes-optimal M times kappa of a teacher W W^T/(kappa d), W Gaussian of shape (d, kappa d), kappa = 1/2.
``denoising`` : a spike in white noise, per rank and in units of n sigma^2 (of sqrt(n) sigma: the threshold).
``recovery``, ``ellipsoids`` : n/d^2 at which a network of full width begins, or ceases, to be able to.
"""

from typing import NamedTuple

# dimension, exponent and noise of the teachers, and lambda sqrt(p/d) over sqrt(n)/d
DIM, GAMMA, NOISE_VAR, DECAY = 400, 1.25, 0.1, 0.1
# width of the Bayes-optimal teacher over d
KAPPA = 0.5


class Source(NamedTuple):
    """Where numbers were published."""

    title: str
    files: str


SOURCES = {
    "networks": Source(
        "How Width and Data Shape Generalization Scaling Laws in Quadratic Neural Networks, arXiv:2606.28242",
        "github.com/SPOC-group/WidthQuadraticNetworks, revision b5c649e982570a6d39d65ebebd019a0b68b0bfee, data_final/"
        "{SE,EXP}_rank_d400_n*_gamma1.25_noise0.1_lregtilde*.csv, ranks 400 (SE) and 800 (EXP)",
    ),
    "bayes": Source(
        "Bayes-optimal learning of an extensive-width neural network from quadratically many samples, arXiv:2408.03733",
        "github.com/SPOC-group/ExtensiveWidthQuadraticSamples, revision 6fff944be1fb218648814e008699dfac7c711593, "
        "data_theory/line_no_noise_0.5.csv and line_noise_0.5_0.25.csv (Delta = 4 0.25^2/0.5, which reproduces it)",
    ),
    "denoising": Source("The Optimal Hard Threshold for Singular Values is 4/sqrt(3), arXiv:1305.5870", "the abstract"),
    "recovery": Source(
        "High-Dimensional Analysis of Gradient Flow for Extensive-Width Quadratic Neural Networks, arXiv:2601.10483",
        "github.com/simonmartin15/QuadraticNets, revision 74b9916adc686f7c5e1a7705f501bba0301673f2, code/utils.py, "
        "PR_threshold_reg and inter_threshold_noiseless at kappa = 1",
    ),
    "ellipsoids": Source(
        "Exact threshold for approximate ellipsoid fitting of random points, arXiv:2310.05787", "the abstract"
    ),
}


class Network(NamedTuple):
    """M at n samples: state evolution at p = d; networks at p = 800, mean and standard deviation over data sets."""

    samples: float
    evolution: float
    trained: float
    deviation: float


NETWORKS = (
    Network(8000.0, 0.0904786, 0.1007791, 0.0029219),
    Network(14564.51362420865, 0.0608381, 0.0644697, 0.0007433),
    Network(26515.632138719888, 0.0533897, 0.0549953, 0.0006498),
    Network(48273.410692361314, 0.0508168, 0.0516020, 0.0001756),
    Network(87884.84346448937, 0.0283757, 0.0285930, 0.0006371),
    Network(160000.0, 0.0144176, 0.0145290, 0.0001395),
    Network(291290.272484173, 0.00773507, 0.0077344, 0.00008444),
    Network(530312.6427743984, 0.00433553, 0.00432179, 0.00003244),
)
# hidden units of least risk in their state evolution, in the order of `NETWORKS`
BEST_WIDTHS = (6, 8, 11, 15, 20, 26, 34, 45)


class Bayes(NamedTuple):
    """kappa M at n/d^2 and Delta."""

    noise_var: float
    ratio: float
    error: float


BAYES = (
    Bayes(0.0, 0.04811811023622047, 0.8844562354450365),
    Bayes(0.0, 0.09818110236220472, 0.7297017719545916),
    Bayes(0.0, 0.14824409448818898, 0.5609687998385354),
    Bayes(0.0, 0.19830708661417323, 0.3974706245147231),
    Bayes(0.0, 0.24837007874015748, 0.25163694656822133),
    Bayes(0.0, 0.29843307086614174, 0.13141835417828518),
    Bayes(0.5, 0.048149606299212604, 0.9005076699091389),
    Bayes(0.5, 0.13066141732283465, 0.6883404545834063),
    Bayes(0.5, 0.2524645669291339, 0.41195310280113223),
    Bayes(0.5, 0.3781968503937008, 0.24559933754994337),
    Bayes(0.5, 0.5, 0.16389157506752275),
)

# 4/sqrt(3), and the largest losses of that threshold, of the true rank, of the best soft threshold and shrinkage
DENOISING = {
    "best hard threshold": 2.3094010767585034,
    "largest loss, best hard threshold": 3.0,
    "largest loss, true rank": 5.0,
    "largest loss, best soft threshold": 6.0,
    "largest loss, best shrinkage": 2.0,
}


class Threshold(NamedTuple):
    """n/d^2 without noise for a teacher of kappa d Gaussian hidden units, closed forms to all their digits.

    ``unique`` : from here on no other positive semidefinite matrix fits. ``recovered`` : from here on the least penalty
    finds the teacher.
    """

    kappa: float
    unique: float
    recovered: float


# their forms, the second at the root of its equation in q
RECOVERY = (
    Threshold(0.1, 0.2975, 0.1575718151),
    Threshold(0.25, 0.359375, 0.2939418367),
    Threshold(0.5, 0.4375, 0.4221749822),
    # any teacher of full rank
    Threshold(2.0, 0.5, 0.5),
)
# n/d^2 up to which an ellipsoid passes through random points: random labels are interpolated
ELLIPSOIDS = 0.25
