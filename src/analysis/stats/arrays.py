"""Arrays of one kind, of any shape: names for what functions take and give."""

from __future__ import annotations

import numpy as np

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Ints = np.ndarray[tuple[int, ...], np.dtype[np.intp]]
Bools = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
