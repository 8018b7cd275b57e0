"""What a person types: `fardplan COMMAND [key=value ...]`, and with which code it ends.

Exit codes: 0 a verified plan (or nothing wrong); 1 our own fault; 2 bad input; 3 hard targets and rules that
contradict each other; 4 some scenarios of a sweep have no plan; 5 no plan found in time. Heavy modules are imported by
the command that needs them, so that help answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from errno import ENAMETOOLONG
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import conf
from conf.words import LANGUAGES, say
from runners.command_words import LANG_KEY, Grammar, Mistake, settle_language, sort_words
from runners.exit_codes import BAD_INPUT, DONE, INFEASIBLE, OUR_FAULT, OUT_OF_TIME, STOPPED
from runners.lean_start import collect_seldom, leave_out_threads, load_tables, start_lean
from runners.progress import open_progress
from runners.word_values import quote_list
from scenarios.errors import CaseError, FardplanError, Problem

if TYPE_CHECKING:
    from conf.schema import Config

HELP = ("--help", "-h")
VERSION = "--version"
SHOW_CONFIG = ("--cfg", "-c")
MULTIRUN = ("--multirun", "-m")
DRY_RUN = "--dry-run"
OUT, FORCE = "--out", "--force"
GRAMMAR = Grammar(SHOW_CONFIG, (*HELP, *MULTIRUN, DRY_RUN, FORCE), choices=("",), spelled=(OUT,), nearest=2)
"""Words of the commands that work on a configuration: every `key=value` is one of its choices."""
JOB, PLAN, NEW = "job", "plan", "new"
SHOWING = ("report", "workbook")
"""Commands that show tables of what is there: a copy of the process opens the cases of plans."""
OPENING = ("compare", "stress", "replan", "follow", "budget", "adopt", "forms", NEW, "add", "portfolio")
"""Commands that read words of their own and open plans or cases."""
ENDING = (PLAN, NEW, *SHOWING)
"""Commands that open one case or show one answer, and end."""
NAME_SHOWN = 60


@dataclass(frozen=True)
class Command:
    """One verb of the program. `example` is a line to copy; its texts are the messages `command_` and `help_<name>`.

    `answer` names a function (`module:function`, given configuration, start and progress) whose text is printed. The
    configuration is composed of the words after the command; plain names among them are the list of the choice `named`,
    where there is one. A command about things that are there already names instead the function that reads its words
    (`reader`, given the words and the language). `keeps`: it leaves a folder of results.
    """

    name: str
    example: str
    answer: str = ""
    reader: str = ""
    named: str = ""
    keeps: bool = False


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line, give its exit code.

    Args:
        argv: words after `fardplan`; None: those of the process.
    """
    leave_out_threads()
    words = settle_language(sys.argv[1:] if argv is None else argv)
    lang = _find_language(words)
    for stream in (sys.stdout, sys.stderr):  # an old terminal shows a mark for a letter that it lacks
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        return _dispatch(words, lang, own=argv is None)
    except CaseError as error:
        from runners.chosen import name_choice

        for problem in error.problems:
            print(name_choice(problem).tell(lang), file=sys.stderr)
        return BAD_INPUT
    except FardplanError as error:
        return _tell_failure(error, lang)
    except KeyboardInterrupt:
        swept = any(word in MULTIRUN for word in words)
        print(say("cli_sweep_stopped" if swept else "cli_stopped", lang), file=sys.stderr)
        return STOPPED
    except BrokenPipeError:  # whoever read our output had enough; what was to be written is written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        if error.errno != ENAMETOOLONG:
            raise
        print(say("path_too_long", lang, name=str(error.filename)[:NAME_SHOWN]), file=sys.stderr)
        return BAD_INPUT


def run_answer(command: Command, config: Config, started: datetime) -> int:
    """A command whose answer is a text: asked with progress, and printed."""
    answer = _import(command.answer)
    with open_progress(config.lang, sys.stderr) as progress:
        shown = answer(config, started, progress)
    print(shown, flush=True)
    return DONE


def _import(place: str) -> Callable[..., Any]:
    """The function that `module:function` names, imported only where it is asked for."""
    module, _, name = place.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


COMMANDS: Mapping[str, Command] = {
    command.name: command
    for command in (
        Command(PLAN, "fardplan plan target=nearest lang=en", answer="runners.commands.plan:answer_plan", keeps=True),
        Command("check", "fardplan check case.path=FOLDER", answer="runners.commands.check:answer_check"),
        Command(
            "curve",
            "fardplan curve curve.target=transport_2030",
            answer="runners.commands.curve:answer_curve",
            keeps=True,
        ),
        Command("why", "fardplan why why.measure=bio_ccs", answer="runners.commands.why:answer_why", keeps=True),
        Command("near", "fardplan near near.levels=[1,2,5]", answer="runners.commands.near:answer_near", keeps=True),
        Command(
            "dossier",
            "fardplan dossier electric_road bio_ccs",
            answer="runners.commands.dossier:answer_dossier",
            named="dossier.about",
            keeps=True,
        ),
        Command(
            "futures", "fardplan futures risk.path=FOLDER", answer="runners.commands.futures:answer_futures", keeps=True
        ),
        Command("compare", "fardplan compare runs/A runs/B", reader="runners.commands.compare:run_compare", keeps=True),
        Command(
            "stress",
            "fardplan stress RUN --with realised_60",
            reader="runners.commands.stress:run_stress",
            keeps=True,
        ),
        Command(
            "replan",
            "fardplan replan RUN case.actuals_until=2025",
            reader="runners.commands.replan:run_replan",
            keeps=True,
        ),
        Command("follow", "fardplan follow RUN", reader="runners.commands.follow:run_follow", keeps=True),
        Command(
            "budget",
            "fardplan budget RUN year=2027 --out FILE.docx",
            reader="runners.commands.budget:run_budget",
        ),
        Command("adopt", 'fardplan adopt RUN "KF 2026-06-15 §112"', reader="runners.commands.adopt:run_adopt"),
        Command("list", "fardplan list measures biochar", reader="runners.commands.listing:run_list"),
        Command("runs", "fardplan runs list", reader="runners.commands.runs:run_runs"),
        Command("report", "fardplan report RUN --out FILE.html", reader="runners.commands.showing:run_report"),
        Command("workbook", "fardplan workbook RUN --out FILE.xlsx", reader="runners.commands.showing:run_workbook"),
        Command(
            "forms",
            "fardplan forms RUN --form investment_plan --out FILE.xlsx",
            reader="runners.commands.forms:run_forms",
        ),
        Command(
            "template",
            "fardplan template --case lund FILE.xlsx",
            reader="runners.commands.exchange:run_template",
        ),
        Command("import", "fardplan import FILE.xlsx --out FOLDER", reader="runners.commands.exchange:run_import"),
        Command("new", "fardplan new Eslöv --out eslov", reader="runners.commands.new:run_new"),
        Command("facts", "fardplan facts import FILE --out facts.csv", reader="runners.commands.facts:run_facts"),
        Command("portfolio", "fardplan portfolio plan FOLDER", reader="runners.commands.portfolio:run_portfolio"),
        Command("add", "fardplan add measure --case eslov name=...", reader="runners.commands.new:run_add"),
        Command("serve", "fardplan serve FOLDER", reader="runners.commands.serve:run_serve"),
    )
}
"""Every command by its name, in the order in which they are listed."""


def _dispatch(words: Sequence[str], lang: str, *, own: bool) -> int:
    """Which command, and whether to help, to show the configuration, or to run; `own`: the process ends with it."""
    rest = [word for word in words if not word.startswith(LANG_KEY)]
    if not rest or rest[0] in HELP:
        print(_list_commands(lang), flush=True)
        return DONE
    if rest[0] == VERSION:
        from importlib.metadata import version

        print(f"fardplan {version('fardplan')}")
        return DONE
    command = COMMANDS.get(rest[0])
    if command is None:
        return _refuse(say("cli_unknown_command", lang, word=rest[0], names=", ".join(COMMANDS)))
    after = list(words)
    after.remove(command.name)
    if any(word in HELP for word in after):
        print(_describe_command(command, lang), flush=True)
        return DONE
    if own and command.name in ENDING and not any(word in MULTIRUN for word in after):
        collect_seldom()
    if command.reader:
        _check_language(after)
        if command.name in SHOWING:
            load_tables()
        if command.name in OPENING:
            start_lean()
        code: int = _import(command.reader)(after, lang)
        return code
    return _run(command, after, lang)


def _run(command: Command, words: Sequence[str], lang: str) -> int:
    said = sort_words(words, GRAMMAR)
    told = [_tell_mistake(command, mistake, lang) for mistake in said.mistakes]
    swept = next((word for word in words if word in MULTIRUN), "")
    if swept and command.name != PLAN:
        told.append(say("cli_multirun", lang, command=command.name, word=swept))
    kinds = [kind for option in SHOW_CONFIG for kind in said.values.get(option, ())]
    if any(kind != JOB for kind in kinds):
        told.append(say("cli_cfg_what", lang, command=command.name))
    if told:
        return _refuse(told[0])
    shown, dry_run = bool(kinds), DRY_RUN in said.switches
    names = [f"{command.named}={quote_list(said.names)}"] if command.named and said.names else said.names
    forced = ["force=true"] if FORCE in said.switches else []
    overrides = [*said.choices, *forced, *names, *(word for word in words if word.startswith(LANG_KEY))]
    if swept and not shown:
        from runners.sweeps.run import run_sweep_command

        return run_sweep_command(overrides, datetime.now().astimezone(), dry_run=dry_run)
    if dry_run:
        return _refuse(say("cli_dry_run", lang))
    start_lean()
    from runners.overrides import read_config, write_config

    config = read_config(overrides)
    if shown:
        print(write_config(config), end="", flush=True)
        return DONE
    if command.name == PLAN and (
        config.sweep.design or config.sweep.grid or config.sweep.vary or config.sweep.ready_made
    ):
        return _refuse(say("cli_sweep", lang, words=" ".join(overrides)))
    try:
        started = datetime.now().astimezone()
        return run_answer(command, config, started)
    except FardplanError as error:
        _try_ways(config, error)
        raise


def _tell_mistake(command: Command, mistake: Mistake, lang: str) -> str:
    if mistake.option in SHOW_CONFIG:
        return say("cli_cfg_what", lang, command=command.name)
    if mistake.blank:
        fields = {"option": mistake.option}
        return Problem("exchange_option_blank", f"fardplan {command.name}", fields=fields).tell(lang)
    nearest = ", ".join(mistake.nearest)
    return say("cli_unknown_option", lang, command=command.name, word=mistake.word, nearest=nearest)


def _try_ways(config: Config, error: FardplanError) -> None:
    """Where a case has no plan: try which choices would give it one, and let the error say so."""
    from model.queries.no_plan import NoPlan
    from model.solver.solution import Status

    if not isinstance(error, NoPlan) or error.status is not Status.INFEASIBLE or error.ways is not None:
        return
    if config.case.actuals_until is not None:  # what is tried knows no facts, and would find ways that are shut
        return
    from runners.analyses.sensitivity.ways import suggest_ways

    with open_progress(config.lang, sys.stderr) as say_phase:
        say_phase("ways")
        suggest_ways(config, error)


def _find_language(words: Sequence[str]) -> str:
    """The language asked for, known before the configuration is; the default where it is none of ours."""
    asked = [word[len(LANG_KEY) :] for word in words if word.startswith(LANG_KEY)]
    return asked[-1] if asked and asked[-1] in LANGUAGES else LANGUAGES[0]


def _check_language(words: Sequence[str]) -> None:
    """Raise a CaseError where a language is asked for that is none of ours."""
    for word in words:
        asked = word.removeprefix(LANG_KEY)
        if asked != word and asked not in LANGUAGES:
            raise CaseError([Problem("override_choice", word, fields={"value": asked, "names": ", ".join(LANGUAGES)})])


def _list_commands(lang: str) -> str:
    lines = [say("cli_title", lang), "", say("cli_commands", lang)]
    for command in COMMANDS.values():
        lines += [f"  {command.name:<10}{say(f'command_{command.name}', lang)}", f"            {command.example}"]
    return "\n".join([*lines, "", say("cli_more", lang)])


def _describe_command(command: Command, lang: str) -> str:
    if command.reader:
        return say(f"help_{command.name}", lang).rstrip("\n")
    from conf.schema import GROUPS

    folder = Path(conf.__file__).parent
    options = {group: sorted(path.stem for path in (folder / group).glob("*.yaml")) for group in GROUPS}
    groups = "\n".join(f"  {group:<12}{', '.join(names)}" for group, names in options.items())
    choices = say("help_choices", lang, groups=groups, command=command.name)
    return say(f"help_{command.name}", lang) + "\n" + choices.rstrip("\n")


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return BAD_INPUT


def _tell_failure(error: FardplanError, lang: str) -> int:
    """Say why there is no plan to show, and give the code that says it to a script."""
    from model.queries.no_plan import NoPlan
    from model.solver.solution import Status
    from model.verifier.verdict import PlanRefused

    if not isinstance(error, NoPlan | PlanRefused):
        raise error
    print(error.tell(lang), file=sys.stderr)
    if isinstance(error, PlanRefused):
        return OUR_FAULT
    return {Status.INFEASIBLE: INFEASIBLE, Status.NO_PLAN_IN_TIME: OUT_OF_TIME}.get(error.status, OUR_FAULT)
