"""`fardplan curve`: what it writes and says of a small town, and what it refuses, in both languages."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
import town

from runners.cli import main


def write_case(folder: Path) -> Path:
    """10 kt a year; filters take 4 at 1 MSEK/kt, scrubbers 5 at 3; smoke is no one's to change."""
    measure = {"buildable": True, "measure": True, "life": 40, "flow": {"tonnes": 1}}
    tables = town.build_town(
        case={"last_year": 2026, "name_sv": "Småstad", "name_en": "Smalltown"},
        commodities=[{"commodity": "tonnes", "unit": "kt", "demand": 10}],
        technologies=[
            {"technology": "emit", "capacitated": False, "flow": {"tonnes": 1}, "factor_activity": {"co2": 1}},
            {"technology": "filter", "name_en": "Filters", "code": "F", "capex": 1, "most_capacity": 4, **measure},
            {"technology": "scrubber", "name_en": "Scrubbers", "code": "S", "capex": 3, "most_capacity": 5, **measure},
        ],
        accounts=[{"account": "co2", "role": "total"}, {"account": "soot", "factor_capacity": {"filter": 0.5}}],
        targets=[{"target": "cap", "name_en": "The cap", "account": "co2", "year": 2026, "value": 5, "mode": "hard"}],
    )
    folder.mkdir()
    for name, frame in tables.frames.items():
        if len(frame):
            frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    return [f"case.path={write_case(tmp_path / 'case')}", "convention=no_salvage"]


def read_json(place: Path) -> dict[str, object]:
    return json.loads(place.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_a_curve_is_kept_with_tables_figures_and_one_json(case: list[str], tmp_path: Path) -> None:
    """4 kt at 1, then 5 at 3: 19 at 1 kt, which is as far as it goes. The last tonne costs 3000."""
    assert main(["curve", *case, "out=made", "curve.error=1e-9"]) == 0
    kept = read_json(tmp_path / "made" / "curve.json")
    assert (kept["kind"], kept["account"], kept["target"], kept["year"]) == ("system", "co2", "cap", 2026)
    assert kept["definition"] == "present_cost_of_system_and_its_slope_in_money_of_year"
    assert kept["certificate"] == "tangents_and_chords"
    assert kept["certified_error"] == pytest.approx(0, abs=1e-9)
    assert kept["reach"] == pytest.approx(1)
    assert kept["seconds"] > 0
    last = kept["points"][-1]
    assert last["level"] == pytest.approx(1, abs=1e-4)
    assert last["cost_money"] == pytest.approx(19, abs=1e-3)
    assert last["marginal_per_t"] == pytest.approx(3000)
    moves = pd.read_csv(tmp_path / "made" / "tables" / "moves.csv")
    assert list(moves["technology"]) == ["filter", "scrubber"]
    built = pd.read_csv(tmp_path / "made" / "tables" / "investments.csv")
    assert built.groupby("technology")["build"].max().round(3).to_dict() == {"filter": 4, "scrubber": 5}
    for name in ("curve.svg", "curve.png", "measures.svg", "measures.png"):
        assert (tmp_path / "made" / "figures" / name).stat().st_size > 1000


@pytest.mark.slow
def test_the_manifest_says_what_it_is_and_has_every_digest(case: list[str], tmp_path: Path) -> None:
    assert main(["curve", *case, "out=made"]) == main(["curve", *case, "out=made", "--force"]) == 0
    manifest = read_json(tmp_path / "made" / "manifest.json")
    assert (manifest["program"], manifest["kind"]) == ("fardplan", "curve")
    for path, digest in manifest["files"].items():
        assert hashlib.sha256((tmp_path / "made" / path).read_bytes()).hexdigest() == digest


@pytest.mark.slow
def test_the_summary_tells_what_the_curve_is(case: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["curve", *case, "lang=en", "out=made"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) <= 40
    assert max(map(len, said)) <= 100
    assert said[:5] == [
        "Cost curve of the system: The cap (Smalltown)",
        "The curve shows the least cost where the account may be at most the level in 2026.",
        "The case's targets are left aside: the level alone counts. With curve.others=kept the others hold as",
        "they are.",
        "The cheapest plan without it reaches 10.0 kt/yr by itself and costs 0 MSEK.",
    ]
    assert "Parts of units may be built; curve.whole=true takes them whole." not in said[:5]
    assert said[-1] == "Kept in made"
    assert main(["curve", *case, "out=made", "--force"]) == 0
    assert "marginal kr/ton" in capsys.readouterr().out


@pytest.mark.slow
def test_a_frontier_is_kept_with_the_level_of_both(
    case: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A filter makes half a kt of soot for each kt. With 2, 1 and 0 kt of soot 4, 2 and 0 kt are filtered at 1,

    and 5 scrubbed at 3: down to 1, 3 and 5 kt, for 19, 17 and 15.
    """
    words = ["curve.kind=frontier", "curve.second=soot", "curve.levels=3", "lang=en", "out=made"]
    assert main(["curve", *case, *words]) == 0
    points = pd.read_csv(tmp_path / "made" / "tables" / "points.csv")
    ends = points.groupby("second_level")[["level", "cost_money"]].agg({"level": "min", "cost_money": "max"})
    assert ends.round(3).reset_index().to_numpy().tolist() == [[0, 5, 15], [1, 3, 17], [2, 1, 19]]
    kept = read_json(tmp_path / "made" / "curve.json")
    assert (kept["kind"], kept["second"], len(kept["points"])) == ("frontier", "soot", len(points))
    assert kept["certified_error"] <= 1e-3
    assert (tmp_path / "made" / "figures" / "frontier.svg").stat().st_size > 1000
    assert capsys.readouterr().out.startswith("Cost against two aims: The cap and soot from 2026\n")


@pytest.mark.parametrize(
    ("words", "swedish", "english"),
    [
        (
            ["curve.target=kap"],
            "curve.target=kap: målet finns inte i fallet. Närmast: cap. "
            "Ett konto väljs med curve.account och curve.year.",
            "curve.target=kap: the case has no such target. Nearest: cap. "
            "An account is chosen with curve.account and curve.year.",
        ),
        (
            ["curve.account=co3"],
            "curve.account=co3: kontot finns inte i fallet. Närmast: co2.",
            "curve.account=co3: the case has no such account. Nearest: co2.",
        ),
        (
            ["curve.account=co2", "curve.year=2031"],
            "curve.year=2031: året ska ligga mellan 2025 och 2026. Ändra det, eller fallets år med case.last_year.",
            "curve.year=2031: the year must lie between 2025 and 2026. Change it, or the years of the case with "
            "case.last_year.",
        ),
        (
            ["curve.account=co2", "curve.target=cap"],
            "curve.target, curve.account: båda är valda, men kurvan har en nivå. Ta bort den ena.",
            "curve.target, curve.account: both are chosen, but the curve has one level. Leave one out.",
        ),
        (
            ["target=nearest", "curve.others=kept"],
            "curve.others: mål som ska nås så nära det går har ingen kostnad att lägga till kurvan. "
            "Välj target=priced, eller curve.others=aside.",
            "curve.others: targets to be met as nearly as can be add no cost to a curve. "
            "Choose target=priced, or curve.others=aside.",
        ),
        (
            ["curve.account=soot", "curve.sense=at_least", "curve.kind=frontier"],
            "curve.second: en front behöver ett andra mål. Välj curve.second=KONTO eller curve.second=debt.AKTÖR.",
            "curve.second: a frontier needs a second aim. Choose curve.second=ACCOUNT or curve.second=debt.ACTOR.",
        ),
        (
            ["curve.kind=frontier", "curve.second=debt.town"],
            "curve.second: aktören 'town' finns inte i fallet. Välj: –.",
            "curve.second: the case has no actor 'town'. Choose: –.",
        ),
        (
            ["curve.kind=round"],
            "curve.kind=round: 'round' finns inte. Välj: system, frontier, measures.",
            "curve.kind=round: there is no 'round'. Choose: system, frontier, measures.",
        ),
    ],
)
def test_what_is_no_curve_is_refused_in_words(
    case: list[str], words: list[str], swedish: str, english: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["curve", *case, *words]) == 2
    assert main(["curve", *case, *words, "lang=en"]) == 2
    assert capsys.readouterr().err.splitlines() == [swedish, english]
