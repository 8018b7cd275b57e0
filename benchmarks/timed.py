"""What a benchmark says of itself, what is kept of it between runs, and the page that is made of that.

`tell` puts beside a time what it is about: the case, its size, a figure (a ratio to what ran beside it, a percentile,
an exponent), and the bar that the figure is to keep. `make bench` keeps every row in `measured.csv`, rows that were not
measured this time as they were, and writes `docs/benchmarks.md` anew.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pandas as pd
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import ROOT

FOLDER = Path(__file__).parent
KEPT, PAGE = FOLDER / "measured.csv", ROOT / "docs" / "benchmarks.md"
MARK = "<!-- measured -->\n"
"""Between the marks of the page stands what was measured."""
WHOLE = "The last whole run:"
BAR = re.compile(r"at (most|least) (\d+(?:\.\d+)?)")
HELD, MISSED = "yes", "**no**"
LARGE = 1000.0


@dataclass(frozen=True)
class Timed:
    """A benchmark of the last run that had it: its median over rounds, and what it told of itself.

    `figure` is in `unit` ('x': as many times); NaN: the median is the figure, in seconds. `bar` is `at most N` or
    `at least N`, or nothing. `load` is that of the machine when the run began.
    """

    test: str
    case: str
    what: str
    size: str
    median: float
    rounds: int
    figure: float
    unit: str
    bar: str
    day: str
    load: float

    @property
    def value(self) -> float:
        """What the bar is about."""
        return self.median if math.isnan(self.figure) else self.figure

    @property
    def held(self) -> bool | None:
        """Whether the bar is kept; None without one."""
        return keeps(self.bar, self.value)


def tell(
    benchmark: BenchmarkFixture,
    case: str,
    what: str,
    *,
    size: str = "",
    figure: float = math.nan,
    unit: str = "x",
    bar: str = "",
    **beside: object,
) -> None:
    """Say what a benchmark measured.

    Args:
        benchmark: that has run.
        case: what was calculated.
        what: is measured, in words.
        size: of the case or the task.
        figure: what counts, where that is not the median of the seconds.
        unit: of the figure; 'x' is a ratio.
        bar: `at most N` or `at least N`, of the figure or of the seconds.
        beside: more figures, kept by pytest-benchmark.
    """
    if bar and not BAR.fullmatch(bar):
        raise ValueError(f"a bar is `at most N` or `at least N`, not {bar!r}")
    told = {"case": case, "what": what, "size": size, "figure": figure, "unit": unit, "bar": bar}
    benchmark.extra_info.update(told, **beside)


def keeps(bar: str, value: float) -> bool | None:
    """Whether a value keeps a bar; None where there is none.

    >>> keeps("at most 1.5", 1.4), keeps("at least 20", 19.0), keeps("", 1.0)
    (True, False, None)
    """
    found = BAR.fullmatch(bar)
    if found is None:
        return None
    return value <= float(found[2]) if found[1] == "most" else value >= float(found[2])


def read_kept() -> list[Timed]:
    """What was measured last, in the order of the suite."""
    rows = pd.read_csv(KEPT, keep_default_na=False).to_dict("records") if KEPT.exists() else []
    texts = {item.name: str(item.type) for item in fields(Timed)}
    kinds = {"str": str, "int": int, "float": lambda text: math.nan if text == "" else float(text)}
    return [Timed(**{name: kinds[kind](row[name]) for name, kind in texts.items()}) for row in rows]


def merge(kept: Sequence[Timed], now: Sequence[Timed]) -> list[Timed]:
    """Rows of this run in place of the same ones of earlier runs; those of tests that are no more go."""
    rows = {one.test: one for one in [*kept, *now] if one.test.partition("[")[0] in list_tests()}
    order = list_tests()
    return sorted(rows.values(), key=lambda one: (order.index(one.test.partition("[")[0]), one.test))


def keep(rows: Sequence[Timed]) -> None:
    """Keep what was measured."""
    frame = pd.DataFrame([asdict(one) for one in rows])
    frame.to_csv(KEPT, index=False, float_format="%.6g", lineterminator="\n")


def list_tests() -> list[str]:
    """Every benchmark of the suite as `file::function`, in order; those of solvers have a page of their own."""
    found: list[str] = []
    for path in sorted(FOLDER.glob("test_*.py")):
        if path.name == "test_solvers.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        found += [f"{path.name}::{name}" for name in names if name.startswith("test_")]
    return found


def write_page(rows: Sequence[Timed], page: str, whole: str = "") -> str:
    """The page with a table for each file of benchmarks between its marks.

    Args:
        rows: as kept.
        page: as it stands.
        whole: what is said of a run of the whole suite, where this was one; else the page keeps what it says.
    """
    head, _, rest = page.partition(MARK)
    before, _, tail = rest.partition(MARK)
    said = [line for line in before.splitlines() if line.startswith(WHOLE)]
    judged = [one.held for one in rows if one.held is not None]
    told = f"{len(rows)} benchmarks; {judged.count(True)} of {len(judged)} bars are held."
    names = dict.fromkeys(one.test.partition("::")[0] for one in rows)
    tables = [line for name in names for line in _lay(name, rows)]
    opening = [whole or next(iter(said), f"{WHOLE} none yet."), "", told, ""]
    return "\n".join([f"{head}{MARK}", *opening, *tables, f"{MARK}{tail}"]).rstrip("\n") + "\n"


def _lay(name: str, rows: Sequence[Timed]) -> list[str]:
    """A heading, what the file is about, and its table."""
    about = ast.get_docstring(ast.parse((FOLDER / name).read_text(encoding="utf-8"))) or ""
    heads = ["what", "case", "size", "median s", "figure", "bar", "held", "measured, load"]
    lines = [f"### `{name}`", "", about, "", f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for one in (one for one in rows if one.test.startswith(f"{name}::")):
        figure = "" if math.isnan(one.figure) else f"{show(one.figure)} {one.unit}"
        held = {None: "", True: HELD, False: MISSED}[one.held]
        told = [one.what, one.case, one.size, show(one.median), figure, one.bar, held, f"{one.day}, {one.load:.1f}"]
        lines.append(f"| {' | '.join(told)} |")
    return [*lines, ""]


def show(value: float) -> str:
    """A number with three figures.

    >>> show(0.01234), show(12.34), show(1234.5)
    ('0.0123', '12.3', '1,234')
    """
    return f"{value:,.0f}" if abs(value) >= LARGE else f"{value:#.3g}".rstrip(".")
