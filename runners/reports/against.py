"""A plan beside the one that was adopted: found in the register beside it, and told in a sentence or as a section."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from conf.words import format_number, say
from runners.reports.run_folder import Run, open_run
from runners.results.folder import digest_file
from runners.results.manifest import MANIFEST
from runners.results.register import Adopted, find_register, read_register
from runners.views.names import name_money
from runners.views.subjects.adopted import differs_in_terms, tell_terms
from scenarios.errors import CaseError


@dataclass(frozen=True)
class Standard:
    """The plan that a later one is compared with, and the decision by which it was adopted."""

    entry: Adopted
    run: Run


def find_standard(run: Run) -> Standard | None:
    """The plan of the same case that was adopted last, in the register beside a run; None of that plan itself.

    Raises:
        CaseError: the register or the frozen copy cannot be read, or is not as it was.
    """
    register = read_register(find_register(run.place))
    entry = register.find_current(str(run.manifest["case"]))
    if entry is None or entry.seal == digest_file(run.place / MANIFEST):
        return None
    return Standard(entry, open_run(register.find_frozen(entry)))


def tell_against(place: Path, lang: str) -> str:
    """How the plan of a folder differs from the adopted one, in a sentence; blank where none is adopted.

    A register that cannot be read is told there: the plan is none the worse for it.
    """
    try:
        if not read_register(find_register(place)).entries:
            return ""
        run = open_run(place)
        standard = find_standard(run)
    except CaseError as error:
        return "\n".join(problem.tell(lang) for problem in error.problems)
    if standard is None:
        return ""
    if differs_in_terms(run.summary, standard.run.summary):
        return tell_terms(standard.run.summary, standard.entry.name, lang)
    money = name_money(str(run.summary["money"]), lang)
    cost, outlay = (after - before for before, after in zip(_sum(standard.run), _sum(run), strict=True))
    words = {"cost": _sign(cost, lang), "outlay": _sign(outlay, lang), "money": money}
    return say("adopted_against", lang, name=standard.entry.name, **words)


def _sum(run: Run) -> tuple[float, float]:
    return float(run.summary["objective_money"]), float(run.tables["investments"]["outlay"].sum())


def _sign(number: float, lang: str) -> str:
    return ("+" if number > 0 else "") + format_number(number, lang)
