"""Defaults and limits that the command line, the library and the configuration have in common."""

# gamma: the norm of the teacher diverges towards 1/2; beyond 4 a handful of features leaves nothing for others to show
GAMMA, LEAST_GAMMA, LARGEST_GAMMA = 0.75, 0.55, 4.0
# Delta
NOISE_VAR = 0.5
# a of inputs with variances ~ i^(-a): features fall so fast beyond it that no second one is left
LARGEST_INPUT_EXPONENT = 4.0
# of a number and of d: beyond these nothing is left of double precision
LARGEST, LARGEST_DIM = 1e12, 10**15
# training: how, the relative gap or gradient to reach, the budget, and the standard deviation of the initial weights
METHODS = ("network", "convex")
TOLERANCE, MAX_EVALUATIONS, INIT_SCALE = 1e-6, 20_000, 0.1
# gradient flow: standard deviation of the initial weights, its least, and features whose appearance is told
FLOW_INIT_SCALE, LEAST_FLOW_INIT_SCALE, SHOWN = 0.01, 1e-100, 8
