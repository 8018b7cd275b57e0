"""What leads to a target being missed, in words: boxes of drawn numbers, target by target."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from conf.words import LANGUAGES, format_number, say
from runners.analyses.stress.circumstances import FAILS, LATE, REFUSED, SETTINGS, SHARE, TIED
from runners.analyses.stress.discovery import Bound, find_box
from runners.analyses.stress.futures import ALL
from runners.analyses.stress.tables import Tried, group_tried, list_missed
from runners.views.setting_words import name_setting, say_setting_value
from scenarios.terms import ACTOR, INSTRUMENT, TARGET, TECHNOLOGY

PERCENT = 100.0
COLUMNS = (
    *("circumstance", "level", TARGET, "target_sv", "target_en", "futures", "missed", "inside", "missed_inside"),
    *("condition_sv", "condition_en"),
)


def tabulate_conditions(
    tried: Sequence[Tried], scenario: xr.Dataset, before: Collection[tuple[str, int]] = ()
) -> pd.DataFrame:
    """A row per circumstance, level and target that some futures miss and some meet, where numbers tell which.

    `before` are targets and years that are missed where all comes as planned: they are not counted.
    """
    names = {lang: list_names(scenario, lang) for lang in LANGUAGES}
    rows = []
    for (circumstance, level), group in group_tried(tried).items():
        found = [one for one in group if len(one.targets) and one.answer.future.drawn]
        if not found:
            continue
        keys = list(found[0].answer.future.drawn)
        numbers = np.array([[one.answer.future.drawn[key] for key in keys] for one in found])
        misses = [{target for target, _ in list_missed(one).difference(before)} for one in found]
        for target in dict.fromkeys(name for one in found for name in one.targets[TARGET].tolist()):
            missed = np.array([target in some for some in misses])
            box = find_box(numbers, missed)
            if box is None:
                continue
            told = {lang: _say_bounds(box.bounds, keys, names[lang], lang) for lang in LANGUAGES}
            rows.append(
                {
                    "circumstance": circumstance,
                    "level": level,
                    TARGET: target,
                    **{f"target_{lang}": names[lang].get(f"{TARGET}.{target}", target) for lang in LANGUAGES},
                    "futures": box.futures,
                    "missed": box.missed,
                    "inside": box.inside,
                    "missed_inside": box.missed_inside,
                    **{f"condition_{lang}": told[lang] for lang in LANGUAGES},
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def list_names(scenario: xr.Dataset, lang: str) -> dict[str, str]:
    """Names by label, of targets by `target.` and label, of actors and programmes by how a scope names them."""
    names: dict[str, str] = {}
    for dim, start in (
        (TECHNOLOGY, ""),
        (INSTRUMENT, ""),
        ("commodity", ""),
        (ACTOR, "actor."),
        (TARGET, f"{TARGET}."),
    ):
        labels, texts = scenario[dim].values.astype(str), scenario[f"{dim}_name_{lang}"].values.astype(str)
        names |= {f"{start}{label}": text for label, text in zip(labels.tolist(), texts.tolist(), strict=True)}
    return names


def name_key(key: str, names: Mapping[str, str], lang: str) -> str:
    """A number that is drawn, by its name."""
    part, _, rest = key.partition(".")
    if part == SETTINGS:
        return name_setting(rest.split(TIED)[0].strip(), names, lang)
    name = say("stress_all_measures", lang) if rest == ALL else names.get(rest, rest.replace("_", " "))
    return say(f"stress_key_{part}", lang, name=name)


def _say_bounds(bounds: Sequence[Bound], keys: Sequence[str], names: Mapping[str, str], lang: str) -> str:
    return say("stress_and", lang).join(_say_bound(bound, keys[bound.key], names, lang) for bound in bounds)


def _say_bound(bound: Bound, key: str, names: Mapping[str, str], lang: str) -> str:
    """A number of a future and the end from which on it is meant."""
    part, _, rest = key.partition(".")
    side = "least" if bound.least else "most"
    if part == SETTINGS:
        first = rest.split(TIED)[0].strip()
        fields = {"name": name_setting(first, names, lang), "number": say_setting_value(first, bound.number, lang)}
        return say(f"stress_bound_{side}", lang, **fields)
    name = say("stress_all_measures", lang) if rest == ALL else names.get(rest, rest.replace("_", " "))
    if part == SHARE:
        percent = format_number(PERCENT * bound.number, lang, 0)
        return say(f"stress_bound_share_{side}", lang, name=name, percent=percent)
    if part == LATE:
        return say(f"stress_bound_late_{side}", lang, name=name, years=format_number(bound.number, lang, 0))
    if part in (FAILS, REFUSED):
        return say(f"stress_bound_{part}_{side}", lang, name=name)
    return f"{key} {bound.number:g}"
