"""`fardplan follow RUN`: which plan, up to which year, where the answer goes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from conf.words import format_number, say
from runners.commands.replan import FORWARD, UNTIL, choose_until, read_words
from runners.exit_codes import DONE
from runners.progress import open_progress
from scenarios.actuals import list_actuals
from scenarios.errors import CaseError

KIND, COMMAND = "follow", "fardplan follow"


def run_follow(words: Sequence[str], lang: str, now: datetime | None = None) -> int:
    """Follow up the plan that the words name, write the folder, show it; gives the exit code.

    Args:
        words: those after `fardplan follow`.
        lang: of what is said.
        now: when it is; None: the clock's.

    Raises:
        CaseError: words, a folder or outcomes that cannot be used (exit code 2).
        PlanRefused: the verifier does not accept a plan (exit code 1).
    """
    place, chosen, out, force = read_words(words, COMMAND)
    started = now or datetime.now().astimezone()
    from functools import partial

    from runners.analyses.follow_up.follow import describe_follow, follow_plan, tabulate_follow
    from runners.atomic_write import check_place
    from runners.keepsake import Answer, choose_place, keep_answer
    from runners.record import describe_inputs
    from runners.restored import restore_plan
    from runners.results.register import find_adoption, find_register, read_register
    from runners.results.result import make_result
    from runners.views.figures import draw_subject
    from runners.views.renderers.screen import MOST_ROWS
    from runners.views.renderers.screen import write_sections as write_screen
    from runners.views.subjects.choice import write_sections
    from runners.word_bounds import check_section

    if out is not None:
        check_place(Path(out), force)
    with open_progress(lang, sys.stderr) as say_phase:
        restored = restore_plan(place, say_phase)
        case = restored.config.case
        case.actuals_forward = chosen.get(FORWARD, case.actuals_forward)
        if problems := list(check_section(case, "case.")):
            raise CaseError(problems)
        family = restored.family
        actuals = list_actuals(family.tables, family.choices.variants)
        until = choose_until(actuals, family, int(chosen[UNTIL]) if UNTIL in chosen else None)
        asked = restored.config.settings, actuals, until, case.actuals_forward, restored.plan
        followed = follow_plan(family, *asked, say_phase)
        say_phase("write")
        adopted = find_adoption(place)
        holds = read_register(find_register(place)).find_current(str(restored.run.manifest["case"]))
        names = ("" if entry is None else entry.name for entry in (adopted, holds))
        facts, tables = describe_follow(followed, str(place), *names), tabulate_follow(followed)
        origin = describe_inputs(restored.scenario, restored.config, restored.folder, started)
        answer = Answer(KIND, facts, tables, partial(draw_subject, KIND, facts, tables, origin, lang), origin)
        target = choose_place(out, restored.scenario.attrs, started, KIND)
        kept = keep_answer(answer, target, started, force)
    shown = write_screen(write_sections(make_result(KIND, facts, tables, origin), lang), lang, MOST_ROWS)
    seconds = (datetime.now().astimezone() - started).total_seconds()
    print(
        "\n".join([shown, "", say("follow_place", lang, place=kept, seconds=format_number(seconds, lang))]), flush=True
    )
    return DONE
