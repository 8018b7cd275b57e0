"""A plan under stress on the screen: in how many futures each target is met, what it costs, and what hurts most."""

from __future__ import annotations

from pathlib import Path

from conf.words import format_number, say
from runners.results.result import Result
from runners.views.subjects.stress_words import list_failures, list_places, list_ranked, list_sentences, say_head


def draw_screen(result: Result, plan: Path, place: Path, seconds: float, lang: str) -> str:
    """The whole screen."""
    lines = [say("stress_title", lang, name=result.name(lang), plan=plan), say("stress_basis", lang)]
    for where in list_places(result):
        lines += ["", say_head(result, where, lang), *_indent(list_sentences(result, where, lang))]
    ranked = list_ranked(result, lang)
    if ranked:
        lines += ["", say("stress_ranked", lang), *_indent(ranked)]
    singles, pairs = list_failures(result, lang)
    lines += ["", say("stress_failures", lang), *_indent(singles)] if singles else []
    if pairs:
        lines += [say("stress_pairs", lang), *_indent(pairs)]
    count = format_number(result.facts["verified"], lang, 0)
    told = say(
        "stress_place_one" if result.facts["verified"] == 1 else "stress_place",
        lang,
        place=place,
        seconds=format_number(seconds, lang, 1),
        count=count,
    )
    return "\n".join([*lines, "", told])


def _indent(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]
