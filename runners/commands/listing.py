"""`fardplan list measures|targets|commodities|actors|keys|adopted [words]`: what can be said, by any of its names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conf.schema import list_keys
from conf.words import LANGUAGES, clip, say
from runners.command_words import Grammar, Mistake, sort_words
from runners.exit_codes import DONE
from runners.views.names import name_unit
from scenarios.errors import CaseError, Problem
from scenarios.families import list_families
from scenarios.naming import DECLARED, INSIDE, Named, name_rows, score_word
from scenarios.settings import ADJUST, FIXED, SHORT
from scenarios.tables import Tables
from scenarios.terms import ACTOR, COMMODITY, FAMILY, PROGRAMME, TARGET, TECHNOLOGY

MEASURES, TARGETS, COMMODITIES, ACTORS, KEYS, ADOPTED = KINDS = (
    *("measures", "targets", "commodities", "actors", "keys", "adopted"),
)
SWEDISH = {
    "åtgärder": MEASURES,
    "mål": TARGETS,
    "varor": COMMODITIES,
    "aktörer": ACTORS,
    "nycklar": KEYS,
    "antagna": ADOPTED,
}
GRAMMAR = Grammar(choices=("",), nearest=1)
COMMAND = "list"
MOST_KEYS = 40
"""Keys shown at a time: more of them ask for another word."""
NAME, LABEL = 48, 30
LABELLED = ("commodity", "actor", "account", "target", "instrument", "group", "technology")
"""Dimensions whose labels have names in the case's tables, in the order in which they are shown."""


@dataclass(frozen=True)
class Key:
    """A key as it is typed, with what it is called in each language, in which unit, and how it may be continued."""

    key: str
    names: tuple[str, ...]
    unit: str = ""


def run_list(words: Sequence[str], lang: str = LANGUAGES[0]) -> int:
    """`fardplan list`: write what was asked for, give the exit code.

    Raises:
        CaseError: no kind of thing was said, or one that there is none of; the case cannot be used.
    """
    said = sort_words(words, GRAMMAR)
    problems = said.explain(_tell_mistake)
    kind = SWEDISH.get(said.names[0], said.names[0]) if said.names else ""
    if kind not in KINDS:
        problems.append(Problem("list_kind", COMMAND, fields={"found": kind, "names": ", ".join(KINDS)}))
    if problems:
        raise CaseError(problems)
    if kind == ADOPTED:
        print("\n".join(_write_adopted(said.names[1:], lang)), flush=True)
        return DONE
    from runners.chosen import choose, find_folder
    from runners.overrides import read_config
    from scenarios.tables import choose_rows, read_tables

    config = read_config(said.choices)
    tables = choose_rows(read_tables(find_folder(config)), choose(config).variants)
    sought = said.names[1:]
    write = {
        MEASURES: _write_measures,
        TARGETS: _write_targets,
        COMMODITIES: _write_commodities,
        ACTORS: _write_actors,
        KEYS: _write_keys,
    }[kind]
    lines = list(write(tables, sought, lang))
    print(
        "\n".join(lines or [say("list_none", lang, words=" ".join(sought)) if sought else say("list_empty", lang)]),
        flush=True,
    )
    return DONE


def is_meant(words: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether every word is one of the words of some text, or a part of one where it is long enough.

    >>> is_meant(["el"], ["El på marknaden"]), is_meant(["el"], ["Elväg"]), is_meant(["väg"], ["Elväg"])
    (True, False, True)
    """
    return all(score_word(word, texts) >= INSIDE for word in words)


def _write_adopted(words: Sequence[str], lang: str) -> Iterator[str]:
    """Adopted plans in their order, of `runs/` or of a folder: decision, day, case, digest and frozen copy."""
    from runners.keepsake import DIGEST_LENGTH, RUNS
    from runners.results.register import FOLDER, read_register

    register = read_register((Path(words[0]).expanduser() if words else RUNS) / FOLDER)
    for entry in register.entries:
        told = (entry.adopted[:10], entry.case, entry.digest[:DIGEST_LENGTH], str(register.place / entry.folder))
        yield f"{clip(entry.name, NAME):<{NAME}} {'  '.join(told)}"
    if not register.entries:
        yield say("adopted_none", lang, folder=register.place)


def _write_measures(tables: Tables, words: Sequence[str], lang: str) -> Iterator[str]:
    """Families first, then measures: key, code, name, programme and owner."""
    frame = tables.frames["technologies"]
    named = {thing.label: thing for thing in name_rows(tables, TECHNOLOGY)}
    of_family: dict[str, list[str]] = {}
    for family in list_families(tables, ()):
        thing = Named(family.label, "", tuple(family.names.values()), FAMILY)
        for measure in family.measures:
            of_family.setdefault(measure, []).extend(thing.words)
        if is_meant(words, thing.words):
            names = say("list_family", lang, name=family.names[lang], measures=", ".join(family.measures))
            yield f"{family.label:<{LABEL}} {'':<6}{names}"
    called = {dim: _name_all(tables, dim) for dim in (PROGRAMME, ACTOR)}
    for row in frame.to_dict("records"):
        thing = named[str(row["technology"])]
        about = [called[dim].get(str(row[dim]), (str(row[dim]),) * len(LANGUAGES)) for dim in called]
        labels = [str(row[dim]) for dim in called]
        texts = [*thing.words, *labels, *(name for names in about for name in names), *of_family.get(thing.label, ())]
        if row["measure"] == "yes" and is_meant(words, texts):
            name = clip(_choose(thing.names, lang), NAME)
            told = ", ".join(_choose(names, lang) for names in about)
            yield f"{thing.label:<{LABEL}} {thing.code:<6}{name:<{NAME}}  {told}"


def _name_all(tables: Tables, dim: str) -> dict[str, tuple[str, ...]]:
    """The names of labels by language, of what has any."""
    rows = tables.frames[DECLARED.get(dim, f"{dim}s")].to_dict("records")
    return {str(row[dim]): tuple(str(row[f"name_{lang}"]) or str(row[dim]) for lang in LANGUAGES) for row in rows}


def _write_commodities(tables: Tables, words: Sequence[str], lang: str) -> Iterator[str]:
    """Commodities: key, name and unit; what a measure may save is one of them."""
    units = dict(zip(tables.frames["commodities"][COMMODITY], tables.frames["commodities"]["unit"], strict=True))
    for thing in name_rows(tables, COMMODITY):
        if is_meant(words, thing.words):
            name = clip(_choose(thing.names, lang), NAME)
            yield f"{thing.label:<{LABEL}} {name:<{NAME}}  {name_unit(str(units[thing.label]), lang)}"


def _write_actors(tables: Tables, words: Sequence[str], lang: str) -> Iterator[str]:
    """Actors: key and name; who owns a measure is one of them."""
    for thing in name_rows(tables, ACTOR):
        if is_meant(words, thing.words):
            yield f"{thing.label:<{LABEL}} {clip(_choose(thing.names, lang), NAME)}"


def _write_targets(tables: Tables, words: Sequence[str], lang: str) -> Iterator[str]:
    """Targets: key, name, account and year."""
    for row in tables.frames["targets"].to_dict("records"):
        thing = Named(str(row["target"]), "", (str(row["name_sv"]), str(row["name_en"])), TARGET)
        if is_meant(words, [*thing.words, str(row["account"])]):
            name = clip(_choose(thing.names, lang), NAME)
            yield f"{thing.label:<{LABEL}} {name:<{NAME}}  {row['account']}, {row['year']}"


def _write_keys(tables: Tables, words: Sequence[str], lang: str) -> Iterator[str]:
    """Keys with what they are called; those of the case's own labels only where a word asks for one."""
    found = [key for key in _list_keys(tables, words) if is_meant(words, [key.key, *key.names])]
    if any(key.key.startswith(ADJUST) for key in found):
        yield say("list_verbs", lang)
    for key in found[:MOST_KEYS]:
        unit = f" ({name_unit(key.unit, lang)})" if key.unit and key.unit != "1" else ""
        yield f"{key.key:<{NAME}} {_choose(key.names, lang)}{unit}".rstrip()
    if len(found) > MOST_KEYS:
        yield say("list_more", lang, count=len(found) - MOST_KEYS)


def _list_keys(tables: Tables, words: Sequence[str]) -> Iterator[Key]:
    """Choices; then numbers, by quantity, and by the label of the case that a word means."""
    for key in list_keys():
        yield Key(key, _name_choice(key))
    yield from _list_numbers(tables, {})
    for dim in LABELLED:
        for thing in name_rows(tables, dim) if words else ():
            if is_any(words, thing):
                yield from _list_numbers(tables, {dim: thing})


def is_any(words: Sequence[str], thing: Named) -> bool:
    """Whether a word means a thing."""
    return any(score_word(word, thing.words) >= INSIDE for word in words)


def _list_numbers(tables: Tables, labels: Mapping[str, Named]) -> Iterator[Key]:
    """Keys of the quantities, with these labels in their places."""
    from runners.views.setting_words import name_quantity
    from scenarios.catalog import SETTABLE

    long = {names[0]: short for short, names in SHORT.items()}
    for name, quantity in SETTABLE.items():
        own = [dim for dim in quantity.dims if dim in labels]
        if name in FIXED or (labels and not own) or name == "sale_price":
            continue
        short = long.get(name, name)
        parts = [labels[dim].label if dim in labels else dim.upper() for dim in quantity.dims if dim != "year"]
        year = "[.YEAR]" if quantity.yearly else ""
        called = [name_quantity(short, lang) or name_quantity(name, lang) or name for lang in LANGUAGES]
        told = [
            f"{what}: {_choose(labels[own[0]].names, lang)}" if own else what
            for what, lang in zip(called, LANGUAGES, strict=True)
        ]
        extra = tuple(word for dim in own for word in labels[dim].words)
        key = f"{ADJUST}.{'.'.join([short, *parts])}{year}"
        yield Key(key, (*told, *extra), _name_unit(tables, quantity.unit, labels))


def _name_unit(tables: Tables, unit: str, labels: Mapping[str, Named]) -> str:
    """The unit with what the row of the label says; blank where it depends on what is not said."""
    case = tables.frames["case"]
    named = {"money": str(case.loc[case["quantity"] == "money", "value"].iloc[-1])}
    for dim, thing in labels.items():
        frame = tables.frames[DECLARED.get(dim, f"{dim}s")]
        row = frame[frame[dim] == thing.label].iloc[0]
        columns = [name for name in map(str, frame.columns) if name.endswith("_unit")]
        named |= {column.removesuffix("_unit"): str(row[column]) for column in columns}
        named |= {dim: str(row["unit"])} if "unit" in frame else {}
    for name, text in named.items():
        unit = unit.replace(f"{{{name}}}", text)
    return "" if "{" in unit else unit


def _name_choice(key: str) -> tuple[str, ...]:
    """What a choice of the configuration is called; blank where nobody named it."""
    from conf.words import read_messages
    from runners.views.setting_words import name_setting

    if f"list_key_{key}" in read_messages():
        return tuple(say(f"list_key_{key}", lang) for lang in LANGUAGES)
    names = tuple(name_setting(key, {}, lang) for lang in LANGUAGES)
    return ("", "") if names[0] == key else names


def _choose(names: Sequence[str], lang: str) -> str:
    return names[LANGUAGES.index(lang)] if names else ""


def _tell_mistake(mistake: Mistake) -> Problem:
    return Problem("list_option", COMMAND, fields={"found": mistake.word})
