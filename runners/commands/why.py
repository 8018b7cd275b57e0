"""`fardplan why`: answer, write a folder of it, and say it on one screen."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from conf.schema import Config
from conf.words import format_number, say
from model.compiled.cache import default_folder
from model.queries.no_plan import tell_ways
from model.solver.kept import solutions_folder
from runners.analyses.sensitivity.answer import Why, Wish, explain
from runners.analyses.sensitivity.explained import plan_opening
from runners.analyses.sensitivity.parameters import THEMES
from runners.analyses.sensitivity.sentences import (
    rank_reasons,
    say_impasse,
    say_price,
    say_reaches,
    say_reason,
    say_release,
    say_release_rest,
)
from runners.analyses.sensitivity.why_tables import describe_why, tabulate_why
from runners.analyses.team import count_workers, open_team
from runners.chosen import open_request
from runners.family import Family
from runners.keepsake import Answer, choose_place, keep_answer
from runners.progress import QUIET, Progress
from runners.record import describe_inputs
from runners.reports.idle_targets import tell_idle
from runners.reports.notices import write_notices
from runners.views.figures import draw_subject
from runners.views.names import name_money

KIND = "why"
MOST_PRICES = {"target": 5, "money": 2, "speed": 3, "amount": 3}
"""Prices of each theme on the screen; all of them are in the table."""
MOST_RELEASES = 8
"""Rules let go on the screen; all of them are in the table."""
MOST_INSIDE, MOST_OUTSIDE = 3, 2
"""Measures on the screen."""


def answer_why(config: Config, started: datetime, progress: Progress = QUIET) -> str:
    """The screen of `fardplan why`, its folder written.

    Raises:
        CaseError: the case, the choices or the measure asked for cannot be used.
        NoPlan: no plan was found in time, or the program is not sound.
    """
    choices, folder, options = open_request(config)
    family = Family(folder, choices, options, default_folder(), progress, solutions=solutions_folder())
    asked = config.why
    wish = Wish(asked.measure, asked.prices, asked.measures, asked.checks, asked.impasses, asked.seconds)
    opening = plan_opening(folder, choices, options, default_folder(), config.settings)
    with open_team(opening, count_workers()) as team:
        why = explain(family, config.settings, wish, default_folder(), progress, team)
    progress("write")
    place = write_why(why, config, folder, started)
    lines = write_screen(why, config.lang, full=asked.measure is not None, place=place, priced=asked.prices)
    told = write_notices((*family.tell_parts(), *family.tell_nothing(config.settings)), config.lang)
    return "\n".join([*told, *([""] if told else []), *lines])


def write_why(why: Why, config: Config, case_folder: Path, started: datetime) -> Path:
    """Write tables, figures and why.json to a folder; raises CaseError where it cannot be written."""
    facts, tables = describe_why(why), tabulate_why(why)
    origin = describe_inputs(why.scenario, config, case_folder, started)
    answer = Answer(KIND, facts, tables, partial(draw_subject, KIND, facts, tables, origin, config.lang), origin)
    return keep_answer(answer, choose_place(config.out, why.scenario.attrs, started, KIND), started, config.force)


def write_screen(why: Why, lang: str, *, full: bool, place: Path, priced: bool = True) -> list[str]:
    """The answer in lines; `full`: all about the measures it has; `priced`: prices were asked for."""
    lines = _write_plan(why, lang, full=full, priced=priced) if why.plan is not None else _write_none(why, lang)
    seconds = format_number(why.seconds, lang, 1)
    return [*lines, "", say("why_place", lang, place=place, seconds=seconds)]


def _write_plan(why: Why, lang: str, *, full: bool, priced: bool) -> list[str]:
    attrs = why.scenario.attrs
    least, money = format_number(why.least, lang, 1), name_money(attrs["money"], lang)
    lines = [say("why_title", lang, name=attrs[f"name_{lang}"])]
    lines.append(say("why_basis", lang, least=least, money=money, year=attrs["price_year"]))
    lines += [say("why_whole", lang)] if why.whole else []
    if full:
        return [*lines, "", *(line for reason in why.reasons for line in say_reason(why, reason, lang, full=True))]
    lines += _write_prices(why, lang, priced=priced)
    if priced and why.plan is not None:
        lines += tell_idle(why.scenario, why.plan, name_money(attrs["money"], lang), lang)
    inside, outside = rank_reasons(why.reasons)
    if why.reasons:
        lines += ["", say("why_measures", lang, inside=len(inside), outside=len(outside))]
    for reason in (*inside[:MOST_INSIDE], *outside[:MOST_OUTSIDE]):
        lines += [f"  {line}" for line in say_reason(why, reason, lang, full=False)]
    return lines


def _write_prices(why: Why, lang: str, *, priced: bool) -> list[str]:
    if not why.prices:
        return _write_unpriced(why, lang) if priced else []
    lines = [say("why_tonne", lang)] if any(price.price_per_tonne > 0 for price in why.prices) else []
    shown = 0
    for theme in THEMES:
        prices = [price for price in why.prices if price.lever.theme == theme][: MOST_PRICES[theme]]
        lines += ["", say(f"why_prices_{theme}", lang)] if prices else []
        lines += [f"  {say_price(why, price, lang)}" for price in prices]
        shown += len(prices)
    rest = len(why.prices) - shown
    lines += [say("why_prices_more", lang, count=rest)] if rest else []
    return [*lines, *_write_releases(why, lang)]


def _write_unpriced(why: Why, lang: str) -> list[str]:
    """What is said where no number has a price: that nothing costs anything only where that is so."""
    if why.releases is not None:
        return [say("why_prices_whole", lang), *_write_releases(why, lang)]
    return [say("why_prices_logic" if why.priced else "why_prices_none", lang)]


def _write_releases(why: Why, lang: str) -> list[str]:
    """What each rule costs in whole units, the most first, and what was not tried."""
    if why.releases is None:
        return []
    told = [release for release in why.releases.rules if release.distinct]
    lines = ["", say("why_releases", lang)]
    lines += [f"  {say_release(why, release, lang)}" for release in told[:MOST_RELEASES]]
    rest = len(told) - MOST_RELEASES
    lines += [say("why_releases_more", lang, count=rest)] if rest > 0 else []
    return [*lines, *(f"  {line}" for line in say_release_rest(why, why.releases, lang))]


def _write_none(why: Why, lang: str) -> list[str]:
    lines = [say("why_title_none", lang, name=why.scenario.attrs[f"name_{lang}"])]
    lines += ["", *say_reaches(why, lang)] if why.reaches else []
    for impasse in why.impasses:
        lines += ["", *say_impasse(why, impasse, lang)]
    return [*lines, "", *tell_ways(why.ways, lang)]
