"""The page of solvers (docs/solvers.md): its table, its pictures and its advice, made of what a run measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from math import nan
from typing import Any

import pandas as pd
import vl_convert

from benchmarks.cases import ROOT
from benchmarks.solver_cases import COMPARISONS, Figure, find_best
from runners.views import vega

FIGURES = ROOT / "benchmarks" / "solvers.csv"
"""What the last run measured."""
PAGE = ROOT / "docs" / "solvers.md"
TIME_PICTURE, GAP_PICTURE = ROOT / "docs" / "solvers-time.svg", ROOT / "docs" / "solvers-gap.svg"
MARK = "<!-- measured -->\n"
"""Where in the page the table begins, and where it ends."""
ENDED = ("optimal", "within_gap")
LEAST_GAP = 1e-7


def write_figures(figures: Sequence[Figure]) -> None:
    """Keep what was measured; of cases that were not measured this time what is kept already."""
    measured = {one.case for one in figures}
    kept = [one for one in read_figures() if one.case not in measured] if FIGURES.exists() else []
    order = [case.name for case in COMPARISONS]
    rows = sorted([*kept, *figures], key=lambda one: order.index(one.case))
    pd.DataFrame([asdict(one) for one in rows]).to_csv(FIGURES, index=False, float_format="%.6g", lineterminator="\n")


def read_figures() -> list[Figure]:
    """What the last run measured."""
    rows = pd.read_csv(FIGURES).to_dict("records")
    return [Figure(**{item.name: row[item.name] for item in fields(Figure)}) for row in rows]


def write_table(figures: Sequence[Figure]) -> str:
    """A table for each case, the quickest way that ended first."""
    best, parts = find_best(list(figures)), list[str]()
    for case in dict.fromkeys(one.case for one in figures):
        mine = sorted(
            (one for one in figures if one.case == case), key=lambda one: (one.status not in ENDED, one.seconds)
        )
        whole = f", {mine[0].whole} whole" if mine[0].whole else ""
        parts += [f"**{case}**: {_count(mine[0].rows)} rows, {_count(mine[0].columns)} columns{whole}", ""]
        parts += ["| way | processor s | ended | over the least | gap | rows open | prices open |"]
        parts += ["|---|---|---|---|---|---|---|"]
        parts += [_write_row(one, best.get(case, nan)) for one in mine]
        parts.append("")
    return "\n".join(parts)


def _write_row(one: Figure, best: float) -> str:
    shown = [one.way, f"{one.seconds:.2f}", one.status.replace("_", " "), _show(_exceed(one, best))]
    return f"| {' | '.join([*shown, _show(one.gap), _show(one.primal), _show(one.dual)])} |"


def _count(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _exceed(one: Figure, best: float) -> float:
    return (one.objective - best) / abs(best) if best else 0.0


def _show(number: float) -> str:
    return "" if pd.isna(number) else "0" if abs(number) < 1e-12 else f"{number:.0e}"


def write_page(text: str, figures: Sequence[Figure]) -> str:
    """The page with its measured part made anew."""
    before, _, rest = text.partition(MARK)
    _, _, after = rest.partition(MARK)
    return f"{before}{MARK}\n{write_table(figures)}\n{MARK}{after}"


def draw_time(figures: Sequence[Figure]) -> dict[str, Any]:
    """Processor time against size, a line for each way of linear programs that ended."""
    rows = pd.DataFrame([asdict(one) for one in figures if not one.whole and one.status in ENDED])
    rows = rows[~rows["way"].str.contains(",")]
    chart = vega.Chart(rows).draw("line", point=True).encode(
        x=vega.x("rows:Q", title="rows", scale=vega.scale(type="log")),
        y=vega.y("seconds:Q", title="processor seconds", scale=vega.scale(type="log")),
        color=vega.color("way:N", title=None),
    )  # fmt: skip
    return vega.write_spec(chart, width=460, height=280, config={"view": vega.VIEW})


def draw_gap(figures: Sequence[Figure]) -> dict[str, Any]:
    """Gap against processor time of programs with whole units."""
    rows = pd.DataFrame([asdict(one) for one in figures if one.whole and pd.notna(one.gap)])
    rows["gap"] = rows["gap"].clip(lower=LEAST_GAP)
    chart = vega.Chart(rows).draw("point", filled=True, size=70).encode(
        x=vega.x("seconds:Q", title="processor seconds", scale=vega.scale(type="log")),
        y=vega.y("gap:Q", title="gap", scale=vega.scale(type="log"), axis=vega.axis(format="~e")),
        color=vega.color("way:N", title=None),
        shape=vega.shape("case:N", title=None),
    )  # fmt: skip
    return vega.write_spec(chart, width=460, height=280, config={"view": vega.VIEW})


def write_all() -> None:
    """Page and pictures anew from what is kept of the last run."""
    figures = read_figures()
    PAGE.write_text(write_page(PAGE.read_text(encoding="utf-8"), figures), encoding="utf-8")
    for place, chart in ((TIME_PICTURE, draw_time(figures)), (GAP_PICTURE, draw_gap(figures))):
        place.write_text(vl_convert.vegalite_to_svg(chart), encoding="utf-8")


if __name__ == "__main__":
    write_all()
