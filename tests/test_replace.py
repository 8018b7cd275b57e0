"""No command replaces what is there without being asked, and two runs of one second have folders of their own."""

from __future__ import annotations

import hashlib
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_curve_command import write_case

from runners.atomic_write import put_file, put_folder
from runners.cli import main
from runners.keepsake import choose_place
from scenarios.errors import CaseError

STARTED = datetime(2026, 11, 24, 20, 8, 5, tzinfo=UTC)
TAKEN = {
    "sv": "där finns redan en körning, och den skrivs inte över. Välj en annan mapp, eller lägg till --force.",
    "en": "an earlier run is there already, and is not replaced. Choose another folder, or add --force.",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case, two plans of it, and the workbook of the case."""
    home = tmp_path_factory.mktemp("home")
    case = f"case.path={write_case(home / 'case')}"
    for name in ("a", "b"):
        assert main(["plan", case, "convention=no_salvage", f"out={home / name}", "lang=en"]) == 0
    assert main(["template", "--path", str(home / "case"), str(home / "case.xlsx")]) == 0
    return home


def digest(place: Path) -> str:
    paths = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


FOLDERS = ("plan", "curve", "curve curve.kind=measures", "curve curve.kind=frontier curve.second=soot", "why", "near")


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("command", [*FOLDERS, "compare"])
def test_a_folder_with_a_run_is_not_replaced_unasked(
    command: str, lang: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = digest(home / "a")
    about = [f"case.path={home / 'case'}"] if command != "compare" else [str(home / "a"), str(home / "b")]
    assert main([*command.split(), *about, f"out={home / 'a'}", f"lang={lang}"]) == 2
    assert capsys.readouterr().err == f"out={home / 'a'}: {TAKEN[lang]}\n"
    assert digest(home / "a") == before


@pytest.mark.parametrize(
    "command",
    [
        "report {a} --out {taken}.html",
        "report {a} --out {taken}.pdf",
        "workbook {a} --out {taken}.xlsx",
        "template --path {case} {taken}.xlsx",
        "workbook {a} --csv {folder}",
        "import {case}.xlsx --out {folder}",
    ],
)
def test_a_file_or_folder_of_others_is_not_replaced_unasked(
    command: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {name: home / name for name in ("a", "case")} | {"taken": tmp_path / "taken", "folder": tmp_path / "mine"}
    (tmp_path / "mine").mkdir()
    for name in ("taken.html", "taken.pdf", "taken.xlsx", "mine/mine.txt"):
        (tmp_path / name).write_text("mine", encoding="utf-8")
    assert main([*command.format(**places).split(), "lang=en"]) == 2
    assert "--force" in capsys.readouterr().err
    assert {path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()} == {"mine"}
    assert len(list(tmp_path.rglob("*"))) == 5


@pytest.mark.slow
def test_a_run_is_replaced_where_that_is_asked(home: Path, tmp_path: Path) -> None:
    words = ["plan", f"case.path={home / 'case'}", f"--out={tmp_path / 'c'}"]
    assert main(words) == 0
    before = digest(tmp_path / "c" / "manifest.json")
    assert main([*words, "convention=no_salvage", "--force"]) == 0
    assert digest(tmp_path / "c" / "manifest.json") != before
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


def test_a_folder_without_a_run_is_not_replaced_even_where_that_is_asked(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert main(["plan", f"case.path={home / 'case'}", f"out={tmp_path}", "--force", "lang=en"]) == 2
    assert "something that is no earlier run is there already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_runs_of_one_second_have_folders_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty at once, all of the same case, digest and second."""
    monkeypatch.chdir(tmp_path)
    attrs, places, ready = {"case": "stad", "digest": "0123456789"}, list[Path](), threading.Barrier(40)

    def choose() -> None:
        ready.wait()
        places.append(choose_place(None, attrs, STARTED, "why"))

    threads = [threading.Thread(target=choose) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(places)) == 40
    assert min(places) == Path("runs/stad-why-20261124-200805-01234567")


def test_what_another_put_there_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    """Both looked, and nothing was there; the second to be done is refused."""
    first, second = put_folder(tmp_path / "run"), put_folder(tmp_path / "run")
    (first.__enter__() / "theirs").touch()
    (second.__enter__() / "mine").touch()
    first.__exit__(None, None, None)
    with pytest.raises(CaseError):
        second.__exit__(None, None, None)
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["theirs"]
    with pytest.raises(CaseError):
        put_file(tmp_path / "f.txt", lambda aside: (aside.touch(), os.mkfifo(tmp_path / "f.txt")), force=False)
    assert (tmp_path / "f.txt").is_fifo()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.txt", "run"]
