"""A case put together as its pages need it, anew only where a file of it has changed: its levers and its outlook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from conf.words import LANGUAGES
from runners.found_once import Kept
from runners.views.section import Section
from runners.web.cases import WebCase
from runners.web.live_questions import Handle
from runners.web.orders import choose_case
from runners.web.reading import read_case, stamp_case
from scenarios.errors import CaseError

if TYPE_CHECKING:
    import xarray as xr

MEASURES = "measures"
KEPT = 128
"""Cases of which levers and outlook are kept: some kilobytes each."""


@dataclass(frozen=True)
class Opened:
    """What a case says beside its tables.

    `handles`: levers of money, costs, prices, grants and targets. `payers`: what of the scenario is about each payer's
    economy without the plan, None where the case has mistakes. `names` of labels, by language.
    """

    handles: tuple[Handle, ...] = ()
    payers: xr.Dataset | None = None
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


_opened: Kept[Opened] = Kept(KEPT)
_outlooks: Kept[tuple[Section, ...]] = Kept(KEPT)


def open_case(case: WebCase) -> Opened:
    """The case put together; empty where it has mistakes."""
    return _opened.find(case, stamp_case(case.folder), partial(_open, case))


def read_outlook(case: WebCase, lang: str, current: bool) -> tuple[Section, ...]:
    """The outlook of each payer of a case without the plan; none where the case has mistakes.

    Args:
        current: whether money is in the prices of each year.
    """

    def write() -> tuple[Section, ...]:
        from runners.web.outlook import write_outlook

        opened = open_case(case)
        return () if opened.payers is None else write_outlook(opened.payers, opened.names[lang], lang, current)

    return _outlooks.find((case, lang, current), stamp_case(case.folder), write)


def _open(case: WebCase) -> Opened:
    from runners.analyses.live.lever_names import name_lever
    from runners.analyses.live.levers import list_levers
    from runners.chosen import choose
    from runners.overrides import read_config
    from runners.reports.background import tabulate_labels
    from runners.views.locale import read_names
    from runners.web.outlook import take_payers
    from scenarios.assemble import assemble

    try:
        scenario = assemble(read_case(case.folder), choose(read_config(choose_case(case))))
    except CaseError:
        return Opened()
    labels = tabulate_labels(scenario)
    names = {lang: read_names(labels, lang) for lang in LANGUAGES}
    levers = [lever for lever in list_levers(scenario) if lever.group != MEASURES]
    handles = [Handle(lever, {lang: name_lever(lever, names[lang], lang) for lang in LANGUAGES}) for lever in levers]
    return Opened(tuple(handles), take_payers(scenario), names)
