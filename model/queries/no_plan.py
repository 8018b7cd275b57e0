"""That there is no plan, as an error: rules that cannot all hold, how near targets can be come to, what was tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conf.words import LANGUAGES, format_amount, format_number, say, say_unit
from model.solver.solution import Status
from scenarios.errors import FardplanError

if TYPE_CHECKING:
    from model.queries.least_violation import Reach

MOST_REASONS = 3
"""Rules that a short reason names."""
SMALL = 1.0
"""Misses below this are written with three decimals."""


@dataclass(frozen=True)
class ConflictingRule:
    """One rule of a conflict: its family, the label it is about, and the years in which it takes part.

    `other` is what a rule between two technologies asks for besides.
    """

    family: str
    item: str
    years: tuple[int, ...]
    other: str = ""

    def tell(self, names: Mapping[str, Mapping[str, str]], lang: str) -> str:
        """The rule in words, such as `målet Transport (2030)`."""
        item, other = (names.get(label, {}).get(lang, label) for label in (self.item, self.other))
        text = say(f"rule_{self.family}_other" if other else f"rule_{self.family}", lang, item=item, other=other)
        if not self.years:
            return text
        span = str(self.years[0]) if len(self.years) == 1 else f"{self.years[0]}–{self.years[-1]}"
        return f"{text} ({span})"


@dataclass(frozen=True)
class Cause:
    """Why there is no plan, as a part of a sentence."""

    failure: NoPlan

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """The rules that cannot all hold, or how the search ended."""
        status, rules = self.failure.status, self.failure.rules
        if status is not Status.INFEASIBLE:
            return say(f"no_plan_{status.value}", lang).rstrip(".")
        named = "; ".join(rule.tell(self.failure.names, lang) for rule in rules)
        return say("cause_together" if rules else "cause_whole_units", lang, rules=named)


@dataclass(frozen=True)
class Way:
    """Choices that let go what stands in the way, and whether there is a plan with them.

    `words` are as they are typed, `told` says in each language what they do. `works` is None where time was out before
    they were tried.
    """

    words: tuple[str, ...]
    told: Mapping[str, str]
    works: bool | None

    def tell(self, lang: str) -> str:
        """The words and what they do."""
        return say("way", lang, words=" ".join(self.words), told=self.told[lang])


class NoPlan(FardplanError):
    """No plan keeps all rules and hard targets (exit code 3), or the program is not sound (exit code 1).

    Attributes:
        status: INFEASIBLE, UNBOUNDED, NO_PLAN_IN_TIME or FAILED.
        rules: for an infeasible program, rules that cannot all hold.
        names: label to language to name, for the words.
        reaches: how near each hard target can be come to; empty where no target is what cannot hold.
        units: of each target's account.
        in_parts: in parts of units there is a plan.
        digest: of the scenario that has no plan.
        ways: choices that were tried; None where none were looked for.
    """

    def __init__(
        self,
        status: Status,
        rules: Sequence[ConflictingRule],
        names: Mapping[str, Mapping[str, str]],
        reaches: Sequence[Reach] = (),
        units: Mapping[str, str] | None = None,
        *,
        in_parts: bool = False,
        digest: str = "",
    ) -> None:
        self.status, self.rules, self.names = status, tuple(rules), names
        self.reaches, self.units, self.in_parts = tuple(reaches), units or {}, in_parts
        self.digest = digest
        self.ways: tuple[Way, ...] | None = None
        super().__init__(self.tell("en"))

    @property
    def cause(self) -> Cause:
        """The reason in short."""
        return Cause(self)

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """What cannot hold together, one rule a line, targets first; then what was tried, and what else to ask."""
        lines = [say(f"no_plan_{self.status.value}", lang)]
        if self.status is not Status.INFEASIBLE:
            return lines[0]
        lines += [say("no_plan_whole_units", lang)] if self.in_parts else []
        lines += [f"  - {rule.tell(self.names, lang)}" for rule in self.rules]
        lines += self._tell_reaches(lang)
        lines += [] if self.ways is None else tell_ways(self.ways, lang)
        return "\n".join([*lines, say("no_plan_repairs", lang)])

    def reason(self, lang: str = LANGUAGES[0]) -> str:
        """What stands in the way in one line, such as `skuldtaket för Lunds kommun (2030)`: alike where rules are."""
        if self.status is not Status.INFEASIBLE or not self.rules:
            return say(f"no_plan_{self.status.value}", lang)
        told = [rule.tell(self.names, lang) for rule in self.rules[:MOST_REASONS]]
        rest = len(self.rules) - MOST_REASONS
        return "; ".join([*told, say("no_plan_rest", lang, count=rest)] if rest > 0 else told)

    def _tell_reaches(self, lang: str) -> list[str]:
        """By how much each target is missed at the least, and when it could hold; those that can be met say nothing."""
        missed = [reach for reach in self.reaches if not reach.reached]
        lines = [say("no_plan_reach" if missed else "no_plan_reach_each", lang)] if self.reaches else []
        for reach in missed:
            amount = format_miss(reach.alone, self.units.get(reach.target, ""), lang)
            fields = {"name": self.names.get(reach.target, {}).get(lang, reach.target), "amount": amount}
            key = "no_plan_missed_ever" if reach.first_year is None else "no_plan_missed"
            lines.append(f"  - {say(key, lang, **fields, year=reach.first_year)}")
        return lines


def tell_ways(ways: Sequence[Way], lang: str) -> list[str]:
    """What was tried, in lines: first what gives a plan, then what does not, then what there was no time for."""
    if not ways:
        return [say("ways_none", lang)]
    lines = []
    for works, key in ((True, "ways_work"), (False, "ways_fail"), (None, "ways_untried")):
        held = [way.tell(lang) for way in ways if way.works is works]
        lines += [say(key, lang), *(f"  {text}" for text in held)] if held else []
    return lines


def format_miss(amount: float, unit: str, lang: str) -> str:
    """An amount and its unit with digits enough to tell it from nothing.

    >>> format_miss(0.15, "t", "en"), format_miss(68.3, "GWh", "en")
    ('0.150 t', '68.3 GWh')
    """
    if amount >= SMALL:
        return format_amount(amount, unit, lang)
    return f"{format_number(amount, lang, 3)} {say_unit(unit, lang)}".rstrip()
