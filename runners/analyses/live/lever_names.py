"""What levers are called: measures and targets by their own names, all else as a sweep calls its settings."""

from __future__ import annotations

from collections.abc import Mapping

from runners.analyses.live.levers import Lever
from runners.views.names import name_known
from runners.views.setting_words import name_setting


def name_lever(lever: Lever, names: Mapping[str, str], lang: str) -> str:
    """What a lever is called: `Pris: El på marknaden`, a measure or a target by its own name.

    Args:
        names: of labels, in the language.
    """
    label = lever.key.partition(".")[2]
    return names.get(label, label) if lever.own_name else name_moved(lever.key, names, lang)


def name_moved(key: str, names: Mapping[str, str], lang: str) -> str:
    """What a setting is called: of all that there is in plain words, else as a sweep calls it."""
    return name_known(f"live_key_{key}", lang, name_setting(key, names, lang))
