"""One case kept open and warm: settings in, a verified plan in parts of units out, and what changed against the base.

A live plan is a plan of the relaxation: what cannot be built in parts may be. It says so (`whole_units` is false), and
the plan in whole units is the command's: `fardplan plan` with the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from conf.words import LANGUAGES, say_unit
from runners.analyses.comparison.compared_plans import WHOLE, Side
from runners.analyses.comparison.comparison import compare_sides, describe_comparisons, tabulate_comparisons
from runners.analyses.live.lever_names import name_lever, name_moved
from runners.analyses.live.levers import Lever, list_levers
from runners.chosen import choose, choose_solver, find_folder
from runners.family import Family
from runners.outcome import Outcome
from runners.overrides import read_config
from runners.reports.background import tabulate_labels
from runners.reports.tables import TABLES, value_misses
from runners.results.catalog import check_columns
from runners.results.facts import plain_facts
from runners.results.result import Result
from runners.results.sweep import MONEY
from runners.sweep_store.results import Books, Head, tabulate_outcome
from runners.views.locale import NBSP, read_names
from runners.views.setting_words import say_setting_value
from scenarios.settings import Settings
from scenarios.terms import ACTOR, TARGET

COMPARE = "compare"
"""Kind of the answer: two plans beside each other."""
QUICK = ("investments", "accounts", "targets")
"""Tables of a plan that an answer at once needs."""
COSTS = "costs"
"""The one of which the bridge is made."""
FIGURES = ("objective_money", "targets_missed", *MONEY)
MISSES = "misses_money"
"""Of the cost, the value of missed targets and broken limits: nobody pays it."""


@dataclass(frozen=True)
class Moved:
    """What was found when levers were moved: settings, plan, the seconds that it took, and what is told of it at once.

    `figures` are what finance asks, as a sweep has them of each of its scenarios.
    """

    settings: Settings
    outcome: Outcome
    seconds: float
    side: Side
    figures: Mapping[str, Any]


class LiveCase:
    """A case whose plans follow one another.

    Args:
        words: of the configuration, as they are typed after `fardplan plan`.
        programs: folder where compiled programs are kept between runs; None keeps none.

    Raises:
        CaseError: the words, or the case, cannot be used.
        NoPlan: the base has no plan.
        PlanRefused: the verifier did not accept the base's plan.
    """

    def __init__(self, words: Sequence[str], programs: Path | None = None) -> None:
        config = read_config(words)
        self._fixed = dict(config.settings)
        options = replace(choose_solver(config), relax=True)
        self.family = Family(find_folder(config), choose(config), options, programs, explained=False)
        self._books = Books(self.family.scenario)
        self.base = self._solve({})
        self._last = self.base
        labels = tabulate_labels(self.base.outcome.scenario)
        self._names = {lang: read_names(labels, lang) for lang in LANGUAGES}
        self.levers: list[Lever] = list_levers(self.base.outcome.scenario, self.base.outcome.plan)

    def move(self, settings: Settings, names: tuple[str, str]) -> Result:
        """The plan of settings beside the base's: measures, targets and accounts of both, and money in a few figures.

        Args:
            settings: on top of those of the words.
            names: of the two plans, as a reader calls them.

        Raises:
            CaseError: the settings cannot be used.
            NoPlan: no plan keeps all hard rules.
            PlanRefused: the verifier did not accept the plan.
        """
        if dict(settings) != dict(self._last.settings):
            self._last = self._solve(settings)
        return self._compare(self._last, names, deep=False)

    def explain(self, settings: Settings, names: tuple[str, str]) -> Result:
        """The same with the bridge from the base's cost to this one's, and who bears it; raises as `move`."""
        if dict(settings) != dict(self._last.settings):
            self._last = self._solve(settings)
        return self._compare(self._last, names, deep=True)

    def name_lever(self, lever: Lever, lang: str) -> str:
        """What a lever is called: `Pris: El på marknaden`, a measure or a target by its own name."""
        return name_lever(lever, self._names[lang], lang)

    def name_setting(self, key: str, lang: str) -> str:
        """What a setting is called."""
        return name_moved(key, self._names[lang], lang)

    def tell_setting(self, key: str, number: float, lang: str) -> str:
        """A setting with its number: `Pris: El på marknaden +20 %`."""
        unit = next((lever.unit for lever in self.levers if lever.key == key), "")
        told = say_setting_value(key, number, lang)
        return f"{self.name_setting(key, lang)} {told}{NBSP + say_unit(unit, lang) if unit else ''}"

    def _solve(self, settings: Settings) -> Moved:
        started = perf_counter()
        outcome = self.family.solve({**self._fixed, **settings})
        seconds = perf_counter() - started
        return Moved(dict(settings), outcome, seconds, _make_side(outcome, settings), self._read_money(outcome))

    def _compare(self, moved: Moved, names: tuple[str, str], *, deep: bool) -> Result:
        both = (self.base, moved)
        sides = [replace(one.side, name=name) for one, name in zip(both, names, strict=True)]
        if deep:
            sides = [
                replace(side, tables={**side.tables, COSTS: TABLES[COSTS](one.outcome.scenario, one.outcome.plan)})
                for side, one in zip(sides, both, strict=True)
            ]
        comparisons = compare_sides(sides, deep=deep)
        facts = describe_comparisons(sides, comparisons)
        facts |= {
            "figures": [dict(one.figures) for one in both],
            "seconds": moved.seconds,
            "account": self._main_account(),
        }
        tables = tabulate_comparisons(comparisons)
        for name, table in tables.items():
            check_columns(COMPARE, name, list(table.columns))
        return Result(COMPARE, plain_facts(facts), tables, {"case": sides[0].case, "settings": dict(moved.settings)})

    def _main_account(self) -> str:
        """The account that the case's first target is about: the path that is shown."""
        scenario = self.base.outcome.scenario
        return str(scenario["target_account"].values[0]) if scenario.sizes[TARGET] else ""

    def _read_money(self, outcome: Outcome) -> dict[str, Any]:
        head = Head(0, "", ())
        rows = tabulate_outcome(self._books, outcome.scenario, outcome.plan, head, 0.0, known=outcome.known)
        return {name: rows.fate[name] for name in FIGURES} | {MISSES: value_misses(outcome.scenario, outcome.plan)}


def _make_side(outcome: Outcome, settings: Settings) -> Side:
    scenario, plan, verdict = outcome.scenario, outcome.plan, outcome.verdict
    attrs: Mapping[str, Any] = scenario.attrs
    return Side(
        name="",
        kind=WHOLE,
        case=str(attrs["case"]),
        names={lang: str(attrs[f"name_{lang}"]) for lang in ("sv", "en")},
        money=str(attrs["money"]),
        price_year=int(attrs["price_year"]),
        years=dict(zip(map(int, scenario["year"].values), map(float, scenario["length"].values), strict=True)),
        cost=float(plan.attrs["social_cost"] if scenario.sizes[ACTOR] else plan.attrs["objective"]),
        tables={table: TABLES[table](scenario, plan) for table in QUICK},
        asked=dict(settings),
        inputs={},
        digest=str(attrs["digest"]),
        scenario=scenario,
        plan=plan,
        max_violation=float("nan") if verdict is None else float(verdict.max_violation),
        whole_units=not plan.attrs.get("relaxed", 0),
    )
