"""Names for arrays in signatures; shapes stand in docstrings."""

import numpy as np
from numpy.typing import NDArray

# real numbers
Array = NDArray[np.float64]
# a number, or one for each of many points
Numbers = float | Array
# a condition on each entry
Mask = NDArray[np.bool_]
# places of entries, or classes counted from 0
Indices = NDArray[np.intp]
