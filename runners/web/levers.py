"""What a named scenario may move: a few words that a finance officer knows, each a setting of the case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from runners.web.refusal import UNUSABLE, Refusal
from scenarios.tables import Tables

PERCENT, POINTS, AMOUNT = "percent", "points", "amount"
TARGET = "target."
MOST_LEVELS = 1000
SEPARATOR = re.compile(r"[;\s]+")


@dataclass(frozen=True)
class Lever:
    """A number to move.

    Args:
        key: of the setting.
        name: message key of what it is called; blank where `label` says it.
        kind: percent of what stands; percentage points; or the amount itself.
        label: name of a thing of the case.
        least, most: bounds of what may be written.
    """

    key: str
    name: str
    kind: str = PERCENT
    label: str = ""
    least: float = -100.0
    most: float = 400.0

    def read(self, text: str) -> float:
        """The setting of what was written; raises Refusal.

        >>> Lever("adjust.capex.all", "").read("+25 %"), Lever("shift.rate.all", "", POINTS).read("1,5")
        (1.25, 0.015)
        """
        plain = text.strip().removesuffix("%").strip().replace("\u2212", "-").replace(",", ".")
        try:
            value = float(plain)
        except ValueError:
            value = float("nan")
        if not self.least <= value <= self.most:
            fields = {"found": text.strip()[:40], "least": self.least, "most": self.most}
            raise Refusal(UNUSABLE, "web_lever_value", fields)
        if self.kind == PERCENT:
            return round(1 + value / 100, 9)
        return round(value / 100, 9) if self.kind == POINTS else value


RATE = Lever("shift.rate.all", "web_lever_rate", POINTS, least=-20.0, most=50.0)
ELECTRICITY = Lever("adjust.price.electricity", "web_lever_electricity")
CHIPS = Lever("adjust.price.wood_chips", "web_lever_chips")
GRANTS = Lever("adjust.grant_share.all", "web_lever_grants", most=100.0)
TAXES = Lever("adjust.taxes_and_grants.all", "web_lever_taxes", least=-50.0, most=100.0)
CAPEX = Lever("adjust.capex.all", "web_lever_capex")
PACE = Lever("adjust.most_build.all", "web_lever_pace", most=100.0)
READY: Mapping[str, Mapping[str, str]] = {
    "rate_1": {RATE.key: "1"},
    "rate_2": {RATE.key: "2"},
    "taxes_2": {TAXES.key: "-2"},
    "both": {RATE.key: "1", TAXES.key: "-2"},
    "grants_none": {GRANTS.key: "-100"},
    "capex_25": {CAPEX.key: "25"},
    "electricity_50": {ELECTRICITY.key: "50"},
    "pace_60": {PACE.key: "-40"},
}
"""Tests that finance officers ask for; their names are the messages `web_ready_<name>`."""


def list_levers(tables: Tables, lang: str) -> list[Lever]:
    """The levers of a case: those that move a number it has, then its targets."""
    frames = tables.frames
    goods = set(frames["commodities"]["commodity"]) & set(frames["prices"]["commodity"])
    has = {
        RATE: len(frames["instrument_values"]) > 0,
        TAXES: "taxes_and_grants" in set(frames["finances"]["quantity"]),
        ELECTRICITY: "electricity" in goods,
        CHIPS: "wood_chips" in goods,
        GRANTS: len(frames["grant_shares"]) > 0,
        CAPEX: "capex" in set(frames["parameters"]["quantity"]),
        PACE: "most_build" in set(frames["parameters"]["quantity"]),
    }
    targets = [
        Lever(f"{TARGET}{row['target']}", "", AMOUNT, str(row.get(f"name_{lang}") or row["target"]), -1e9, 1e9)
        for row in frames["targets"].drop_duplicates("target").to_dict("records")
    ]
    return [lever for lever, there in has.items() if there] + targets


def read_row(said: Mapping[str, str], levers: list[Lever]) -> list[dict[str, float]]:
    """The settings of a row of levers: each combination, where several levels are written for one.

    Raises:
        Refusal: what is written is no number, out of bounds, or makes too many.
    """
    axes: dict[str, list[float]] = {}
    for lever in levers:
        text = said.get(lever.key, "").strip()
        parts = [part for part in SEPARATOR.split(text.replace(" %", "%")) if part]
        if parts:
            axes[lever.key] = list(dict.fromkeys(lever.read(part) for part in parts))
    made = [dict(zip(axes, levels, strict=True)) for levels in product(*axes.values())]
    if len(made) > MOST_LEVELS:
        raise Refusal(UNUSABLE, "web_scenarios_many", {"found": len(made), "most": MOST_LEVELS})
    return made
