"""What cannot be compared, or only in part: other cases, years and price levels, edited files, sweeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import test_cli
import xarray as xr
from compared import Kept, Solve, make_solve, told
from hand import assert_close
from sealed import sign_file
from sweeping import chunk_of, design_of, manifest_of, write_sweep

from runners.analyses.comparison.comparison import compare_sides, open_all
from runners.cli import main
from runners.commands.compare import read_names
from runners.sweep_store.store import SweepStore
from scenarios.errors import CaseError


@pytest.fixture(scope="module")
def kept() -> Kept:
    return {}


@pytest.fixture
def solve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: Kept) -> Solve:
    return make_solve(tmp_path, monkeypatch, kept)


@pytest.mark.slow
def test_a_table_edited_by_hand_is_refused(solve: Solve, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = solve("ett"), solve("tva")
    costs = second / "tables" / "costs.csv"
    costs.write_text(costs.read_text(encoding="utf-8").replace("investment", "salvage"), encoding="utf-8")
    capsys.readouterr()
    assert main(["compare", str(first), str(second)]) == 2
    assert str(costs) in capsys.readouterr().err


def forge_plan(place: Path, change: Callable[[xr.Dataset], None]) -> None:
    """Change plan.nc and put its new digest into the manifest, as somebody careful would."""
    with xr.open_dataset(place / "plan.nc", engine="netcdf4") as stored:
        plan = stored.load()
    change(plan)
    plan.to_netcdf(place / "plan.nc", engine="netcdf4")
    sign_file(place, "plan.nc")


@pytest.mark.slow
def test_the_verifier_speaks_where_a_plan_was_edited_with_its_digest(
    solve: Solve, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = solve("ett"), solve("tva")

    def build_less(plan: xr.Dataset) -> None:
        plan["build"] = plan["build"] * 0.5

    forge_plan(second, build_less)
    with pytest.raises(CaseError):
        open_all([str(first), str(second)])
    capsys.readouterr()
    assert main(["compare", str(first), str(second)]) == 2
    assert "plan.nc: planen klarar inte kontrollen mot sitt fall (" in capsys.readouterr().err


@pytest.mark.slow
def test_tables_are_reckoned_again_from_the_plan_that_was_verified(solve: Solve) -> None:
    """A cost table forged with its digest is not believed while the plan itself can be had."""
    first, second = solve("ett"), solve("tva")
    costs = second / "tables" / "costs.csv"
    costs.write_text(costs.read_text(encoding="utf-8").replace("3.42", "9.42"), encoding="utf-8")
    sign_file(second, "tables/costs.csv")
    (one,) = compare_sides(open_all([str(first), str(second)]))
    assert one.bridge is not None
    assert_close(one.bridge["difference"], 0)


@pytest.mark.slow
def test_a_case_that_changed_leaves_tables_alone(
    solve: Solve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plan cannot be verified again: its tables still give the bridge, by component only."""
    first, second = solve("ett"), solve("tva", "exclude=[pump]")
    prices = tmp_path / "stad" / "prices.csv"
    prices.write_text(prices.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (one,) = compare_sides(open_all([str(first), str(second)]))
    assert one.first.kind == "tables"
    assert one.bridge is not None
    assert_close(one.bridge["difference"].sum(), 10 - 6.6 + 3.3 - 3 * 10 / 8.76)
    assert one.bridge["numbers"].isna().all()
    assert (one.actors, one.bindings) == (None, None)
    capsys.readouterr()
    assert main(["compare", str(first), str(second), f"out={tmp_path / 'ut'}"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert (
        "Fallets filer är inte de som A, B gjordes av, eller borta: planen kan inte kontrolleras på nytt, och "
        "skillnaden inte delas på andra tal och annan plan eller på aktörer."
    ) in shown
    assert "Vilka regler som binder kan bara sägas om planer som kunde kontrolleras på nytt." in shown


@pytest.mark.slow
def test_plans_of_different_cases_are_refused(solve: Solve, tmp_path: Path) -> None:
    other = test_cli.write_case(tmp_path / "by", cap=100.0)
    first, second = solve("ett"), solve("tva", f"case.path={other}")
    assert told(first, second) == [
        "B: planen är för fallet 'by', A för 'stad'. Planer för olika fall har inget gemensamt att jämföra; välj två "
        "för samma fall."
    ]
    assert told(first, second, lang="en") == [
        "B: the plan is for the case 'by', A for 'stad'. Plans of different cases have nothing to compare; choose two "
        "of one case."
    ]


@pytest.mark.slow
def test_plans_of_other_years_are_compared_in_the_years_that_both_have(
    solve: Solve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A single year pays no pump: 3 against 8.76 * 0.35 = 3.07 does, so it is built in both; only totals differ."""
    first, second = solve("tva"), solve("ett", "case.last_year=2025", "case.last_length=1")
    (one,) = compare_sides(open_all([str(first), str(second)]))
    assert (one.years, one.bridge) == ([2025], None)
    assert np.isnan(one.dearer)
    capsys.readouterr()
    assert main(["compare", str(first), str(second), f"out={tmp_path / 'ut'}"]) == 0
    shown = capsys.readouterr().out
    assert (
        "Planerna har olika år, så deras kostnader i allt kan inte jämföras. Det som följer gäller de år som båda har."
    ) in shown
    assert "years 2025–2026 → 2025–2025" in shown


@pytest.mark.slow
def test_plans_with_no_year_in_common_are_refused(solve: Solve) -> None:
    first = solve("tidig", "case.last_year=2025", "case.last_length=1")
    second = solve("sen", "case.first_year=2026", "case.last_length=1")
    assert told(first, second) == [
        "B: planens år är 2026–2026, de i A 2025–2025: inget år är gemensamt. Gör om den ena med case.first_year och "
        "case.last_year."
    ]


def edit_case(folder: Path, quantity: str, value: str) -> None:
    path = folder / "case.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = lines[0].split(",").index("value")
    for i, line in enumerate(lines):
        cells = line.split(",")
        if quantity in cells:
            cells[at] = value
            lines[i] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.slow
def test_plans_at_other_price_levels_are_compared_in_amounts(
    solve: Solve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = solve("ett")
    edit_case(tmp_path / "stad", "price_year", "2024")
    second = solve("tva", "exclude=[pump]")
    (one,) = compare_sides(open_all([str(first), str(second)]))
    assert one.bridge is None
    assert one.measures["outlay_first"].isna().all()
    assert one.measures["moved"].tolist() == ["gone"]
    capsys.readouterr()
    assert main(["compare", str(first), str(second), f"out={tmp_path / 'ut'}", "lang=en"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert (
        "The plans are at different price levels, so their costs cannot be compared. What follows is amounts." in shown
    )
    assert "price_year 2025 → 2024" in shown


@pytest.mark.slow
def test_plans_in_other_money_are_refused(solve: Solve, tmp_path: Path) -> None:
    first = solve("ett")
    edit_case(tmp_path / "stad", "money", "MEUR")
    for path in (tmp_path / "stad").glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace("MSEK", "MEUR"), encoding="utf-8")
    second = solve("tva")
    assert told(first, second) == ["B: planen räknar i MEUR, A i MSEK. Gör om den ena med samma penningenhet."]


def test_words_that_name_no_plans_are_refused() -> None:
    with pytest.raises(CaseError) as caught:
        read_names(["--bridge", "x=1", "lang=sv"])
    assert [problem.tell("sv") for problem in caught.value.problems] == [
        "fardplan compare: '--bridge' är varken en mapp eller ett val här. Skriv två eller fler mappar, och out=MAPP "
        "om svaret ska till en egen.",
        "fardplan compare: 'x=1' är varken en mapp eller ett val här. Skriv två eller fler mappar, och out=MAPP "
        "om svaret ska till en egen.",
        "fardplan compare: 0 planer är nämnda. Skriv 1 till 10: fardplan compare runs/A runs/B; en ensam jämförs med "
        "den som är antagen.",
    ]


def test_scenarios_of_a_sweep_are_compared_as_far_as_it_keeps_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Their objectives are 100 and 102; a sweep has no cost by component, and says what to do instead."""
    sweep = write_sweep(tmp_path / "svep", 6)
    assert main(["compare", f"{sweep}#0", f"{sweep}#2", f"out={tmp_path / 'ut'}"]) == 0
    shown = capsys.readouterr().out.replace("\xa0", " ")
    assert "B kostar 2,0 mnkr mer än A." in shown
    assert (
        "Ett svep behåller inte kostnaden per slag, så den har ingen brygga. Gör planer av scenarierna (fardplan plan "
        "med samma val) och jämför dem."
    ) in shown
    content = json.loads((tmp_path / "ut" / "compare.json").read_text(encoding="utf-8"))
    assert content["comparisons"][0]["difference_money"] == 2.0
    assert content["comparisons"][0]["bridge"] is None


def test_a_scenario_that_a_sweep_does_not_have_is_refused(tmp_path: Path) -> None:
    sweep = write_sweep(tmp_path / "svep", 6)
    text = "det finns inget färdigt scenario '77'. Skriv ett nummer från 0 till 5, eller ett id ur design.parquet."
    assert told(f"{sweep}#0", f"{sweep}#77") == [f"{sweep}: {text}"]


def test_a_scenario_without_a_plan_is_refused(tmp_path: Path) -> None:
    sweep = write_sweep(tmp_path / "svep", 2)
    with SweepStore.create(tmp_path / "kort", manifest_of(), design_of(6)) as store:
        store.write_chunk("0", chunk_of([3], status="infeasible"))
    assert told(f"{sweep}#0", f"{tmp_path / 'kort'}#3") == [
        f"{tmp_path / 'kort'}: scenario 3 har ingen plan (status infeasible). Välj ett som har en."
    ]


def test_a_sweep_without_finished_scenarios_is_refused(tmp_path: Path) -> None:
    with SweepStore.create(tmp_path / "tomt", manifest_of(), design_of(6)):
        pass
    text = "svepet har ännu inga färdiga scenarier. Kör det, och jämför sedan."
    assert told(f"{tmp_path / 'tomt'}#0", f"{tmp_path / 'tomt'}#1") == [f"{tmp_path / 'tomt'}: {text}"] * 2
