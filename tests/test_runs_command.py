"""`fardplan runs`: list, show, compare and prune, and what is said when there is nothing of the kind."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sweeping import chunk_of, design_of, manifest_of, write_sweep
from test_catalogue import write_plan

from runners.cli import main
from runners.commands.runs import run_runs
from runners.sweep_store.store import SweepStore
from scenarios.errors import CaseError

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
TARGETS = [
    {"target": "cap", "year": 2030, "met": False, "years_missed": 2},
    {"target": "budget", "year": 2030, "met": True, "years_missed": 0},
]


@pytest.fixture(autouse=True)
def _local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are shown in local time: that of Greenwich here."""
    monkeypatch.setenv("TZ", "UTC")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two plans, two sweeps of which one was cut off, and a folder of somebody else's."""
    runs = tmp_path / "runs"
    plan = {"objective_money": 1234.4, "gap": 0.0012, "money": "MSEK", "targets": TARGETS}
    write_plan(runs / "dyr", "2026-11-20T10:00:00+00:00", **plan)
    cheap = plan | {"objective_money": 1000.0, "targets": [TARGETS[1], TARGETS[1]], "status": "within_gap"}
    write_plan(runs / "billig", "2026-11-21T10:00:00+00:00", **cheap)
    write_sweep(runs / "svep", 6, started="2026-11-22T10:00:00+00:00")
    with SweepStore.create(runs / "svep", manifest_of(), design_of(6)) as store:
        store.update(ended="2026-11-22T11:30:00+00:00")
    with SweepStore.create(runs / "kort", manifest_of(started="2026-11-23T10:00:00+00:00"), design_of(6)) as store:
        store.write_chunk("0", chunk_of([0, 1, 2]))
        store.write_chunk("1", chunk_of([3], status="infeasible"))
    (runs / "brev").mkdir()
    (runs / "brev" / "manifest.json").write_text('{"program": "other"}', encoding="utf-8")
    return runs


def ask(folder: Path, words: str, capsys: pytest.CaptureFixture[str], lang: str = "sv") -> list[str]:
    assert run_runs([*words.split(), "--folder", str(folder), f"lang={lang}"], lang, NOW) == 0
    return capsys.readouterr().out.replace("\xa0", " ").splitlines()


def tell(words: str, lang: str = "sv") -> str:
    with pytest.raises(CaseError) as caught:
        run_runs(words.split(), lang, NOW)
    (problem,) = caught.value.problems
    return problem.tell(lang)


def squeeze(lines: list[str]) -> list[str]:
    return [re.sub(" {2,}", " | ", line.strip()) for line in lines]


def test_runs_are_listed_newest_first_a_line_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert squeeze(ask(folder, "list", capsys)) == [
        "2026-11-23 10:00 | svep | stad | 3 optimal, 1 olösligt (avbrutet, av 6) | kort",
        "2026-11-22 10:00 | svep | stad | 6 optimal | svep",
        "2026-11-21 10:00 | plan | stad | inom gapet | billig",
        "2026-11-20 10:00 | plan | stad | optimal | dyr",
    ]


def test_a_sweep_that_is_written_to_is_listed_as_going_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with SweepStore.create(folder / "kort", manifest_of(), design_of(6)):
        assert squeeze(ask(folder, "list", capsys, "en"))[0] == (
            "2026-11-23 10:00 | sweep | stad | 3 optimal, 1 infeasible (going on, of 6) | kort"
        )
        assert "Slutade | pågår" in squeeze(ask(folder, "show kort", capsys))


def test_an_empty_folder_says_how_to_make_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(tmp_path, "list", capsys) == [f"Inga körningar under {tmp_path}. Gör en med fardplan plan."]


def test_a_plan_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert squeeze(ask(folder, "show dyr", capsys)) == [
        f"Mapp | {folder / 'dyr'}",
        "Fall | stad",
        "Började | 2026-11-20 10:00",
        "Status | optimal",
        "Nuvärde | 1 234 mnkr",
        "Missade mål | 1 av 2",
        "Gap | 0,12 %",
    ]


def test_a_sweep_is_shown_with_its_distribution(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Objectives 100 to 105: the tenth percentile lies half a step above the least."""
    assert squeeze(ask(folder, "show svep", capsys, "en"))[3:] == [
        "Ended | 2026-11-22 11:30",
        "Varied | price, adjust.capex.pump",
        "Scenarios | 6 of 6",
        "optimal | 6",
        "Present value, least | 100 MSEK",
        "Present value, 10th percentile | 100 MSEK",
        "Present value, median | 102 MSEK",
        "Present value, 90th percentile | 104 MSEK",
        "Present value, most | 105 MSEK",
    ]


def test_a_run_is_found_by_its_path_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_runs(["show", str(folder / "dyr")], "sv", NOW) == 0
    assert str(folder / "dyr") in capsys.readouterr().out


def test_two_plans_stand_side_by_side(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = squeeze(ask(folder, "compare dyr billig", capsys))
    assert lines[0] == "dyr | billig | skillnad"
    assert lines[3] == "Status | optimal | inom gapet"
    assert lines[4] == "Nuvärde | 1 234 mnkr | 1 000 mnkr | −234 mnkr"
    assert lines[5:] == ["Missade mål | 1 av 2 | 0 av 2 | −1", "Gap | 0,12 % | 0,12 %"]


def test_two_sweeps_stand_side_by_side(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = squeeze(ask(folder, "compare kort svep", capsys))
    assert "Scenarier | 4 av 6 | 6 av 6 | +2" in lines
    assert "optimal | 3 | 6 | +3" in lines
    assert "olösligt | 1 | –" in lines
    assert "Nuvärde, högsta | 102 mnkr | 105 mnkr | +3,0 mnkr" in lines


def test_pruning_shows_first_and_removes_when_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = {path.name for path in folder.iterdir() if path.is_dir()}
    assert squeeze(ask(folder, "prune --keep 2", capsys)) == [
        "Skulle ta bort billig (0,0 MB)",
        "Skulle ta bort dyr (0,0 MB)",
        "Inget är borttaget. Lägg till --yes för att ta bort.",
    ]
    assert {path.name for path in folder.iterdir() if path.is_dir()} == names
    assert squeeze(ask(folder, "prune --keep=2 --yes", capsys)) == ["Tog bort billig (0,0 MB)", "Tog bort dyr (0,0 MB)"]
    assert {path.name for path in folder.iterdir() if path.is_dir()} == names - {"billig", "dyr"}
    assert ask(folder, "prune --keep 2 --yes", capsys) == ["Inget att ta bort."]


def test_pruning_by_age_and_number_asks_for_both(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the 30th at noon the run of the 20th is ten days old, that of the 22nd eight."""
    assert squeeze(ask(folder, "prune --older 9", capsys))[:-1] == [
        "Skulle ta bort billig (0,0 MB)",
        "Skulle ta bort dyr (0,0 MB)",
    ]
    assert squeeze(ask(folder, "prune --older 8 --keep 3", capsys))[:-1] == ["Skulle ta bort dyr (0,0 MB)"]


def test_pruning_leaves_what_is_not_ours_what_lies_elsewhere_and_what_is_written_to(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write_plan(tmp_path / "annanstans" / "plan")
    os.symlink(other, folder / "lank")
    with SweepStore.create(folder / "kort", manifest_of(), design_of(6)):
        lines = ask(folder, "prune --keep 0 --yes", capsys)
    assert lines[0] == "kort lämnas kvar: där skrivs just nu."
    assert {path.name for path in folder.iterdir() if path.is_dir()} == {"brev", "lank", "kort"}
    assert (other / "manifest.json").exists()


def test_a_sweep_that_a_signal_stopped_is_told_and_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It has an end, for the signal ended it in good order; four of its six scenarios are there."""
    with SweepStore.create(folder / "kort", manifest_of(), design_of(6)) as store:
        store.update(ended="2026-11-23T11:00:00+00:00")
    assert squeeze(ask(folder, "list", capsys))[0].endswith("3 optimal, 1 olösligt (avbrutet, av 6) | kort")
    assert "Slutade | avbrutet" in squeeze(ask(folder, "show kort", capsys))
    kept = "kort: behålls, svepet avbröts innan det var klart. Kör samma kommando igen för att fortsätta, eller ta bort"
    for words in ("prune --keep 0", "prune --keep 0 --yes"):
        assert ask(folder, words, capsys)[0] == f"{kept} mappen själv."
    assert (folder / "kort" / "manifest.json").exists()


def test_a_run_without_a_date_is_not_old(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_plan(tmp_path / "plan", "i går")
    assert ask(tmp_path, "prune --keep 0 --yes", capsys) == ["Inget att ta bort."]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (
            "lista",
            "'lista' är inget som runs kan. Skriv ett av: list, show, compare, prune. Mer: fardplan runs --help",
        ),
        ("list svep", "runs list tar inga namn på körningar, men fick: svep. Mer: fardplan runs --help"),
        ("show", "runs show tar namnet på en körning, men fick: –. Mer: fardplan runs --help"),
        ("compare a b c", "runs compare tar namnen på två körningar, men fick: a b c. Mer: fardplan runs --help"),
        ("list --keep 3", "runs list har inget val '--keep'. Där finns: --folder. Mer: fardplan runs --help"),
        ("prune --keep -1", "--keep ska följas av ett helt tal som är noll eller mer, inte '-1'."),
        ("prune --older", "--older ska följas av ett värde. Mer: fardplan runs --help"),
        (
            "prune",
            "säg vad som får tas bort: --keep N (alla utom de N senaste), --older DAGAR (de som är äldre), eller båda.",
        ),
    ],
)
def test_words_that_ask_for_nothing_are_told_what_there_is(words: str, text: str) -> None:
    assert tell(words) == f"fardplan runs: {text}"


def test_a_run_that_is_not_there_is_told_with_the_nearest(folder: Path) -> None:
    assert tell(f"show svp --folder {folder}", "en") == (
        f"fardplan runs: there is no run 'svp' under {folder}. The nearest are: svep. "
        "All are shown by: fardplan runs list"
    )


def test_a_plan_is_not_compared_with_a_sweep(folder: Path) -> None:
    assert tell(f"compare dyr svep --folder {folder}") == (
        "fardplan runs: svep är ett svep och dyr en plan; bara lika slag jämförs. Två planer eller två svep går bra."
    )


def test_a_run_that_cannot_be_removed_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(13, "Permission denied")

    monkeypatch.setattr("shutil.rmtree", fail)
    assert tell(f"prune --keep 3 --yes --folder {folder}") == (
        f"{folder / 'dyr'}: gick inte att ta bort (behörighet saknas). Ändra rättigheterna, eller ta bort mappen själv."
    )
    assert (folder / "dyr" / "manifest.json").exists()


@pytest.mark.parametrize("words", ["", "--help", "prune -h"])
def test_help_shows_every_verb(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", *words.split(), "lang=en"]) == 0
    shown = capsys.readouterr().out
    assert all(f"fardplan runs {verb}" in shown for verb in ("list", "show", "compare", "prune"))


def test_age_is_counted_from_now(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    started = datetime.now(UTC) - timedelta(days=3)
    write_plan(tmp_path / "plan", started.isoformat())
    assert run_runs(["prune", "--older", "2", "--folder", str(tmp_path)], "en") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Nothing was removed. Add --yes to remove."
