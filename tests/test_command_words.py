"""The words after a command, sorted alike for every command."""

from __future__ import annotations

from pathlib import Path

import pytest

from runners.cli import main
from runners.command_words import Grammar, Mistake, settle_language, sort_words

GRAMMAR = Grammar(("--out", "--csv"), ("--force",), choices=("case.",))


@pytest.mark.parametrize("words", [["--out", "x"], ["--out=x"], ["out=x"]])
def test_an_option_with_a_value_is_said_in_three_ways(words: list[str]) -> None:
    said = sort_words(["A", *words, "--force"], GRAMMAR)
    assert (said.names, said.last("--out"), said.last("--csv")) == (("A",), "x", None)
    assert (said.switches, said.mistakes) == ({"--force"}, ())


def test_an_option_said_twice_has_both_values_and_the_last_counts() -> None:
    said = sort_words(["--out", "x", "out=y"], GRAMMAR)
    assert (said.values["--out"], said.last("--out")) == (("x", "y"), "y")


def test_a_value_that_is_left_out_does_not_take_the_next_option_with_it() -> None:
    said = sort_words(["--out", "--force", "--csv"], GRAMMAR)
    assert said.switches == {"--force"}
    assert said.mistakes == (Mistake("--out", "--out", (), True), Mistake("--csv", "--csv", (), True))


def test_an_option_that_is_none_is_told_with_the_nearest() -> None:
    said = sort_words(["--ouy=x", "--froce"], GRAMMAR)
    assert said.mistakes == (
        Mistake("--ouy=x", "--ouy", ("--out",), False),
        Mistake("--froce", "--froce", ("--force",), False),
    )


def test_choices_are_passed_on_in_their_order_and_other_keys_are_mistakes(tmp_path: Path) -> None:
    """A file whose name has an equals sign, and what stands before one in a sentence, are no keys."""
    run = tmp_path / "a=b"
    run.mkdir()
    words = ["case.years=[2025]", "ou=x", "zqxw=2", "case.x=1", str(run), f"{run}#3", "KF §112 a=b"]
    said = sort_words(words, GRAMMAR)
    assert (said.choices, said.names) == (("case.years=[2025]", "case.x=1"), (str(run), f"{run}#3", "KF §112 a=b"))
    assert said.mistakes == (Mistake("ou=x", "ou", ("--out",), False), Mistake("zqxw=2", "zqxw", (), False))


def test_an_option_may_be_another_way_to_say_a_choice() -> None:
    said = sort_words(["a=1", "--out", "x", "b=2"], Grammar(choices=("",), spelled=("--out",)))
    assert (said.choices, said.values) == (("a=1", "out=x", "b=2"), {})


def test_the_language_is_said_in_three_ways_and_passed_over() -> None:
    assert settle_language(["a", "--lang", "en", "--lang=sv", "lang=en"]) == ["a", "lang=en", "lang=sv", "lang=en"]
    assert sort_words(["a", "--lang", "en", "b"], GRAMMAR).names == ("a", "b")


@pytest.mark.parametrize("command", ["replan", "follow"])
def test_what_is_no_run_is_told_of_the_command_that_was_asked(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`follow` said that replan did not know the word."""
    assert main([command, "colour=red", "lang=en"]) == 2
    assert capsys.readouterr().err == (
        f"fardplan {command}: 'colour=red' is nothing that the command knows. Write the folder of a plan, "
        "case.actuals_until=YEAR, case.actuals_forward=hold, --out FOLDER or --force.\n"
        f"fardplan {command}: the command takes one plan, but 0 were given. Write the folder of the plan that held.\n"
    )
