"""Names of array types for annotations, the same in every file."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
"""An array. The docstring gives its shape and content; float64 unless it names another type."""
Floats = NDArray[np.float64]
ByLayer = dict[int, Array]
"""One array for each layer, by its number l, counted from 1 as in the lecture."""
