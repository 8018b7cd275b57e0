"""Every choice is bound in one place, and each word is held against it before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from conf.schema import GROUPS, Config, list_keys
from runners.analyses.abatement.abatement_metrics import DEFINITIONS
from runners.analyses.abatement.measure_bundles import LEVELS
from runners.analyses.cost_curve.varied_target import ASIDE, AT_LEAST, AT_MOST, KEPT
from runners.cli import main
from runners.commands.curve import FRONTIER, MEASURES, SYSTEM
from runners.designs.samples import METHODS
from runners.overrides import check_pair, list_options, read_config
from runners.word_bounds import BOUNDS, Entries, Form, Free, Items, Numbers, Words, Years, check_section, show_value
from scenarios.errors import CaseError

NAMED = {"price.scale": "price.scale.electricity", "price.account": "price.account.co2"}


def tell(*words: str) -> list[str]:
    try:
        read_config(words)
    except CaseError as error:
        return [problem.tell(lang) for problem in error.problems for lang in ("sv", "en")]
    return []


def list_senseless() -> Iterator[tuple[str, str]]:
    """A word beyond each bound of each key, from the table itself."""
    for key, bound in BOUNDS.items():
        inner = bound.of if isinstance(bound, Items | Entries) else bound
        for text in _break(inner, whole=int in (list_keys()[key], *get_args(list_keys()[key]))):
            yield NAMED.get(key, key), f"[{text or repr(' ')}]" if isinstance(bound, Items) else text
        if isinstance(bound, Items) and bound.least:
            yield key, "[]"


def _break(bound: object, *, whole: bool) -> tuple[str, ...]:
    if isinstance(bound, Numbers):
        step = 1 if whole else 1e-3 * max(abs(bound.least), abs(bound.most), 1e-9)
        at_ends = [bound.least] * bound.above + [bound.most] * bound.below
        beyond = [bound.least - step] * (not bound.zero) + [bound.most + step]
        return (*(show_value(number) for number in (*beyond, *at_ends)), "nan", "inf", "1e999")
    if isinstance(bound, Years):
        return "-1", "0", "1899", "2201", "2030.5"
    return {Words: ("nonsense",), Form: ("",)}.get(type(bound), ()) if not isinstance(bound, Free) else ()


def test_every_key_says_what_it_may_be() -> None:
    assert set(BOUNDS) == set(list_keys())
    assert all(bound.why for bound in BOUNDS.values() if isinstance(bound, Free))


def test_numbers_and_years_have_bounds_and_flags_alone_are_free_besides_maps() -> None:
    free = {key for key, bound in BOUNDS.items() if isinstance(bound, Free) and list_keys()[key] is not bool}
    assert free == {"sweep.grid", "sweep.vary", "sweep.ready_made", "sweep.together", "settings"}


@pytest.mark.parametrize(("key", "value"), tuple(list_senseless()))
def test_a_word_beyond_its_bound_is_refused(key: str, value: str) -> None:
    assert check_pair(key, value) is not None, f"{key}={value}"


@pytest.mark.slow
def test_what_is_written_in_our_own_files_is_within_bounds() -> None:
    assert list(check_section(Config(), "")) == []
    for group in GROUPS:
        for option in list_options(group):
            assert list(check_section(read_config([f"{group}={option}"]), "")) == []


def test_words_of_the_table_are_those_of_the_modules_that_act_on_them() -> None:
    def words(key: str) -> tuple[str, ...]:
        bound = BOUNDS[key]
        found = bound.of if isinstance(bound, Items) else bound
        assert isinstance(found, Words)
        return found.words

    assert words("curve.kind") == (SYSTEM, FRONTIER, MEASURES)
    assert (words("curve.others"), words("curve.sense")) == ((ASIDE, KEPT), (AT_MOST, AT_LEAST))
    assert (words("measures.levels"), words("measures.definition")) == (LEVELS, DEFINITIONS)
    assert words("sweep.method") == METHODS


TEXTS = {
    "curve.year=-1": (
        "curve.year=-1: året -1 ligger utanför 1900-2200. Skriv ett år däremellan.",
        "curve.year=-1: the year -1 lies outside 1900-2200. Write a year between them.",
    ),
    "runners.kind=/etc/passwd": (
        "runners.kind=/etc/passwd: '/etc/passwd' finns inte. Välj: local, dask.",
        "runners.kind=/etc/passwd: there is no '/etc/passwd'. Choose: local, dask.",
    ),
    "runners.walltime=inf": (
        "runners.walltime=inf: 'inf' är ingen tid. Skriv timmar:minuter:sekunder, till exempel 06:00:00, eller "
        "dagar-timmar, till exempel 2-12.",
        "runners.walltime=inf: 'inf' is no time. Write hours:minutes:seconds, such as 06:00:00, or days-hours, such as "
        "2-12.",
    ),
    "finance.tolerance=0": (
        "finance.tolerance=0: 0 är för litet. Skriv 1e-06 eller mer.",
        "finance.tolerance=0: 0 is too small. Write 1e-06 or more.",
    ),
    "near.share=1": (
        "near.share=1: 1 är för stort. Skriv ett tal under 1.",
        "near.share=1: 1 is too large. Write a number below 1.",
    ),
    "near.levels=[1,0]": (
        "near.levels=[1,0]: 0 är för litet. Skriv ett tal över 0.",
        "near.levels=[1,0]: 0 is too small. Write a number above 0.",
    ),
    "near.levels=[]": (
        "near.levels=[]: listan har 0 värden. Skriv 1 till 4.",
        "near.levels=[]: the list has 0 values. Write 1 to 4.",
    ),
    "case.years=[2025,2025]": (
        "case.years=[2025,2025]: '2025' står två gånger. Skriv det en gång.",
        "case.years=[2025,2025]: '2025' stands twice. Write it once.",
    ),
    "sweep.memory_mb=999999999999": (
        "sweep.memory_mb=999999999999: 999999999999 är för stort. Skriv 100000000 eller mindre.",
        "sweep.memory_mb=999999999999: 999999999999 is too large. Write 100000000 or less.",
    ),
    "measures.samples=3": (
        "measures.samples=3: 3 är för litet. Skriv 4 eller mer, eller 0 för att avstå.",
        "measures.samples=3: 3 is too small. Write 4 or more, or 0 to go without.",
    ),
    "curve.target=": (
        "curve.target=: inget står efter likhetstecknet. Skriv ett värde, eller null för inget.",
        "curve.target=: nothing stands after the equals sign. Write a value, or null for none.",
    ),
    "runners.queue=two words": (
        "runners.queue=two words: 'two words' kan inte vara ett namn här. Skriv bokstäver, siffror och . , : @ + - _ "
        "utan mellanslag.",
        "runners.queue=two words: 'two words' cannot be a name here. Write letters, digits and . , : @ + - _ without "
        "spaces.",
    ),
    "runners.directives=[qos]": (
        "runners.directives=[qos]: 'qos' är ingen flagga till Slurm. Skriv den med streck, till exempel [--qos=low].",
        "runners.directives=[qos]: 'qos' is no option of Slurm. Write it with its dashes, such as [--qos=low].",
    ),
    "runners.prologue=[a\nb]": (
        "runners.prologue=[a\nb]: 'a\nb' är inte en rad. Skriv en rad för varje kommando: [module load python, ulimit "
        "-n 4096].",
        "runners.prologue=[a\nb]: 'a\nb' is not one line. Write one line for each command: [module load python, ulimit "
        "-n 4096].",
    ),
}


@pytest.mark.parametrize("word", TEXTS)
def test_what_is_beyond_bounds_is_told_with_what_to_write(word: str) -> None:
    assert tuple(tell(word)) == TEXTS[word]


def test_all_are_told_at_once_whatever_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["curve.year=-1", "runners.kind=x", "near.plans=21", "nothing=1"]
    for command in ("plan", "check", "curve", "why", "near"):
        assert main([command, *words, "lang=en"]) == 2
        assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == words


@pytest.mark.parametrize(
    "word",
    [
        "runners.walltime=06:00:00",
        "runners.walltime=90",
        "runners.walltime=2-12",
        "runners.walltime=1-06:30:00",
        "runners.directives=[--qos=low]",
        "runners.directives=[--qos=low,-C cpu]",
        "runners.prologue=[module load python/3.11]",
        "runners.queue=short,long",
        "measures.samples=0",
        "case.path=åäö mapp",
    ],
)
def test_what_is_documented_is_accepted(word: str) -> None:
    assert tell(word) == []


@pytest.mark.parametrize("word", ["runners.walltime=0", "runners.walltime=00:00:00", "runners.walltime=1:2:3:4"])
def test_times_of_nothing_and_of_no_form_are_refused(word: str) -> None:
    assert len(tell(word)) == 2


def test_directives_are_read_as_they_are_written() -> None:
    assert read_config(["runners.directives=[--qos=low,-C cpu]"]).runners.directives == ["--qos=low", "-C cpu"]


def test_a_dry_run_checks_bounds(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["plan", "-m", "--dry-run", "price=low,base", "solver.gap=0.1,7", "sweep.workers=0", "lang=en"]
    assert main([*words, f"out={tmp_path / 'sweep'}"]) == 2
    assert sorted(capsys.readouterr().err.splitlines()) == [
        "solver.gap=7: 7 is too large. Write 1 or less.",
        "sweep.workers=0: 0 is too small. Write 1 or more.",
    ]
    assert list(tmp_path.iterdir()) == []


def test_ends_of_a_range_to_sample_are_held_against_the_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["plan", "-m", "--dry-run", "sweep.vary.solver.gap={low: -1, high: 0.5}", "lang=en"]
    assert main(words) == 2
    assert capsys.readouterr().err == "solver.gap=-1: -1 is too small. Write 0 or more.\n"


def test_a_configuration_made_in_python_is_held_against_the_same_bounds() -> None:
    config = Config()
    wrong = replace(config, near=replace(config.near, levels=[1.0, 2.5, 1.0]), lang="de")
    assert [problem.tell("en") for problem in check_section(wrong, "")] == [
        "near.levels=[1,2.5,1]: '1.0' stands twice. Write it once.",
        "lang=de: there is no 'de'. Choose: sv, en.",
    ]
