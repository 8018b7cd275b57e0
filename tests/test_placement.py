"""What is written is there whole or not at all; an answer carries the digests of its files."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from runners.atomic_write import put_file, put_folder
from runners.keepsake import Answer, choose_place, keep_answer
from scenarios.errors import CaseError

STARTED = datetime.fromisoformat("2026-11-24T20:08:05+01:00")


def told(caught: pytest.ExceptionInfo[CaseError], lang: str = "sv") -> list[str]:
    return [problem.tell(lang) for problem in caught.value.problems]


def write_mine(path: Path) -> None:
    path.write_text("mine", encoding="utf-8")


def break_off(path: Path) -> None:
    path.write_text("half", encoding="utf-8")
    raise OSError(28, "No space left on device")


def test_a_file_is_written_with_the_folders_above_it_and_others_may_read_it(tmp_path: Path) -> None:
    place = put_file(tmp_path / "new" / "a.txt", write_mine, force=False)
    assert place.read_text(encoding="utf-8") == "mine"
    assert place.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in place.parent.iterdir()] == ["a.txt"]


def test_a_file_that_stands_there_is_replaced_only_by_force_and_a_folder_never(tmp_path: Path) -> None:
    place = tmp_path / "a.txt"
    place.write_text("old", encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        put_file(place, write_mine, force=False)
    assert told(caught, "en") == [
        f"{place}: the file exists and is not overwritten. Choose another name, or add --force."
    ]
    put_file(place, write_mine, force=True)
    assert place.read_text(encoding="utf-8") == "mine"
    with pytest.raises(CaseError) as caught:
        put_file(tmp_path, write_mine, force=True)
    assert told(caught) == [f"{tmp_path}: är en mapp. Ange en fil, till exempel en ny i den."]


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    place = tmp_path / "a.txt"

    def write(path: Path) -> None:
        path.write_text("new", encoding="utf-8")
        write_mine(place)

    with pytest.raises(CaseError):
        put_file(place, write, force=False)
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["mine"]


def test_a_file_that_breaks_off_leaves_what_stood_there(tmp_path: Path) -> None:
    write_mine(tmp_path / "a.txt")
    with pytest.raises(CaseError) as caught:
        put_file(tmp_path / "a.txt", break_off, force=True)
    assert told(caught, "en") == [
        f"{tmp_path}/a.txt: cannot be written (No space left on device). Choose another place, or close the file where "
        "another program has it open."
    ]
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["mine"]


def test_a_folder_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as caught, put_folder(tmp_path / "svar") as folder:
        break_off(folder / "half")
    assert told(caught) == [f"out={tmp_path}/svar: mappen går inte att skriva (disken är full). Välj en annan."]
    assert not list(tmp_path.iterdir())


def test_an_answer_has_the_digest_of_every_file_in_its_manifest(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"words": ["target=priced"], "works": [True], "way_sv": ["prissatta mål"], "way_en": ["priced"]}
    )
    answer = Answer("why", {"cost": float("nan")}, {"ways": table}, lambda into: write_mine(into / "a.svg"), {"n": 1})
    place = keep_answer(answer, tmp_path / "svar", STARTED)
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert {key: manifest[key] for key in ("program", "kind", "started", "n")} == {
        "program": "fardplan",
        "kind": "why",
        "started": "2026-11-24T20:08:05+01:00",
        "n": 1,
    }
    assert (place / "why.json").read_text(encoding="utf-8") == '{\n "cost": null\n}\n'
    assert manifest["files"] == {
        name: hashlib.sha256((place / name).read_bytes()).hexdigest()
        for name in ("figures/a.svg", "tables/ways.csv", "why.json")
    }
    assert (place / "tables" / "ways.csv").read_text(encoding="utf-8") == (
        "words,works,way_sv,way_en\ntarget=priced,True,prissatta mål,priced\n"
    )


def test_a_place_without_a_name_is_named_by_case_kind_time_and_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    attrs = {"case": "stad", "digest": "0123456789abcdef"}
    assert choose_place(None, attrs, STARTED, "why") == Path("runs/stad-why-20261124-200805-01234567")
    assert choose_place(None, attrs, STARTED) == Path("runs/stad-20261124-200805-01234567")
    assert choose_place(None, attrs, STARTED) == Path("runs/stad-20261124-200805-01234567-2")
    assert choose_place("svar", attrs, STARTED) == Path("svar")
