"""Sets of measures that several processes weigh: each job is a row of sets, and hangs on nothing but what it is given.

A set whose plan is known from a larger one is not solved. Which larger ones a job knows is settled beforehand: those it
is given and those it has met itself. So the answers are the same whoever gives them, and however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from model.solver.solution import SolverOptions
from runners.analyses.abatement.abatement_metrics import Yardstick
from runners.analyses.abatement.coalitions import Coalitions, Weighed
from runners.analyses.abatement.measure_bundles import MEASURE, PROGRAMME, Player, join_programmes, list_players
from runners.analyses.asking import Job, answer_for
from runners.analyses.oracle import Oracle
from runners.analyses.team import Opening
from runners.family import Family
from scenarios.choices import Choices
from scenarios.settings import Settings


@dataclass
class Compared:
    """A case whose measures and programmes are weighed."""

    family: Family
    settings: Settings
    yardstick: Yardstick

    def settle(self) -> None:
        """Nothing waits: every plan is verified as it is found."""

    @cached_property
    def oracle(self) -> Oracle:
        """Finds the plan of a set."""
        return Oracle(self.family, self.settings)

    @cached_property
    def players(self) -> dict[str, tuple[Player, ...]]:
        """Who plays, by level."""
        measures = list_players(self.family.describe(self.settings))
        return {MEASURE: measures, PROGRAMME: join_programmes(self.family.describe(self.settings), measures)}

    def open_game(self, level: str, known: Mapping[int, Weighed] | None = None) -> Coalitions:
        """The sets of a level, of which some are known."""
        return Coalitions(self.oracle, self.players[level], self.yardstick, known)


def weigh_row(compared: Compared, asked: tuple[str, Sequence[int], Mapping[int, Weighed]]) -> dict[int, Weighed]:
    """What is found of a level's sets, one after the other, up to the first that has no plan; some are known."""
    level, sets, known = asked
    game = compared.open_game(level, known)
    for allowed in sets:
        if game.weigh(allowed) is None:
            break
    return game.list_found()


def open_compared(
    folder: Path, choices: Choices, options: SolverOptions, programs: Path | None, settings: Settings
) -> Callable[[Yardstick, Sequence[Job]], list[Any]]:
    """What a helper does: it opens the case, is given what is measured, and weighs sets."""
    family = Family(folder, choices, options, programs)
    return answer_for(lambda yardstick: Compared(family, settings, yardstick))


def plan_opening(
    folder: Path, choices: Choices, options: SolverOptions, programs: Path | None, settings: Settings
) -> Opening:
    """How a helper opens a case whose measures are weighed."""
    return Opening(__name__, open_compared.__name__, (folder, choices, options, programs, dict(settings)))
