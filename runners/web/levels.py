"""How far a named scenario moves a lever: what is typed, in percent, percentage points or as it is, and told again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product

from conf.words import format_number, say, say_unit
from runners.analyses.live.levers import FACTOR, POINTS, Lever
from runners.views.locale import NBSP
from runners.views.setting_words import format_figure
from runners.web.refusal import UNUSABLE, Refusal

MOST_LEVELS = 1000
SEPARATOR = re.compile(r"[;\s]+")
DIGITS = 9
RATE, TAXES, GRANTS, CAPEX = (
    "shift.rate.all",
    "adjust.taxes_and_grants.all",
    "adjust.grant_share.all",
    "adjust.capex.all",
)
ELECTRICITY, PACE = "adjust.price.electricity", "adjust.most_build.all"
READY: Mapping[str, Mapping[str, str]] = {
    "rate_1": {RATE: "1"},
    "rate_2": {RATE: "2"},
    "taxes_2": {TAXES: "-2"},
    "both": {RATE: "1", TAXES: "-2"},
    "grants_none": {GRANTS: "-100"},
    "capex_25": {CAPEX: "25"},
    "electricity_50": {ELECTRICITY: "50"},
    "pace_60": {PACE: "-40"},
}
"""Tests that finance officers ask for; their names are the messages `web_ready_<name>`."""


def read_level(lever: Lever, text: str) -> float:
    """The setting of what was typed; raises Refusal.

    >>> read_level(Lever("adjust.capex.all", "costs", 0, 2, 0.1, 1), "+25 %")
    1.25
    >>> read_level(Lever("shift.rate.all", "money", 0, 0.04, 0.01, 0), "1,5")
    0.015
    """
    plain = text.strip().removesuffix("%").strip().replace("\u2212", "-").replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        value = float("nan")
    least, most = (round(show_number(lever, bound), DIGITS) for bound in (lever.least, lever.utmost))
    if not least <= value <= most:
        raise Refusal(UNUSABLE, "web_lever_value", {"found": text.strip()[:40], "least": least, "most": most})
    if lever.form == FACTOR:
        return round(1 + value / 100, DIGITS)
    return round(value / 100, DIGITS) if lever.form == POINTS else value


def show_number(lever: Lever, value: float) -> float:
    """A setting as it is typed: percent more, percentage points more, or the number itself."""
    if lever.form == FACTOR:
        return 100 * (value - 1)
    return 100 * value if lever.form == POINTS else value


def write_level(lever: Lever, value: float | None, lang: str) -> str:
    """A setting as a table shows it; nothing where the lever is not moved.

    >>> write_level(Lever("shift.rate.all", "money", 0, 0.04, 0.01, 0), 0.01, "sv")
    '+1\\xa0procentenhet'
    """
    if value is None:
        return ""
    shown = round(show_number(lever, value), 6)
    moved = lever.form in (FACTOR, POINTS)
    points = say("web_point" if abs(shown) == 1 else "web_points", lang)
    unit = {FACTOR: "%", POINTS: points}.get(lever.form) or say_unit(lever.unit, lang)
    return f"{'+' if shown > 0 and moved else ''}{format_figure(shown, lang)}{NBSP}{unit}".rstrip()


def tell_form(lever: Lever, lang: str) -> str:
    """What is to be typed: `procent, t.ex. −2`; of a target where it stands, with its unit."""
    if lever.form in (FACTOR, POINTS):
        return say(f"web_lever_{lever.form}", lang)
    decimals = 0 if abs(lever.start) >= 100 else 2
    start = format_figure(round(lever.start, decimals), lang) if decimals else format_number(lever.start, lang, 0)
    return say("web_lever_number", lang, start=start, unit=say_unit(lever.unit, lang)).strip()


def read_row(said: Mapping[str, str], levers: Sequence[Lever]) -> list[dict[str, float]]:
    """The settings of a row of levers: each combination, where several levels are written for one.

    Raises:
        Refusal: what is written is no number, out of bounds, or makes too many.
    """
    axes: dict[str, list[float]] = {}
    for lever in levers:
        text = said.get(lever.key, "").strip()
        parts = [part for part in SEPARATOR.split(text.replace(" %", "%")) if part]
        if parts:
            axes[lever.key] = list(dict.fromkeys(read_level(lever, part) for part in parts))
    made = [dict(zip(axes, levels, strict=True)) for levels in product(*axes.values())]
    if len(made) > MOST_LEVELS:
        raise Refusal(UNUSABLE, "web_scenarios_many", {"found": len(made), "most": MOST_LEVELS})
    return made
