"""Plans of Lund for tests of several files: the one that `fardplan plan` makes, and the municipality's own."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from model.solver.solution import SolverOptions
from runners import solve
from runners.chosen import CASES_FOLDER
from runners.cli import main
from runners.outcome import Judgement, Outcome
from scenarios.choices import Choices


@dataclass(frozen=True)
class LundRun:
    """What `fardplan plan` made of Lund: its run folder, to be read and never written, its screen, and its outcome."""

    place: Path
    screen: str
    outcome: Path

    def recall(self) -> Outcome:
        """The outcome, a copy of one's own."""
        outcome: Outcome = pickle.loads(self.outcome.read_bytes())
        return outcome


def make_run(folder: Path) -> LundRun:
    """The run of a folder, made where it is not there yet: by the command that the README begins with."""
    place, kept, screen = (folder / name for name in ("lund", "lund.pickle", "lund.txt"))
    if not screen.exists():
        solve_to_judge, shown = solve.solve_to_judge, io.StringIO()

        def solve_and_keep(*words: object) -> tuple[Outcome, Callable[[], Judgement]]:
            outcome, judge = solve_to_judge(*words)  # type: ignore[arg-type]
            judgement = judge()
            kept.write_bytes(pickle.dumps(outcome.judged(judgement)))
            return outcome, lambda: judgement

        with patch.object(solve, "solve_to_judge", solve_and_keep), redirect_stdout(shown):
            assert main(["plan", f"out={place}"]) == 0
        screen.write_text(shown.getvalue(), encoding="utf-8")
    return LundRun(place, screen.read_text(encoding="utf-8"), kept)


def solve_of_municipality(relax: bool) -> Outcome:
    """Lund as the municipality sees it; in parts of units it is solved in a second."""
    choices = Choices(variants=("base_2024",), perspective="municipality")
    return solve.solve_case(CASES_FOLDER / "lund", choices, SolverOptions(gap=1e-2, threads=1, relax=relax))
