"""Plans that are adopted: frozen, named and kept; told in a history; what later plans are compared with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from made_results import make_table
from test_cli import NO_SALVAGE, write_case

from runners.cli import main
from runners.reports.against import tell_against
from runners.results.register import find_adoption, read_register
from runners.results.result import Result, open_result
from runners.views.renderers.picture import draw_svg
from runners.views.section import Chart, Table, Text
from runners.views.subjects.adopted import KIND, write_adopted, write_against
from runners.views.subjects.choice import write_sections

NAME, LATER = "KF 2026-06-15 §112", "KF 2027-06-14 §98"


def plan(case: Path, out: Path, *words: str) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runners.reports.plan_charts.draw_plan", lambda *_: lambda _: None)
        assert main(["plan", f"case.path={case}", NO_SALVAGE, f"out={out}", *words]) == 0
    return out


@pytest.fixture
def runs(tmp_path: Path, base: Path) -> Path:
    """A folder with two plans of the town of `test_cli`: `one`, and `two`, whose pump costs a tenth more."""
    return Path(shutil.copytree(base, tmp_path / "runs"))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adopted")
    case = write_case(folder / "stad")
    plan(case, folder / "runs" / "one")
    plan(case, folder / "runs" / "two", "adjust.capex.pump=1.1")
    return folder / "runs"


def adopt(place: Path, name: str) -> int:
    return main(["adopt", str(place), name])


def refuse(capsys: pytest.CaptureFixture[str], *words: object) -> list[str]:
    capsys.readouterr()
    assert main([*map(str, words)]) == 2
    return capsys.readouterr().err.splitlines()


@pytest.mark.slow
def test_an_adopted_run_is_a_frozen_copy_with_its_digest_and_a_name(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert adopt(runs / "one", f"  {NAME} ") == 0
    frozen = runs / "adopted" / "kf-2026-06-15-112"
    assert capsys.readouterr().out.splitlines()[-2:] == [
        f"Antagen som {NAME}: {runs / 'one'}. Fryst i {frozen}.",
        f"Alla antagna planer: {runs / 'adopted' / 'history'}",
    ]
    (entry,) = read_register(runs / "adopted").entries
    assert (entry.name, entry.case, entry.folder) == (NAME, "stad", frozen.name)
    assert find_adoption(runs / "one") == find_adoption(frozen) == entry
    assert find_adoption(runs / "two") is None
    assert all(path.stat().st_mode & 0o222 == 0 for path in frozen.rglob("*") if path.is_file())
    assert (frozen / "plan.nc").read_bytes() == (runs / "one" / "plan.nc").read_bytes()
    assert main(["list", "adopted", str(runs)]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.split()[:3] == NAME.split()
    assert line.endswith(f"stad  {entry.digest[:8]}  {frozen}")


@pytest.mark.slow
def test_what_cannot_be_adopted_is_told_and_changes_nothing(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert adopt(runs / "one", NAME) == 0
    before = (runs / "adopted" / "register.json").read_bytes()
    date = json.loads(before)["adopted"][0]["adopted"][:10]
    assert refuse(capsys, "adopt", runs / "one", "KF 2026-09-01 §1") == [
        f"{runs / 'one'}: planen antogs redan {date} som '{NAME}'. En plan antas en gång."
    ]
    assert refuse(capsys, "adopt", runs / "two", NAME.lower()) == [
        f"{runs / 'two'}: '{NAME}' är redan namnet på planen {runs / 'one'}, antagen {date}. Ge det nya beslutet sitt "
        "eget namn."
    ]
    assert refuse(capsys, "adopt", runs / "two", " ") == [
        f"{runs / 'two'}: beslutets namn '' går inte att använda: det ska vara 1 till 80 tecken som syns. Skriv till "
        'exempel "KF 2026-06-15 §112".'
    ]
    assert refuse(capsys, "adopt", runs / "two") == [
        "fardplan adopt: 1 ord är skrivet, men det ska vara två: planens mapp och beslutets namn inom citattecken. "
        'Skriv: fardplan adopt PLAN "KF 2026-06-15 §112".'
    ]
    (runs / "two" / "tables" / "costs.csv").write_text("component\n", encoding="utf-8")
    (told,) = refuse(capsys, "adopt", runs / "two", LATER)
    assert "costs.csv" in told
    (told,) = refuse(capsys, "adopt", runs / "adopted" / "history", LATER)
    assert "adopted" in told
    assert (runs / "adopted" / "register.json").read_bytes() == before
    assert sorted(path.name for path in (runs / "adopted").iterdir()) == [
        *("history", "kf-2026-06-15-112", "register.json"),
    ]


@pytest.mark.slow
def test_pruning_never_offers_an_adopted_run(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both runs are old; the one that was adopted is not among those that would go, nor is its frozen copy."""
    assert adopt(runs / "one", NAME) == 0
    capsys.readouterr()
    assert main(["runs", "prune", "--folder", str(runs), "--keep", "0"]) == 0
    told = capsys.readouterr().out
    assert "two" in told
    assert "one" not in told
    assert "kf-" not in told


@pytest.mark.slow
def test_a_later_plan_speaks_of_the_adopted_one(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A tenth of 3.4247 dearer: 0.3 on one decimal, in present cost and in outlays alike."""
    assert adopt(runs / "one", NAME) == 0
    config = json.loads((runs / "two" / "manifest.json").read_text(encoding="utf-8"))["config"]
    capsys.readouterr()
    plan(Path(config["case"]["path"]), runs / "three", "adjust.capex.pump=1.1")
    told = f"Jämfört med antagen plan {NAME}: nuvärde +0,3 mnkr, utgifter +0,3 mnkr."
    assert told in capsys.readouterr().out.splitlines()
    out = tmp_path / "report.html"
    assert main(["report", str(runs / "three"), "--out", str(out)]) == 0
    page = out.read_text(encoding="utf-8")
    assert "Jämfört med antagen plan" in page
    assert f"Den plan som gäller antogs som {NAME}." in page
    assert main(["report", str(runs / "one"), "--out", str(tmp_path / "same.html")]) == 0
    assert "Jämfört med antagen plan" not in (tmp_path / "same.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_money_of_other_years_is_not_laid_beside_that_of_the_adopted_plan(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plan of the second year alone spares the first year's purchases by not counting them."""
    assert adopt(runs / "one", NAME) == 0
    config = json.loads((runs / "two" / "manifest.json").read_text(encoding="utf-8"))["config"]
    capsys.readouterr()
    plan(Path(config["case"]["path"]), runs / "late", "case.years=[2026]")
    told = (
        f"Den antagna planen {NAME} räknar i mnkr över 2025–2026, i 2025 års priser och med 0,0 % kalkylränta. Den här "
        "planen gör det inte, så deras nuvärden och utgifter jämförs inte."
    )
    said = capsys.readouterr().out
    assert told in " ".join(said.split())
    assert "Jämfört med antagen plan" not in said
    late, standard = (open_result(runs / name, "plan") for name in ("late", "one"))
    section = write_against(late, standard, NAME, "sv")
    assert told in [block.text for block in section.blocks if isinstance(block, Text)]
    assert "against_adopted" not in [block.key for block in section.blocks if isinstance(block, Table)]


@pytest.mark.slow
def test_one_plan_alone_is_compared_with_the_adopted_one(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refuse(capsys, "compare", runs / "two") == [
        "fardplan compare: en plan är angiven, och ingen plan av samma fall är antagen bredvid den. Ange två planer, "
        'eller anta en: fardplan adopt PLAN "KF 2026-06-15 §112".'
    ]
    assert adopt(runs / "one", NAME) == 0
    assert main(["compare", str(runs / "two"), "--out", str(tmp_path / "pair")]) == 0
    frozen = runs / "adopted" / "kf-2026-06-15-112"
    assert f"{frozen.name[-6:]}: antagen plan {NAME}" in capsys.readouterr().out
    found = open_result(tmp_path / "pair", "compare")
    assert found.origin["adopted"] == {"A": NAME}
    plans = next(b for s in write_sections(found, "sv") for b in s.blocks if isinstance(b, Table))
    assert plans.rows[0][1] == f"{frozen}: antagen plan {NAME}"


@pytest.mark.slow
def test_the_history_is_one_picture_and_one_table(runs: Path) -> None:
    assert adopt(runs / "one", NAME) == 0
    assert adopt(runs / "two", LATER) == 0
    history = open_result(runs / "adopted" / "history", "adopted")
    assert history.facts["current"] == LATER
    (section,) = write_sections(history, "sv")
    assert [block.key for block in section.blocks if isinstance(block, Chart | Table)] == [
        "adopted_plans",  # the town has no account that is the whole: there is nothing to draw
    ]
    plans = next(block for block in section.blocks if isinstance(block, Table) and block.key == "adopted_plans")
    assert [row[0] for row in plans.rows] == [NAME, LATER]
    assert float(str(plans.rows[1][4])) - float(str(plans.rows[0][4])) == pytest.approx(0.34247, abs=1e-4)


def test_the_emissions_of_adopted_plans_are_lines_and_a_table() -> None:
    """Two plans of two years: 5 and 3 kt, then 4 and 1."""
    names = {"name_sv": "Utsläpp", "name_en": "Emissions", "unit": "kt"}
    paths = [
        {"number": number, "decision": decision, "year": year, "value": value, **names}
        for number, decision, values in ((1, NAME, (5.0, 3.0)), (2, LATER, (4.0, 1.0)))
        for year, value in zip((2027, 2028), values, strict=True)
    ]
    plan = {"adopted": "2026-06-15", "first_year": 2027, "last_year": 2028, "price_year": 2025, "unit": "kt"}
    plan |= {"money": "MSEK"}
    figures = {"cost": 1.0, "outlay": 2.0, "emitted": 8.0, "targets_missed": 0}
    plans = [{"number": n, "decision": d, **plan, **figures} for n, d in ((1, NAME), (2, LATER))]
    tables = {"plans": make_table(KIND, "plans", plans), "paths": make_table(KIND, "paths", paths)}
    (section,) = write_adopted(Result(KIND, {"current": LATER, "money": "MSEK"}, tables), "sv")
    chart = next(block for block in section.blocks if isinstance(block, Chart))
    assert chart.alternative == f"{NAME}: 3,0 kt 2028; {LATER}: 1,0 kt 2028"
    assert draw_svg(chart).startswith("<svg")
    table = next(block for block in section.blocks if isinstance(block, Table) and block.key == "adopted_paths")
    assert [column.title for column in table.columns] == ["Beslut", 2027, 2028]
    assert table.rows == ((NAME, 5.0, 3.0), (LATER, 4.0, 1.0))


def test_adopted_plans_in_unlike_money_and_units_have_each_their_own() -> None:
    """A plan in MSEK and kt, a later one in MEUR and t: the head said MEUR and kt of both."""
    names = {"name_sv": "Utsläpp", "name_en": "Emissions"}
    kinds = ((1, NAME, "MSEK", "kt", 20.0), (2, LATER, "MEUR", "t", 5000.0))
    paths = [
        {"number": number, "decision": decision, "year": 2027, "value": value, "unit": unit, **names}
        for number, decision, _, unit, value in kinds
    ]
    plan = {"adopted": "2026-06-15", "first_year": 2027, "last_year": 2028, "price_year": 2025}
    figures = {"cost": 11.0, "outlay": 2.0, "targets_missed": 0}
    plans = [
        {"number": n, "decision": d, "money": money, "unit": unit, "emitted": value, **plan, **figures}
        for n, d, money, unit, value in kinds
    ]
    tables = {"plans": make_table(KIND, "plans", plans), "paths": make_table(KIND, "paths", paths)}
    (section,) = write_adopted(Result(KIND, {"current": LATER, "money": "MEUR"}, tables), "sv")
    charts = {block.key: block.caption for block in section.blocks if isinstance(block, Chart)}
    assert charts == {
        "adopted": "Utsläpp enligt varje antagen plan, kt",
        "adopted_2": "Utsläpp enligt varje antagen plan, t",
    }
    table = next(block for block in section.blocks if isinstance(block, Table) and block.key == "adopted_plans")
    assert [column.title for column in table.columns][3:] == [
        *("Prisår", "Pengar", "Nuvärde", "Utgifter", "Utsläpp över åren", "Enhet", "Mål som missas"),
    ]
    assert [row[4:9] for row in table.rows] == [("mnkr", 11.0, 2.0, 20.0, "kt"), ("MEUR", 11.0, 2.0, 5000.0, "t")]


@pytest.mark.slow
def test_a_register_or_a_frozen_copy_that_was_changed_is_told(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert adopt(runs / "one", NAME) == 0
    frozen = runs / "adopted" / "kf-2026-06-15-112"
    manifest = frozen / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text(manifest.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert refuse(capsys, "report", runs / "two", "--out", tmp_path / "r.html") == [
        f"{frozen}: den antagna planen '{NAME}' är inte som den var när den antogs: mappen är ändrad eller borta. Lägg "
        "tillbaka den från säkerhetskopian."
    ]
    (runs / "adopted" / "register.json").write_text("{}", encoding="utf-8")
    assert refuse(capsys, "list", "adopted", runs) == [
        f"{runs / 'adopted' / 'register.json'}: registret över antagna planer går inte att läsa. Lägg tillbaka filen "
        "från säkerhetskopian; de antagna planerna ligger kvar i sina mappar bredvid den."
    ]
    assert list(tmp_path.glob("r.html")) == []
    assert tell_against(runs / "two", "en") == (
        f"{runs / 'adopted' / 'register.json'}: the register of adopted plans cannot be read. Put the file back from "
        "the backup; the adopted plans still stand in their folders beside it."
    )
