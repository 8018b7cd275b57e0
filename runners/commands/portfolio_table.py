"""`fardplan portfolio table --out FOLDER [NAME ...]`: a first plan of each municipality, and a map; resumable."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from conf.words import format_number, say
from runners.command_words import Words
from runners.exit_codes import DONE, SOME_FAILED
from scenarios.errors import CaseError, Problem

KIND, COMMAND = "municipalities", "fardplan portfolio table"
OUT, FORCE = "--out", "--force"
ROWS = ".rows.csv"
"""What the file of rows is called: the folder of the answer, and this."""


def run_table(said: Words, names: Sequence[str], lang: str, started: datetime) -> int:
    """Plan each municipality, write the folder, show it; gives the exit code.

    Raises:
        CaseError: no place, a name that no municipality has, or choices that cannot be used.
    """
    from functools import partial

    from model.compiled.cache import default_folder
    from runners.analyses.municipalities.first_plan import Asked
    from runners.analyses.municipalities.survey import digest_question, survey_municipalities
    from runners.atomic_write import check_place
    from runners.chosen import choose, choose_solver
    from runners.commands.portfolio import read_workers
    from runners.keepsake import Answer, keep_answer
    from runners.overrides import read_config
    from runners.progress import open_progress
    from runners.record import describe_portfolio
    from runners.results.result import make_result
    from runners.views.figures import draw_subject
    from runners.views.renderers.screen import MOST_ROWS, write_sections
    from runners.views.subjects.municipalities import write_front
    from scenarios.recipes.facts import find_all_facts, read_facts
    from scenarios.recipes.recipes import read_money

    if said.last(OUT) is None:
        raise CaseError([Problem("portfolio_out_missing", COMMAND)])
    place, force = Path(str(said.last(OUT))).expanduser(), FORCE in said.switches
    check_place(place, force)
    config = read_config(["case=own", "solver=relaxed", *said.choices])
    chosen = [facts.municipality for facts in find_all_facts(names, COMMAND)] or list(read_facts())
    about = choose(config), choose_solver(config), default_folder()
    asked = [Asked(name, *about) for name in chosen]
    rows = place.with_name(place.name + ROWS)
    with open_progress(lang, sys.stderr) as progress:
        progress("municipalities")
        progress.expect(len(asked))
        table = survey_municipalities(asked, rows, read_workers(said), progress.step)
    failed = int((~table["verified"].astype(bool)).sum())
    facts = {
        "case": KIND,
        "name_sv": say("municipalities_name", "sv"),
        "name_en": say("municipalities_name", "en"),
        "digest": digest_question(asked[0]),
        **read_money(),
        "count": len(table),
        "failed": failed,
    }
    tables = {KIND: table}
    origin = describe_portfolio(facts, {}, rows.parent, said.choices, started)
    answer = Answer(KIND, facts, tables, partial(draw_subject, KIND, facts, tables, origin, lang), origin)
    kept = keep_answer(answer, place, started, force)
    shown = write_sections(write_front(make_result(KIND, facts, tables, origin), lang), lang, MOST_ROWS)
    seconds = format_number((datetime.now().astimezone() - started).total_seconds(), lang, 1)
    print("\n".join([shown, "", say("portfolio_place", lang, place=kept, seconds=seconds)]), flush=True)
    return SOME_FAILED if failed else DONE
