"""What is waited for: the number of the futures that goes with how much of a measure begins later.

    rank = correlation of the ranks of the amounts and of a number's values over the futures      (Spearman)

The number whose rank correlation is the largest is told, where it is at least half and futures are enough to say so. It
goes with the amount, and proves no cause.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import rankdata

from conf.words import LANGUAGES
from runners.analyses.futures.found import Found
from runners.analyses.stress.conditions import list_names
from runners.views.setting_words import name_setting

HANGING = ("hangs_on", "together_rank", *(f"hangs_on_{lang}" for lang in LANGUAGES))
FEWEST = 5
"""Futures from which on a rank correlation says anything."""
LEAST = 0.5
SAME = 1e-6
UNMOVED = 1.0
"""What a factor is where a future leaves it alone; levels that only some futures set are not compared."""


def tell_hanging(found: Found, amounts: np.ndarray) -> dict[str, Any]:
    """The columns of `HANGING` for a measure of which futures begin such amounts later (n_futures)."""
    none: dict[str, Any] = dict.fromkeys(HANGING, "") | {"together_rank": np.nan}
    if len(amounts) < FEWEST or np.ptp(amounts) <= SAME * max(1.0, float(np.abs(amounts).max())):
        return none
    settings = [ending.future.settings for ending in found.endings]
    ranks = {}
    for key in dict.fromkeys(key for one in settings for key in one):
        values = np.array([one.get(key, UNMOVED) for one in settings])
        if np.ptp(values) > 0:
            ranks[key] = float(np.corrcoef(rankdata(values), rankdata(np.round(amounts, 6)))[0, 1])
    if not ranks:
        return none
    key = max(ranks, key=lambda name: abs(ranks[name]))
    if abs(ranks[key]) < LEAST:
        return none
    named = {f"hangs_on_{lang}": name_setting(key, list_names(found.scenario, lang), lang) for lang in LANGUAGES}
    return {"hangs_on": key, "together_rank": ranks[key], **named}
