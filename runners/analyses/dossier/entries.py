"""What a dossier is about: measures and families by any of their names, each as what can be left out together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import xarray as xr

from conf.words import LANGUAGES
from runners.analyses.abatement.measure_bundles import Player, list_players
from scenarios.catalog import TECHNOLOGY
from scenarios.errors import CaseError, Problem
from scenarios.families import FAMILIES, MeasureFamily
from scenarios.naming import Named, find_named, rank_named
from scenarios.terms import FAMILY

MEASURE = "measure"
COMMAND = "dossier"


@dataclass(frozen=True)
class Entry:
    """A measure, or a family of them: `player` is what is left out together, `left` members that are no choice.

    `kind` is MEASURE or FAMILY; the measures of `player` are those that the plan may choose.
    """

    label: str
    kind: str
    code: str
    names: Mapping[str, str]
    player: Player
    left: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that the plan may choose."""
        return self.player.measures


@dataclass(frozen=True)
class Offered:
    """Things that may be meant by a word, told by key, code and name."""

    things: tuple[Named, ...]

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """All of them, with their names in a language."""
        named = [
            (thing.label, thing.code, dict(zip(LANGUAGES, thing.names, strict=True))[lang]) for thing in self.things
        ]
        return ", ".join(f"{label} ({f'{code} {name}'.strip()})" for label, code, name in named)


def list_named(scenario: xr.Dataset, families: Sequence[MeasureFamily]) -> list[Named]:
    """All measures and families of a case by their names."""
    return [*_name_measures(scenario), *(Named(f.label, "", tuple(f.names.values()), FAMILY) for f in families)]


def choose_entries(scenario: xr.Dataset, families: Sequence[MeasureFamily], words: Sequence[str]) -> list[Entry]:
    """What is asked for; without words all families of the case.

    Raises:
        CaseError: a word that means nothing, or several things; a measure that is no choice of the plan; no word
            and no families. All are told at once.
    """
    if not words and not families:
        raise CaseError([Problem("dossier_nothing", COMMAND, fields={"table": f"{FAMILIES}.csv"})])
    players = {player.name: player for player in list_players(scenario)}
    named, by_label = list_named(scenario, families), {family.label: family for family in families}
    problems: list[Problem] = []
    entries: dict[str, Entry] = {}
    for word in words or list(by_label):
        found = find_named(named, word)
        if len(found) != 1:
            problems.append(_refuse(word, found or rank_named(named, word), several=bool(found)))
            continue
        thing = found[0]
        measures = by_label[thing.label].measures if thing.kind == FAMILY else (thing.label,)
        free = [players[name] for name in measures if name in players]
        if not free:
            problems.append(Problem("dossier_settled", word, fields={"name": thing.label}))
            continue
        entries[thing.label] = _make_entry(thing, measures, free)
    if problems:
        raise CaseError(problems)
    return list(entries.values())


def _make_entry(thing: Named, measures: Sequence[str], free: Sequence[Player]) -> Entry:
    members = tuple(member for player in free for member in player.members)
    names = dict(zip(LANGUAGES, thing.names, strict=True))
    own = tuple(player.name for player in free)
    left = tuple(name for name in measures if name not in own)
    return Entry(thing.label, thing.kind, thing.code, names, Player(thing.label, members, own), left)


def _name_measures(scenario: xr.Dataset) -> list[Named]:
    marked = scenario[f"{TECHNOLOGY}_measure"].values.astype(bool)
    columns = [scenario[f"{TECHNOLOGY}_{name}"].values[marked] for name in ("code", "name_sv", "name_en")]
    rows = zip(scenario[TECHNOLOGY].values[marked], *columns, strict=True)
    return [Named(str(label), str(code), (str(sv), str(en)), MEASURE) for label, code, sv, en in rows]


def _refuse(word: str, near: Sequence[Named], *, several: bool) -> Problem:
    told = Offered(tuple(near))
    return Problem("dossier_several" if several else "dossier_unknown", word, fields={"found": word, "nearest": told})
