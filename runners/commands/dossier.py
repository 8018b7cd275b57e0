"""`fardplan dossier`: ask, write a folder of the answer, and say it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from conf.schema import Config
from conf.words import format_number, say
from model.compiled.cache import default_folder
from runners.analyses.abatement.measures import read_request
from runners.analyses.dossier.inquiry import Dossiers, Wish, inquire
from runners.analyses.dossier.tables import KIND, describe_dossiers, tabulate_dossiers
from runners.chosen import open_request
from runners.family import Family
from runners.keepsake import Answer, choose_place, keep_answer
from runners.progress import Progress
from runners.record import describe_inputs
from runners.reports.notices import write_notices
from runners.views.locale import Speech, read_names, read_programmes
from runners.views.renderers.screen import write_sections
from runners.views.subjects.dossier import write_dossiers
from runners.word_bounds import check_section
from scenarios.errors import CaseError

MOST_LEVELS = 4


def answer_dossier(config: Config, started: datetime, progress: Progress) -> str:
    """The screen of `fardplan dossier`, its folder written.

    Raises:
        CaseError: the case, the choices or what is asked for cannot be used.
        NoPlan: the case has no plan, or none was found in time.
        PlanRefused: the verifier did not accept a plan.
    """
    wrong = list(check_section(config.dossier, "dossier."))
    if wrong:
        raise CaseError(wrong)
    choices, folder, options = open_request(config)
    family = Family(folder, choices, options, default_folder(), progress)
    asked = config.dossier
    request = read_request(config.measures, family.describe(config.settings))
    scale = family.choices.price_scale
    wish = Wish(tuple(asked.about), tuple(asked.levels), asked.samples, asked.seed, request.definition, scale)
    found = inquire(family, config.settings, request.yardstick, wish, progress)
    progress("write")
    place = write_folder(found, config, folder, started)
    told = write_notices(family.tell_nothing(config.settings), config.lang)
    seconds = (datetime.now().astimezone() - started).total_seconds()
    last = say(
        "dossier_place", config.lang, place=place, plans=found.solved, seconds=format_number(seconds, config.lang, 0)
    )
    return "\n".join([*told, *([""] if told else []), write_screen(found, config.lang), "", last])


def write_folder(found: Dossiers, config: Config, case_folder: Path, started: datetime) -> Path:
    """Write tables, dossier.json and manifest to a folder; raises CaseError where it cannot be written."""
    scenario = found.outcome.scenario
    answer = Answer(
        KIND,
        describe_dossiers(found),
        tabulate_dossiers(found),
        lambda _: None,
        describe_inputs(scenario, config, case_folder, started),
    )
    return keep_answer(answer, choose_place(config.out, scenario.attrs, started, KIND), started, config.force)


def write_screen(found: Dossiers, lang: str) -> str:
    """What the report says, as text."""
    tables, content = tabulate_dossiers(found), describe_dossiers(found)
    names = read_names(tables["labels"], lang)
    programmes = read_programmes(tables["labels"])
    speech = Speech(lang, str(content["money"]), str(content["price_year"]), names, programmes=programmes)
    return write_sections(write_dossiers(tables, content, speech), lang)
