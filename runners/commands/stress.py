"""`fardplan stress RUN [--with NAME]`: which plan, under which circumstances, where the answer goes."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conf.whole_numbers import is_whole_within
from runners.analyses.stress.circumstances import Circumstance, choose_default, join_circumstances, read_circumstance
from runners.command_words import Grammar, Mistake, sort_words, take_one_run
from runners.exit_codes import DONE
from runners.word_values import is_number
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    from runners.analyses.stress.study import Study

COMMAND, KIND = "fardplan stress", "stress"
WITH, LEVEL, OUT = "--with", "--level", "--out"
FUTURES, SEED, PAIRS, WORKERS = "--futures", "--seed", "--pairs", "--workers"
RANK, SIZE = "--rank", "--size"
RANK_WORDS = ("tornado", "morris", "sobol")
SETTING_STARTS = ("set.", "adjust.", "shift.", "target.")
FORCE = "--force"
GRAMMAR = Grammar((WITH, FUTURES, SEED, LEVEL, PAIRS, WORKERS, RANK, SIZE, OUT), (FORCE,), choices=SETTING_STARTS)
LEVEL_WORDS = ("operation", "starts", "money")
EVERY_LEVEL = "all"
MOST = {FUTURES: 10_000, SEED: 2**31 - 1, PAIRS: 20, WORKERS: 64, SIZE: 65_536}
LEAST = {FUTURES: 1, SEED: 0, PAIRS: 0, WORKERS: 1, SIZE: 2}
DEFAULTS = {FUTURES: 100, SEED: 0, PAIRS: 5, WORKERS: os.cpu_count() or 1, SIZE: 16}
OWN = "own"


@dataclass(frozen=True)
class Asked:
    """What the words ask for; `named` are circumstances by name, none for the default of the case."""

    place: Path
    named: tuple[str, ...]
    settings: dict[str, float]
    levels: tuple[str, ...]
    futures: int
    seed: int
    pairs: int
    workers: int
    ranking: str
    size: int
    out: Path | None
    force: bool


def run_stress(words: Sequence[str], lang: str, now: datetime | None = None) -> int:
    """Try the plan that the words name, write the folder, show the summary; gives the exit code.

    Args:
        words: those after `fardplan stress`.
        lang: of what is said.
        now: when it is; None: the clock's.

    Raises:
        CaseError: words, a folder or circumstances that cannot be used (exit code 2).
    """
    asked = read_words(words)
    started = now or datetime.now().astimezone()
    named = [read_circumstance(name) for name in asked.named]
    from functools import partial

    from runners.ahead import BESIDE, import_ahead
    from runners.analyses.stress.jobs import open_place
    from runners.analyses.stress.screen import draw_screen
    from runners.analyses.stress.study import Ranking, study_plan, tabulate_study
    from runners.analyses.team import FEWEST, open_team
    from runners.atomic_write import check_place
    from runners.keepsake import Answer, choose_place, keep_answer
    from runners.record import describe_inputs
    from runners.restored import restore_plan
    from runners.results.result import make_result
    from runners.views.figures import draw_subject

    if asked.out is not None:
        check_place(asked.out, asked.force)
    ranking = Ranking(asked.ranking, asked.size) if asked.ranking else None
    with open_team(open_place(asked.place), asked.workers) as team:
        if asked.futures * len(asked.levels) >= FEWEST and all(one.drawn for one in named):
            team.start()
        restored = restore_plan(asked.place)
        circumstances = named or [read_circumstance(choose_default(str(restored.scenario.attrs["case"])))]
        circumstances = [_add_settings(one, asked.settings) for one in circumstances]
        about = (asked.levels, asked.futures, asked.seed, asked.pairs)
        say_phase = import_ahead(lambda _: None)
        say_phase(BESIDE)
        study = study_plan(restored, circumstances, *about, team=team, ranking=ranking)
        say_phase("write")
    origin = describe_inputs(restored.scenario, restored.config, restored.folder, started)
    attrs = restored.scenario.attrs
    content = _tell_content(asked, attrs, circumstances, study)
    tables = tabulate_study(study)
    draw = partial(draw_subject, KIND, content, tables, origin, lang)
    answer = Answer(KIND, content, tables, draw, origin)
    place = keep_answer(answer, choose_place(asked.out, attrs, started, KIND), started, asked.force)
    result = make_result(KIND, content, tables, origin)
    print(draw_screen(result, asked.place, place, study.seconds, lang), flush=True)
    return DONE


def _tell_content(
    asked: Asked, attrs: Mapping[Hashable, Any], circumstances: Sequence[Circumstance], study: Study
) -> dict[str, Any]:
    """What the answer says of itself beside its tables."""
    return {
        **{name: attrs[name] for name in ("case", "name_sv", "name_en", "digest", "money", "price_year")},
        "plan": str(asked.place),
        "circumstances": {one.name: {**one.titles, "source": one.source} for one in circumstances},
        "levels": list(asked.levels),
        "futures": asked.futures,
        "seed": asked.seed,
        "verified": study.verified,
        "seconds": round(study.seconds, 3),
    }


def read_words(words: Sequence[str]) -> Asked:
    """What is asked for.

    Raises:
        CaseError: words of another kind, no plan or several, a number or a level that is none.
    """
    said = sort_words(words, GRAMMAR)
    problems = said.explain(_tell_mistake)
    run = take_one_run(said, COMMAND, "stress", problems)
    numbers = {option: _read_count(option, said.last(option), problems) for option in DEFAULTS}
    settings = {}
    for word in said.choices:
        key, _, text = word.partition("=")
        if is_number(text):
            settings[key] = float(text)
        else:
            problems.append(Problem("stress_number", word, fields={"value": text}))
    level = said.last(LEVEL) or LEVEL_WORDS[0]
    if level not in (*LEVEL_WORDS, EVERY_LEVEL):
        fields = {"value": level, "names": ", ".join((*LEVEL_WORDS, EVERY_LEVEL))}
        problems.append(Problem("override_choice", f"{LEVEL} {level}", fields=fields))
    ranking = said.last(RANK) or ""
    if ranking and ranking not in RANK_WORDS:
        fields = {"value": ranking, "names": ", ".join(RANK_WORDS)}
        problems.append(Problem("override_choice", f"{RANK} {ranking}", fields=fields))
    if problems:
        raise CaseError(problems)
    levels = LEVEL_WORDS if level == EVERY_LEVEL else (level,)
    named = tuple(name for text in said.values.get(WITH, ()) for name in text.split(","))
    out = said.last(OUT)
    return Asked(
        run,
        tuple(dict.fromkeys(named)),
        settings,
        levels,
        numbers[FUTURES],
        numbers[SEED],
        numbers[PAIRS],
        numbers[WORKERS],
        ranking,
        numbers[SIZE],
        None if out is None else Path(out),
        FORCE in said.switches,
    )


def _read_count(option: str, text: str | None, problems: list[Problem]) -> int:
    """A whole number within its bounds, the default where none is said."""
    if text is None:
        return DEFAULTS[option]
    if is_whole_within(text, LEAST[option], MOST[option]):
        return int(text)
    fields = {"least": LEAST[option], "most": MOST[option], "value": text}
    problems.append(Problem("stress_count", f"{option} {text}", fields=fields))
    return DEFAULTS[option]


def _add_settings(circumstance: Circumstance, settings: dict[str, float]) -> Circumstance:
    """The circumstance with the settings of the command line."""
    if not settings:
        return circumstance
    words = " ".join(f"{key}={number:g}" for key, number in settings.items())
    own = Circumstance(OWN, dict.fromkeys(circumstance.titles, words), "", {"settings": settings})
    return join_circumstances([circumstance, own])


def _tell_mistake(mistake: Mistake) -> Problem:
    if mistake.blank:
        return Problem("exchange_option_blank", COMMAND, fields={"option": mistake.option})
    return Problem("stress_word", COMMAND, fields={"word": mistake.word})
