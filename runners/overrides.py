"""Which configuration the words after a command give.

Every word is checked by itself first, so that all mistakes are told at once and in our own words; what is left is
composed by Hydra from the files in `conf/` (`runners.compositions`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from math import isfinite
from operator import attrgetter
from typing import Any, get_args, get_origin, get_type_hints

from conf.schema import GROUPS, Config, list_keys
from runners.compositions import CONF_FOLDER, compose_choices, require_config
from runners.word_bounds import judge_value
from runners.word_values import NULL, is_list_of, is_number, is_whole, quote, quote_list, split_list
from scenarios.alike import find_alike
from scenarios.choices import HARD, LIMIT_CHOICES, LIMIT_MODES, OFF
from scenarios.errors import CaseError, Problem

WORD = re.compile(r"\+{0,2}(?P<key>[^\s=+~@]+)=(?P<value>.*)", re.DOTALL)
FORBIDDEN = ("${", "_target_")
"""Interpolations could read the environment, `_target_` could name code: data is data only."""
OWN_CASE = "case=own"
EXPERIMENT = "experiment"
NO_EXPERIMENT = (EXPERIMENT, "null")
SETTINGS = "settings"
MANY = re.compile(r"(range|choice|glob|interval)\(")
"""How values begin that are several at once."""
READERS: Mapping[Any, Callable[[str], bool]] = {
    float: is_number,
    float | None: lambda text: text == NULL or is_number(text),
    int: is_whole,
    int | None: lambda text: text == NULL or is_whole(text),
    list[str]: lambda text: is_list_of(text, bool),
    list[int]: lambda text: is_list_of(text, is_whole),
    list[float]: lambda text: is_list_of(text, is_number),
}
"""Which texts are a value, by type, where no grammar is needed: Hydra's takes milliseconds, and letters for errors."""
TRUE, FALSE = "true", "false"
MISSING = "???"
"""How Hydra says that a value is still to come."""
UNPLAIN = {"'", '"', "\\"}
"""Letters that mean something in Hydra's grammar, quoted or not."""
MOST_KEYS = 4096
"""Keys whose types are kept: a sweep asks for them once per level."""
SWITCHED: Mapping[str, str] = {"False": OFF, "false": OFF, "True": HARD, "true": HARD}
"""What YAML makes of `off` and `on` where nobody quotes them."""
LIMIT_KEYS = tuple(f"finance.{name}" for name in LIMIT_CHOICES)
"""Keys of modes of limits of money."""


@dataclass(frozen=True)
class Words:
    """Words of a command, split and checked.

    `plain` are composed by Hydra; `named` set a name in a map (`price.scale.electricity`, settings), which Hydra's
    grammar has no form for: they are set in the composed configuration.
    """

    plain: Mapping[str, str]
    named: Mapping[str, str]


def read_config(words: Sequence[str]) -> Config:
    """The configuration that overrides such as `target=hard adjust.capex.bio_ccs=1.2` give.

    Raises:
        CaseError: one problem per word that is not a choice.
    """
    read = read_words(words)
    groups = {key: value for key, value in read.plain.items() if key in GROUPS}
    config = compose_choices(tuple(groups.items()), write_overrides)
    rest = {key: value for key, value in read.plain.items() if key not in groups}
    straight = {key for key, value in rest.items() if _is_straight(key, value)}
    for key in straight:
        owner, _, name = key.rpartition(".")
        setattr(attrgetter(owner)(config) if owner else config, name, _read_value(key, rest[key]))
    if len(straight) < len(rest):
        config = _update(config, {key: value for key, value in rest.items() if key not in straight})
    return fill_names(config, read.named)


def _update(config: Config, words: Mapping[str, str]) -> Config:
    """The configuration with values that only Hydra's grammar reads."""
    from omegaconf import OmegaConf

    composed = OmegaConf.structured(config)
    for key, value in words.items():
        name, _, text = _write_override(key, value).partition("=")
        OmegaConf.update(composed, key, _parse_override(f"{key}={text}").value(), force_add=name != key)
    return require_config(OmegaConf.to_object(composed))


def _parse_override(text: str) -> Any:
    """A word by Hydra's grammar."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    return OverridesParser.create().parse_override(text)


def read_words(words: Sequence[str]) -> Words:
    """The words by what they set, the last one said where a key is said twice.

    Raises:
        CaseError: one problem per word that is not a choice.
    """
    pairs = split_words(words)
    problems = [problem for key, value in pairs.items() if (problem := check_pair(key, value))]
    if problems:
        raise CaseError(problems)
    return sort_words(pairs)


def sort_words(pairs: Mapping[str, str]) -> Words:
    """Which words Hydra composes, and which are set afterwards; a path of one's own names no case."""
    named = {key: value for key, value in pairs.items() if _split_entry(key)}
    plain = {key: value for key, value in pairs.items() if key not in named and (key, value) != NO_EXPERIMENT}
    if plain.get("case.path", "null") != "null" and "case" not in plain:
        plain |= dict([OWN_CASE.split("=")])
    return Words(plain, named)


def write_overrides(plain: Mapping[str, str]) -> list[str]:
    """The words as Hydra takes them."""
    return [_write_override(key, value) for key, value in plain.items()]


def fill_config(composed: Any, named: Mapping[str, str]) -> Config:
    """The typed configuration of what Hydra composed, names in maps set."""
    from omegaconf import OmegaConf

    return fill_names(require_config(OmegaConf.to_object(composed)), named)


def fill_names(config: Config, named: Mapping[str, str]) -> Config:
    """The configuration, names in its maps set."""
    for key, value in named.items():
        name, entry = _split_entry(key) or (key, "")
        attrgetter(name)(config)[entry] = _read_entry(name, value)
    return config


def write_config(config: Config) -> str:
    """The whole configuration as YAML."""
    from omegaconf import OmegaConf

    return OmegaConf.to_yaml(OmegaConf.create(asdict(config)))


def split_words(words: Sequence[str]) -> dict[str, str]:
    """Key to value of each word, the last one said where a key is said twice.

    Raises:
        CaseError: words that are not `key=value`, or that are not data alone.
    """
    pairs: dict[str, str] = {}
    problems: list[Problem] = []
    for word in words:
        match = WORD.fullmatch(word)
        if match is None:
            problems.append(Problem("override_form", word))
        elif any(text in word for text in FORBIDDEN):
            problems.append(Problem("override_forbidden", word))
        else:
            pairs.pop(match["key"], None)
            pairs[match["key"]] = match["value"]
    if problems:
        raise CaseError(problems)
    return pairs


def check_pair(key: str, value: str) -> Problem | None:
    """What is wrong with one override: its key, its group's option, or the type, form or size of its value."""
    if problem := check_key(key, value):
        return problem
    if MANY.match(value) or (key in GROUPS and "," in value):
        return Problem("override_many", f"{key}={value}", fields={"word": f"{key}={value}"})
    if key in GROUPS:
        none = ["null"] if key == EXPERIMENT else []
        return check_choice(key, value, [*list_options(key), *none])
    if key in LIMIT_KEYS:
        return check_choice(key, SWITCHED.get(value, value), LIMIT_MODES)
    if not _fits(key, value):
        return Problem(_name_kind(_find_kind(key)), f"{key}={value}", fields={"value": value})
    wrong = judge_value(_find_owner(key), _read_value(key, value))
    return None if wrong is None else Problem(wrong.key, f"{key}={value}", fields=wrong.fields)


def check_key(key: str, value: str = "") -> Problem | None:
    """What is wrong with a key alone."""
    if key in GROUPS or _find_kind(key) is not None:
        return None
    from scenarios.settings import VERBS

    verb, dot, rest = key.partition(".")
    settings = [f"{near}.{rest}" for near in find_alike(verb, VERBS) if dot and near != verb]
    alike = find_alike(key, [*GROUPS, *_list_kinds()], 3)
    nearest = ", ".join(dict.fromkeys([*settings, *_list_named(key), *alike][:3]))
    return Problem("override_unknown", f"{key}={value}", fields={"key": key, "nearest": nearest})


def _list_named(word: str) -> list[str]:
    """Keys of numbers that are called so in Swedish or English: `livslängd` is `adjust.life.TECHNOLOGY`."""
    from conf.words import LANGUAGES
    from runners.views.setting_words import name_quantity
    from scenarios.catalog import SETTABLE, YEAR
    from scenarios.naming import INSIDE, score_word
    from scenarios.settings import ADJUST, FIXED, SHORT

    short = {names[0]: name for name, names in SHORT.items()}
    scores = {
        ".".join([ADJUST, short.get(name, name), *(dim.upper() for dim in quantity.dims if dim != YEAR)]): score_word(
            word, [called for lang in LANGUAGES if (called := name_quantity(name, lang))]
        )
        for name, quantity in SETTABLE.items()
        if name not in FIXED
    }
    return sorted((key for key, score in scores.items() if score >= INSIDE), key=lambda key: -scores[key])[:2]


def takes_numbers(key: str) -> bool:
    """Whether a key's values are any numbers, whole or not."""
    return _find_kind(key) in (float, float | None)


def list_options(group: str) -> list[str]:
    """The ready-made choices of a group."""
    return sorted(path.stem for path in (CONF_FOLDER / group).glob("*.yaml"))


def check_choice(key: str, value: str, allowed: Iterable[str]) -> Problem | None:
    """What is wrong with a word that must be one of a few."""
    names = tuple(allowed)
    if value in names:
        return None
    return Problem("override_choice", f"{key}={value}", fields={"value": value, "names": ", ".join(names)})


@lru_cache(MOST_KEYS)
def _find_kind(key: str) -> Any:
    """The type of a key's value; None where there is no such key."""
    kinds = _list_kinds()
    if entry := _split_entry(key):
        return get_args(kinds[entry[0]])[1] if entry[0] != SETTINGS or _is_setting(entry[1]) else None
    return kinds.get(key)


def _is_setting(key: str) -> bool:
    from scenarios.settings import is_setting

    return is_setting(key)


@cache
def _list_kinds() -> Mapping[str, Any]:
    return list_keys()


@lru_cache(MOST_KEYS)
def _split_entry(key: str) -> tuple[str, str] | None:
    """The map and the name in it, for keys such as `price.scale.electricity` and for settings."""
    kinds = _list_kinds()
    if key in kinds:
        return None
    for name, kind in kinds.items():
        if get_origin(kind) is dict and key.startswith(f"{name}.") and len(key) > len(name) + 1:
            return name, key[len(name) + 1 :]
    return (SETTINGS, key) if _is_setting(key) else None


def _find_owner(key: str) -> str:
    """The key of the configuration that a word sets, or sets a name of."""
    entry = _split_entry(key)
    return entry[0] if entry else key


def _is_straight(key: str, value: str) -> bool:
    """Whether the value of a key, not of a name in a map, is said in plain form; Hydra's grammar reads all others."""
    kind = _find_kind(key)
    if _split_entry(key):
        return False
    if kind is bool:
        return value in (TRUE, FALSE)
    if kind in (str, str | None):
        plain = value.isprintable() and not set(value) & UNPLAIN and value != MISSING
        return plain and (value != NULL or kind == str | None)
    return kind in READERS and READERS[kind](value)


def _read_value(key: str, value: str) -> Any:
    """The value of a word that fits its type; None for what its type lets be nothing."""
    kind = _find_kind(key)
    items = split_list(value)
    if get_origin(kind) is list and items is not None:
        return [get_args(kind)[0](item) for item in items]
    if value == NULL:
        return None
    if kind in (int, int | None):
        return int(value)
    if kind in (float, float | None):
        return float(value)
    if _is_straight(key, value):
        return value == TRUE if kind is bool else value
    return value if _split_entry(key) else _parse_override(f"{key}={_quote(key, value)}").value()


def _read_entry(name: str, value: str) -> Any:
    """The value of a name in a map: a number, or whatever Hydra reads where the map takes anything."""
    if get_args(_list_kinds()[name])[1] is float:
        return float(value)
    return _parse_override(f"{name}={value}").value()


def _name_kind(kind: Any) -> str:
    """The message that says what a value of this type looks like."""
    inner = [part for part in get_args(kind) if part is not type(None)]
    if get_origin(kind) is dict:
        return "override_wants_map"
    if get_origin(kind) is list:
        return {int: "override_wants_whole_list", float: "near_wants_numbers"}.get(inner[0], "override_wants_list")
    plain = inner[0] if inner else kind
    return {
        Any: "override_wants_map",
        bool: "override_wants_flag",
        int: "override_wants_whole",
        float: "override_wants_number",
        str: "override_wants_text",
    }[plain]


def _fits(key: str, value: str) -> bool:
    """True where the value is one that the schema takes."""
    reader = READERS.get(_find_kind(key))
    if reader is not None:
        return reader(value)
    if _is_straight(key, value):
        return True
    entry = _split_entry(key)
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    if entry:
        key, value = entry[0], f"{{entry:{value}}}"
    try:
        override = _parse_override(f"{key}={_quote(key, value)}")
        if override.is_sweep_override() or not _maps_numbers(key, override.value()):
            return False
        owner, _, last = key.rpartition(".")
        OmegaConf.update(OmegaConf.structured(_find_section(owner)), last, override.value())
    except (HydraException, OmegaConfBaseException, ValueError, TypeError, ArithmeticError, RecursionError):
        return False
    return True


@cache
def _find_section(owner: str) -> Any:
    """The dataclass of the keys below one; of the whole configuration where it is blank."""
    section: Any = Config
    for name in owner.split(".") if owner else ():
        section = get_type_hints(section)[name]
    return section


def _maps_numbers(key: str, value: Any) -> bool:
    """False for a map whose entries are no finite numbers, where the schema wants a map of numbers."""
    if get_args(_list_kinds()[key])[1:] != (float,) or not isinstance(value, dict):
        return True
    return all(isinstance(one, int | float) and not isinstance(one, bool) and isfinite(one) for one in value.values())


def _write_override(key: str, value: str) -> str:
    """The override as Hydra takes it: new names in a map have to be forced."""
    force = "++" if get_origin(_list_kinds().get(key)) is dict else ""
    return f"{force}{key}={_quote(key, value)}"


def _quote(key: str, value: str) -> str:
    """The value as Hydra's grammar wants it: text and names take any text, spaces and letters of every alphabet."""
    kind = _list_kinds().get(key)
    if kind == list[str]:
        items = split_list(value)
        return value if items is None else quote_list(items)
    if kind not in (str, str | None) or value == NULL or value[:1] in ("'", '"'):
        return value
    return quote(value)
