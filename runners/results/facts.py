"""The facts of a result as JSON can hold them: what is no number is nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def plain_facts(value: Any) -> Any:
    """The value with null for what is no number, which JSON cannot write, and texts for keys.

    >>> plain_facts({2030: (float("nan"), 1.5)})
    {'2030': [None, 1.5]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain_facts(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain_facts(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
