"""Commands from Python: `ask` gives what the command line gives, as tables, arrays and a report of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from runners.ask import Found, ask, open_found
from runners.cli import main
from scenarios.errors import CaseError

PAGE = Path(__file__).parents[1] / "docs" / "python.md"
WORDS = ("case=minimal", "solver=fast")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return ask("plan", *WORDS, f"out={tmp_path_factory.mktemp('ask') / 'plan'}")


def test_a_plan_is_what_the_command_writes(plan: Found, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", *WORDS, f"out={tmp_path / 'typed'}"]) == 0
    typed = open_found(tmp_path / "typed")
    assert typed.facts["objective_money"] == plan.facts["objective_money"]
    assert sorted(typed.tables) == sorted(plan.tables)
    for name, table in plan.tables.items():
        assert table.equals(typed.tables[name]), name
    shown = capsys.readouterr().out.splitlines()
    assert str(plan).splitlines()[:-1] == shown[:-1]


def test_a_table_is_had_over_its_keys_with_units(plan: Found) -> None:
    accounts, table = plan.array("accounts"), plan.tables["accounts"]
    row = table.iloc[3]
    assert float(accounts["value"].sel(account=row["account"], year=row["year"])) == row["value"]
    assert plan.array("costs")["present_value"].sum().item() == pytest.approx(plan.facts["objective_money"], abs=1e-6)
    assert plan.array("investments")["outlay"].attrs["unit"] == "MSEK"
    assert set(plan.plan()["build"].dims) == {"technology", "vintage"}


@pytest.mark.slow
def test_it_shows_itself_in_a_notebook(plan: Found) -> None:
    page = plan._repr_html_()
    assert page.startswith("<iframe srcdoc=")
    assert "Exempelby" in page
    assert "data:image/svg+xml" in page


def test_mistakes_are_raised_and_leave_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CaseError, match="there is no command 'dans'"):
        ask("dans")
    with pytest.raises(CaseError, match=r"adjust\.capex\.nothing"):
        ask("plan", *WORDS, "adjust.capex.nothing=1")
    assert list((tmp_path / "runs").iterdir()) == []


@pytest.mark.slow
def test_commands_that_read_a_run_are_asked_alike(plan: Found, tmp_path: Path) -> None:
    found = ask("compare", str(plan.place), str(plan.place), f"out={tmp_path / 'beside'}")
    assert found.kind == "compare"
    assert "107,4" in str(found)


@pytest.mark.slow
def test_the_lines_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code = PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    got: dict[str, object] = {}
    exec(compile(code, str(PAGE), "exec"), got)
    assert isinstance(got["more"], float)
    assert got["more"] > 0
    assert len(got["sweep"].tables["results"]) == 6
    assert float(got["cheapest"]) < got["plan"].facts["objective_money"]
    assert float(got["built"].sum()) > 0
    assert got["emitted"].sizes == {"year": 21}
    assert len(got["points"]) >= 2
