"""Read by mypy alone: the modules of every network have the types that the interface says."""

from scaling_spectra.networks.diagonal import correlated as diagonal_correlated
from scaling_spectra.networks.diagonal import decomposition as diagonal_decomposition
from scaling_spectra.networks.diagonal import identities as diagonal_identities
from scaling_spectra.networks.diagonal import lazy as diagonal_lazy
from scaling_spectra.networks.diagonal import learned as diagonal_learned
from scaling_spectra.networks.diagonal import limits as diagonal_limits
from scaling_spectra.networks.diagonal import problem as diagonal_problem
from scaling_spectra.networks.diagonal import pruning as diagonal_pruning
from scaling_spectra.networks.diagonal import solving as diagonal_solving
from scaling_spectra.networks.diagonal import theory as diagonal_theory
from scaling_spectra.networks.diagonal import training as diagonal_training
from scaling_spectra.networks.interface.correlated import Correlated
from scaling_spectra.networks.interface.decomposition import RiskParts
from scaling_spectra.networks.interface.identities import Identities
from scaling_spectra.networks.interface.inputs import Inputs
from scaling_spectra.networks.interface.lazy import Lazy
from scaling_spectra.networks.interface.learned import LearnedLaw
from scaling_spectra.networks.interface.limits import Limits
from scaling_spectra.networks.interface.narrow import Narrow
from scaling_spectra.networks.interface.problem import Problem
from scaling_spectra.networks.interface.pruning import Pruning
from scaling_spectra.networks.interface.solving import Solving
from scaling_spectra.networks.interface.theory import Theory
from scaling_spectra.networks.interface.training import Training
from scaling_spectra.networks.interface.width import Width
from scaling_spectra.networks.quadratic import correlated as quadratic_correlated
from scaling_spectra.networks.quadratic import decomposition as quadratic_decomposition
from scaling_spectra.networks.quadratic import identities as quadratic_identities
from scaling_spectra.networks.quadratic import inputs as quadratic_inputs
from scaling_spectra.networks.quadratic import lazy as quadratic_lazy
from scaling_spectra.networks.quadratic import learned as quadratic_learned
from scaling_spectra.networks.quadratic import limits as quadratic_limits
from scaling_spectra.networks.quadratic import narrow as quadratic_narrow
from scaling_spectra.networks.quadratic import problem as quadratic_problem
from scaling_spectra.networks.quadratic import pruning as quadratic_pruning
from scaling_spectra.networks.quadratic import solving as quadratic_solving
from scaling_spectra.networks.quadratic import theory as quadratic_theory
from scaling_spectra.networks.quadratic import training as quadratic_training
from scaling_spectra.networks.quadratic import width as quadratic_width
from scaling_spectra.networks.signed import identities as signed_identities
from scaling_spectra.networks.signed import learned as signed_learned
from scaling_spectra.networks.signed import limits as signed_limits
from scaling_spectra.networks.signed import problem as signed_problem
from scaling_spectra.networks.signed import solving as signed_solving
from scaling_spectra.networks.signed import theory as signed_theory
from scaling_spectra.networks.signed import training as signed_training

_diagonal_correlated: Correlated = diagonal_correlated
_quadratic_correlated: Correlated = quadratic_correlated
_diagonal_decomposition: RiskParts = diagonal_decomposition
_quadratic_decomposition: RiskParts = quadratic_decomposition
_diagonal_identities: Identities = diagonal_identities
_quadratic_identities: Identities = quadratic_identities
_quadratic_inputs: Inputs = quadratic_inputs
_diagonal_lazy: Lazy = diagonal_lazy
_quadratic_lazy: Lazy = quadratic_lazy
_diagonal_learned: LearnedLaw = diagonal_learned
_quadratic_learned: LearnedLaw = quadratic_learned
_diagonal_limits: Limits = diagonal_limits
_quadratic_limits: Limits = quadratic_limits
_diagonal_problem: Problem = diagonal_problem
_quadratic_problem: Problem = quadratic_problem
_diagonal_pruning: Pruning = diagonal_pruning
_quadratic_pruning: Pruning = quadratic_pruning
_diagonal_solving: Solving = diagonal_solving
_quadratic_solving: Solving = quadratic_solving
_diagonal_theory: Theory = diagonal_theory
_quadratic_theory: Theory = quadratic_theory
_diagonal_training: Training = diagonal_training
_quadratic_training: Training = quadratic_training
_quadratic_narrow: Narrow = quadratic_narrow
_quadratic_width: Width = quadratic_width
_signed_identities: Identities = signed_identities
_signed_learned: LearnedLaw = signed_learned
_signed_limits: Limits = signed_limits
_signed_problem: Problem = signed_problem
_signed_solving: Solving = signed_solving
_signed_theory: Theory = signed_theory
_signed_training: Training = signed_training
