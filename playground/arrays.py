"""Names for arrays in annotations, the same in every file."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
"""An array; the docstring says its shape and what it holds, float64 unless it says otherwise."""
Floats = NDArray[np.float64]
ByLayer = dict[int, Array]
"""One array for each layer, by its number l, counted from 1 as in the lecture."""
