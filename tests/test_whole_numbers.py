"""Raised digits and thousands of digits, which Python reads as no number, are told as mistakes wherever they stand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import scenarios
from conf.whole_numbers import MOST_DIGITS, read_whole
from runners.cli import main

LONG = "9" * 5000
"""More digits than Python turns into a number."""


def test_no_more_digits_are_read_than_a_database_holds() -> None:
    assert read_whole("9" * MOST_DIGITS) == 10**MOST_DIGITS - 1 < 2**63
    assert read_whole("9" * (MOST_DIGITS + 1)) is None


@pytest.mark.parametrize("year", [LONG, "20³0", "٢٠٣٠"])
def test_a_year_of_a_table_that_python_cannot_read_is_told_at_its_row(
    tmp_path: Path, year: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "case"
    shutil.copytree(Path(scenarios.__file__).parent / "minimal", case)
    targets = (case / "targets.csv").read_text(encoding="utf-8")
    (case / "targets.csv").write_text(targets.replace(",2030,75,", f",{year},75,"), encoding="utf-8")
    assert main(["check", f"case.path={case}", "lang=en"]) == 2
    told = [line for line in capsys.readouterr().err.splitlines() if "targets.csv row 2" in line]
    assert len(told) == 1
    assert "column 'year'" in told[0]


@pytest.mark.parametrize("number", [LONG, "²"])
@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--port", "{}"],
        ["runs", "prune", "--keep", "{}"],
        ["portfolio", "plan", "--workers", "{}"],
        ["stress", "run", "--futures", "{}"],
        ["replan", "run", "case.actuals_until={}"],
        ["follow", "run", "case.actuals_until={}"],
        ["budget", "run", "year={}"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_word_that_python_cannot_read_as_a_whole_number_is_refused(
    words: list[str], number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word.format(number) for word in words]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_figures_of_a_year_that_python_cannot_read_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = "municipality,quantity,year,value,unit,source,confidence"
    (tmp_path / "facts.csv").write_text(f"{head}\nLund,population,{LONG},1,persons,own,published\n", encoding="utf-8")
    words = ["new", "Lund", "--facts", str(tmp_path / "facts.csv"), "--out", str(tmp_path / "lund"), "lang=en"]
    assert main(words) == 2
    assert "facts.csv row 2, column 'year'" in capsys.readouterr().err
    assert not (tmp_path / "lund").exists()
