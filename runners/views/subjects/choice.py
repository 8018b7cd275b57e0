"""Which subject shows a result: its own where it has one, else its tables as they are declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from runners.results.result import Result
from runners.views.section import Chart, Grid, Section, Table
from runners.views.subjects.adopted import write_adopted
from runners.views.subjects.climate_budget.sections import write_budget
from runners.views.subjects.comparison import write_comparison
from runners.views.subjects.curve import write_frontier, write_system
from runners.views.subjects.dossier import write_dossier
from runners.views.subjects.follow import write_follow
from runners.views.subjects.futures import write_futures
from runners.views.subjects.measure_costs import write_measures
from runners.views.subjects.municipalities import write_municipalities
from runners.views.subjects.near_optimal import write_near
from runners.views.subjects.plain import write_plain
from runners.views.subjects.portfolio import write_portfolio
from runners.views.subjects.stress import write_stress
from runners.views.subjects.why import write_why

Subject = Callable[[Result, str], list[Section]]
SUBJECTS: Mapping[str, Subject] = {
    "why": write_why,
    "near": write_near,
    "compare": write_comparison,
    "dossier": write_dossier,
    "system": write_system,
    "frontier": write_frontier,
    "measures": write_measures,
    "futures": write_futures,
    "stress": write_stress,
    "follow": write_follow,
    "budget": write_budget,
    "adopted": write_adopted,
    "portfolio": write_portfolio,
    "municipalities": write_municipalities,
}
"""By kind of result; any other kind is shown by `write_plain`."""


def write_sections(result: Result, lang: str) -> list[Section]:
    """What a result says, in one language."""
    return SUBJECTS.get(result.kind, write_plain)(result, lang)


def write_all(results: Sequence[Result], lang: str) -> list[Section]:
    """What several results say."""
    return [section for section, _ in write_pairs(results, lang)]


def write_pairs(results: Sequence[Result], lang: str) -> Iterator[tuple[Section, Result]]:
    """Each section with its result; keys of a second one of a kind are numbered, so that each is found by its own."""
    for place, result in enumerate(results):
        before = sum(other.kind == result.kind for other in results[:place])
        for section in write_sections(result, lang):
            yield (_number_keys(section, before + 1) if before else section), result


def _number_keys(section: Section, number: int) -> Section:
    blocks = tuple(
        replace(block, key=f"{block.key}_{number}") if isinstance(block, Chart | Grid | Table) else block
        for block in section.blocks
    )
    return Section(f"{section.key}_{number}", f"{section.title} ({number})", blocks)
