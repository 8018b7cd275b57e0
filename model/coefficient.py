"""What one coefficient of the program is: an array with its labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Coefficient:
    """An array with its labels: `values` has one axis per entry of `dims`, `labels` one tuple per axis."""

    dims: tuple[str, ...]
    labels: tuple[tuple[object, ...], ...]
    values: np.ndarray
