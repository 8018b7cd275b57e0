"""Cases that are left out of a portfolio: what then becomes of limits that were written with them in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from shared_towns import heat_town, plan_together, write_cases

from model.verifier.links import find_violations
from runners.analyses.portfolio.study import Study
from runners.analyses.portfolio.tables import describe_study, tabulate_study
from runners.results.result import make_result
from runners.views.section import Block, Points, Text
from runners.views.subjects.portfolio import write_front
from scenarios.errors import CaseError

RELATIVE = "link,kind,item,basis,base_year,value,unit\ncap,target,co2,reduction,2024,60,%\n"


def emit(before: float) -> list[dict[str, object]]:
    """The account of a heat town with what it let out in 2024."""
    return [{"account": "co2", "role": "total", "inventory": {2024: before}}]


HARD = [{"target": "t", "account": "co2", "year": 2025, "value": -1, "mode": "hard"}]
"""A cap that no town keeps."""


def tell_front(study: Study, lang: str) -> list[str]:
    """What the screen says in points of a portfolio."""
    points = front(study, lang)[1]
    assert isinstance(points, Points)
    return list(points.items)


def tell_head(study: Study, lang: str) -> str:
    """What the screen says first."""
    head = front(study, lang)[0]
    assert isinstance(head, Text)
    return head.text


def front(study: Study, lang: str) -> Sequence[Block]:
    """What the screen shows of all together."""
    (section,) = write_front(make_result("portfolio", describe_study(study, "p", "p"), tabulate_study(study)), lang)
    return section.blocks


@pytest.mark.slow
def test_a_limit_written_as_an_amount_holds_for_those_that_remain_and_it_is_said(tmp_path: Path) -> None:
    """A case with a cap that it cannot keep is left out: 8 kt stay for alvik alone, 10 + 2 x 2."""
    towns = {"alvik": heat_town(2), "bro": heat_town(5, targets=HARD)}
    study = plan_together(
        write_cases(tmp_path / "left", towns, "cap,target,co2,,,,,,,8,kt,\n"), "block", keep_going=True
    )
    assert study.together["alvik"].cost == pytest.approx(14)
    assert study.stated == ("cap",)
    assert tell_front(study, "en")[1] == (
        "cap: the limit is an amount that was written for all cases and now holds for the only one that remains, which "
        "has what the others would have used. Write another amount in links.csv, or a target in percent (basis)."
    )
    assert tell_front(study, "sv")[1] == (
        "cap: gränsen är ett belopp som skrevs för alla fallen och gäller nu det enda som är kvar, som får vad de "
        "andra skulle ha använt. Skriv ett nytt belopp i links.csv, eller ett mål i procent (basis)."
    )
    assert tell_head(study, "en").startswith("One case planned with what is shared. Together 14.0")
    assert tell_head(study, "sv").startswith("Ett fall planerat med det gemensamma. Tillsammans 14,0")


@pytest.mark.slow
def test_a_common_target_in_percent_counts_the_cases_that_are_there(tmp_path: Path) -> None:
    """60 % below 10 and 20 kt leaves 12: of 20 GWh of heat 8 get clean, in alvik, for 2 more each: 20 + 16.

    Without bro it leaves 4 of alvik's 10: 6 get clean, 10 + 12. Both ways say the same; the verifier reckons by itself.
    """
    towns = {"alvik": heat_town(2, accounts=emit(10)), "bro": heat_town(5, accounts=emit(20))}
    folder = write_cases(tmp_path / "both", towns, "")
    (folder / "links.csv").write_text(RELATIVE, encoding="utf-8")
    for method in ("block", "prices"):
        study = plan_together(folder, method)
        assert study.cost == pytest.approx(36)
        assert (study.joint.rows[0].limit, study.joint.rows[0].unit) == (pytest.approx(12), "kt")
    write_cases(folder, {"bro": heat_town(5, accounts=emit(20), targets=HARD)}, "")
    (folder / "links.csv").write_text(RELATIVE, encoding="utf-8")
    study = plan_together(folder, "block", keep_going=True)
    assert study.together["alvik"].cost == pytest.approx(22)
    assert study.stated == ()
    limits = find_violations(
        study.links, {"alvik": replace(study.together["alvik"].used, amounts={("cap", 2025): 5.0})}
    )
    assert [(one.used, one.limit) for one in limits] == [(5.0, pytest.approx(4))]


@pytest.mark.slow
def test_a_limit_in_percent_that_cannot_be_reckoned_is_refused(tmp_path: Path) -> None:
    towns = {"alvik": heat_town(2, accounts=emit(10)), "bro": heat_town(5, accounts=emit(20))}
    folder = write_cases(tmp_path / "wrong", towns, "")
    (folder / "links.csv").write_text(RELATIVE.replace("co2,reduction,2024", "co2,share,1990"), encoding="utf-8")
    with pytest.raises(CaseError) as error:
        plan_together(folder, "block")
    assert [problem.tell("en") for problem in error.value.problems] == [
        f"links.csv row 2, column 'base_year': {case} has no emissions of co2 in 1990 to take percent of. The "
        "years there are: 2024. Change base_year, or write the target as an amount."
        for case in ("alvik", "bro")
    ]
    (folder / "links.csv").write_text(RELATIVE.replace("target,co2", "supply,fuel"), encoding="utf-8")
    with pytest.raises(CaseError) as error:
        plan_together(folder, "block")
    assert [problem.tell("sv") for problem in error.value.problems] == [
        "links.csv rad 2, kolumn 'basis': basis är reduction, och bara ett mål (kind=target) med enheten % kan räknas "
        "i procent av ett basår; här står supply med enheten %."
    ]
