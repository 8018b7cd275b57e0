"""Run folders spoiled in every way, digests and seal made to fit, before every command that reads them.

Each gives one sentence for each file and exit code 2, in either language; none ends in a traceback or is shown.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import sealed
import xarray as xr
from test_curve_command import write_case

from runners.cli import main
from runners.commands.report import open_material
from runners.confirmation import confirm_run
from runners.keepsake import digest_files
from scenarios.errors import CaseError

COMMANDS = {
    "report": "report {a} --out {out}.html",
    "workbook": "workbook {a} --csv {out}",
    "compare": "compare {a} {b} out={out}",
    "stress": "stress {a} --with realised_60 --pairs 0 --out {out}",
    "runs show": "runs show a --folder {home}",
    "runs list": "runs list --folder {home}",
    "adopt": "adopt {a} KF-1",
}
ONLY_SUMMARY = ("runs show", "runs list")
"""What looks at the summary alone; a list says nothing of a run that cannot be read."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    case = f"case.path={write_case(home / 'case')}"
    assert main(["plan", case, "convention=no_salvage", f"out={home / 'a'}"]) == 0
    assert main(["plan", case, f"out={home / 'b'}"]) == 0
    return home


def seal(place: Path) -> None:
    files = {name: digest for name, digest in digest_files(place).items() if name != "manifest.json"}
    sealed.rewrite_manifest(place, files=files)


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def swap_columns(path: Path) -> None:
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    first, *others = header.split(",")
    path.write_text("\n".join([",".join([*others, first]), *rows]) + "\n", encoding="utf-8")


def drop_column(path: Path) -> None:
    rows = [line.split(",")[:-2] for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")


def write_text_in_numbers(path: Path) -> None:
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    place = header.split(",").index("year")
    cells = [row.split(",") for row in rows]
    for row in cells:
        row[place] = "text"
    path.write_text("\n".join([header, *map(",".join, cells)]) + "\n", encoding="utf-8")


def write_far_year(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("2026", "1" + "0" * 30), encoding="utf-8")


def write_infinity(path: Path) -> None:
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    cells = [row.split(",") for row in rows]
    for row in cells:
        row[header.split(",").index("cost")] = "inf"
    path.write_text("\n".join([header, *map(",".join, cells)]) + "\n", encoding="utf-8")


def write_bytes(path: Path) -> None:
    path.write_bytes(b"\x00\xff" + path.read_bytes())


def remove(path: Path) -> None:
    path.unlink()


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def change(**values: object) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(content | values), encoding="utf-8")

    return write


def forget(name: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        del content[name]
        path.write_text(json.dumps(content), encoding="utf-8")

    return write


def double(path: Path) -> None:
    """Every cost twice as high, and the objective with it: sums agree, the plan does not."""
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    cells = [row.split(",") for row in rows]
    for name in ("cost", "present_value"):
        for row in cells:
            place = header.split(",").index(name)
            row[place] = str(2 * float(row[place])) if row[place] else ""
    path.write_text("\n".join([header, *map(",".join, cells)]) + "\n", encoding="utf-8")
    summary = path.parent.parent / "summary.json"
    content = json.loads(summary.read_text(encoding="utf-8"))
    content["objective_money"] *= 2
    summary.write_text(json.dumps(content), encoding="utf-8")


def double_plan(path: Path) -> None:
    with xr.open_dataset(path) as stored:
        plan = stored.load()
    plan["build"] = plan["build"] * 2
    path.unlink()
    plan.to_netcdf(path)


def spoil_plan(path: Path) -> None:
    with xr.open_dataset(path) as stored:
        plan = stored.load()
    plan["build"] = plan["build"] * np.nan
    path.unlink()
    plan.to_netcdf(path)


def read_for_report(place: Path) -> tuple[int, str]:
    """What the report does with a folder before it draws anything, which takes longer."""
    try:
        for plan in open_material([place]).plans:
            confirm_run(plan, "en")
    except CaseError as error:
        return 2, "\n".join(problem.tell("en") for problem in error.problems)
    return 0, ""


COSTS, SUMMARY, PLAN = "tables/costs.csv", "summary.json", "plan.nc"
SPOILS: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "a table cut": (COSTS, cut, "spoiled or differs"),
    "an empty table": (COSTS, empty, "form"),
    "columns swapped": (COSTS, swap_columns, "form"),
    "a column gone": (COSTS, drop_column, "form"),
    "text in numbers": (COSTS, write_text_in_numbers, "form"),
    "a year of thirty digits": (COSTS, write_far_year, "form"),
    "an infinite cost": (COSTS, write_infinity, "form"),
    "bytes": (COSTS, write_bytes, "form"),
    "a table missing": (COSTS, remove, "list of files"),
    "a folder for a file": (COSTS, make_folder, "list of files"),
    "a broken summary": (SUMMARY, cut, "form"),
    "an empty summary": (SUMMARY, empty, "form"),
    "a cost of text": (SUMMARY, change(objective_money="text"), "form"),
    "no cost": (SUMMARY, change(objective_money=None), "form"),
    "another cost": (SUMMARY, change(objective_money=1.0, social_cost_money=1.0), "sum of its parts"),
    "targets of another type": (SUMMARY, change(targets=1), "form"),
    "no targets": (SUMMARY, forget("targets"), "form"),
    "never verified": (SUMMARY, change(verified=False), "never verified"),
    "all costs doubled": (COSTS, double, "says something else than the plan"),
    "a plan doubled": (PLAN, double_plan, "check against its case"),
    "a plan that is no number": (PLAN, spoil_plan, "check against its case"),
    "an empty plan": (PLAN, empty, "form"),
    "a plan cut": (PLAN, cut, "form"),
}
QUICK = 5
"""Every fifth kind in the quick suite, all in the slow one."""
RECKONED_AGAIN = ("a table cut", "another cost", "never verified", "all costs doubled")
"""What is not looked at by those `OF_THE_PLAN`: they make everything of the plan itself."""
OF_THE_PLAN = ("compare", "stress")


@pytest.mark.parametrize(
    "name",
    [name if place % QUICK == 0 else pytest.param(name, marks=pytest.mark.slow) for place, name in enumerate(SPOILS)],
)
def test_every_reader_says_what_is_spoiled(
    name: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, spoil, told = SPOILS[name]
    shutil.copytree(home / "a", tmp_path / "a")
    spoil(tmp_path / "a" / file)
    seal(tmp_path / "a")
    for command, words in COMMANDS.items():
        if command in OF_THE_PLAN and name in RECKONED_AGAIN:
            continue
        asked = words.format(a=tmp_path / "a", b=home / "b", out=tmp_path / "out", home=tmp_path).split()
        code, said = read_for_report(tmp_path / "a") if command == "report" else (main([*asked, "lang=en"]), "")
        said += capsys.readouterr().err
        if command in ONLY_SUMMARY and (command == "runs list" or told != "form" or file != SUMMARY):
            assert code in (0, 2), said
            continue
        assert code == 2, said
        assert told in said or told == "spoiled or differs", said
        assert len(said.splitlines()) <= 3
        assert not list(tmp_path.glob("out*"))


def test_a_table_of_another_run_is_seen(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(home / "a", tmp_path / "a")
    shutil.copy(home / "b" / "tables" / "costs.csv", tmp_path / "a" / "tables" / "costs.csv")
    seal(tmp_path / "a")
    assert main(["workbook", str(tmp_path / "a"), "--csv", str(tmp_path / "out"), "lang=en"]) == 2
    said = capsys.readouterr().err
    assert "the sum of its parts" in said or "says something else than the plan" in said


@pytest.mark.slow
def test_a_run_whose_case_has_changed_is_shown_with_a_word(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(home / "case", tmp_path / "case")
    assert main(["plan", f"case.path={tmp_path / 'case'}", f"out={tmp_path / 'a'}"]) == 0
    (tmp_path / "case" / "targets.csv").unlink()
    capsys.readouterr()
    assert main(["workbook", str(tmp_path / "a"), "--csv", str(tmp_path / "out"), "lang=en"]) == 0
    assert capsys.readouterr().err == (
        f"{tmp_path / 'a'}: the case has changed or is gone, so the plan cannot be verified again. What is shown is "
        "what the folder holds.\n"
    )
    assert main(["workbook", str(tmp_path / "a"), "--csv", str(tmp_path / "ut")]) == 0
    assert capsys.readouterr().err == (
        f"{tmp_path / 'a'}: fallet har ändrats eller saknas, så planen kan inte kontrolleras på nytt. Det som visas är "
        "vad mappen innehåller.\n"
    )


def test_runs_as_they_were_written_are_shown(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command, words in COMMANDS.items():
        place = tmp_path / command.replace(" ", "-")
        assert main([*words.format(a=home / "a", b=home / "b", out=place, home=home).split(), "lang=en"]) == 0
        assert capsys.readouterr().err == ""
