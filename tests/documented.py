"""Figures that README and docs quote, each tied to the command it comes from.

A quote is a sentence of a page with `{name:decimals}` where figures stand (`{name:+decimals}` with a plus), and what
gives these figures. Every command is run once, however many quotes look at it. `tests/test_documented.py` compares; to
see what pages should say:

    python tests/documented.py [--write] [PAGE ...]

prints each quote that differs, as the page has it and as it should be; `--write` puts the right figures into the pages.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from runners.cli import main
from runners.reports.case_tables import weigh_costs
from runners.reports.run_folder import Run, open_run
from scenarios.choices import Choices
from scenarios.quality import measure_money
from scenarios.tables import read_tables

ROOT = Path(__file__).parent.parent
LUND = ROOT / "scenarios" / "lund"
SLOT = re.compile(r"\{(\w+):(\+?)(\d+)\}")
NUMBER = r"[-+]?\d+(?: \d{3})*(?:\.\d+)?"
EXACT = "solver=exact"
YEAR = "_year"
"""How the name of a figure ends that is a year."""
TERRITORIAL, TRANSPORT, NET = "territorial", "transport", "net_territorial"
PRESENT = "present_value"

Edit = Callable[[Path], None]
"""Changes the tables of a copy of a case."""


@dataclass(frozen=True)
class Plan:
    """A run folder's figures, by the names that quotes use."""

    run: Run

    def table(self, name: str, **labels: object) -> pd.DataFrame:
        """Rows of a table with these labels."""
        table = self.run.tables[name]
        for column, label in labels.items():
            table = table[table[column] == label]
        return table

    @cached_property
    def cost(self) -> float:
        """Present value of the plan, misses included."""
        return float(self.run.summary["objective_money"])

    @cached_property
    def misses(self) -> float:
        """What missed targets are valued at."""
        return float(self.table("costs", component="excess")[PRESENT].sum())

    @property
    def resources(self) -> float:
        """Present value without what misses are valued at."""
        return self.cost - self.misses

    def account(self, account: str, year: int) -> float:
        """What an account holds in a year."""
        return float(self.table("accounts", account=account, year=year)["value"].sum())

    def excess(self, target: str, year: int | None = None) -> float:
        """By how much a target is missed, in a year or in its first one."""
        rows = self.table("targets", target=target)
        return float((rows if year is None else rows[rows["year"] == year])["excess"].iloc[0])

    def outlay(self, actor: str = "") -> float:
        """Undiscounted outlay, of an actor or of all."""
        spent = self.table("investments") if not actor else self.table("investments", actor=actor)
        return float(spent["outlay"].sum())

    def most(self, technology: str) -> tuple[float, int]:
        """The largest capacity that the plan has of a technology, and the first year in which it stands."""
        rows = self.table("capacity", technology=technology)
        row = rows.loc[rows["added"].idxmax()]
        return float(row["added"]), int(row["year"])

    def certainty(self) -> dict[str, float]:
        """How many numbers the case has, and how many of a hundred are published, derived and assumed."""
        counts = self.table("quality").drop(columns="table").sum()
        return {"count": float(counts.sum()), **(100 * counts / counts.sum()).to_dict()}

    def money(self) -> dict[str, float]:
        """How much of a hundred of the plan's money hangs on published, derived and assumed numbers of Lund."""
        weights = weigh_costs(self.run.tables["costs"])
        shares = measure_money(read_tables(LUND), weights, Choices(variants=("base_2024",)))
        return {name: 100 * share for name, share in shares.items()}

    def most_need(self, actor: str) -> tuple[float, int]:
        """The largest yearly need after grants, and its year."""
        row = self.table("key_figures", actor=actor, item="most_yearly_need").iloc[0]
        return float(row["amount"]), int(row["year"])

    def source(self, actor: str, kind: str) -> float:
        """Own money, loans or grants of an actor over all years."""
        rows = self.table("funding", actor=actor, side="source")
        kinds = self.table("labels", dimension="instrument").set_index("label")["role"]
        group = rows["item"].map(kinds).map(lambda role: "grants" if role == "grant" else "loans", na_action="ignore")
        return float(rows.loc[group.astype(object).fillna("own") == kind, "amount"].sum())

    def gain(self, actor: str) -> float:
        """What an actor gains against doing nothing, present value."""
        return float(self.table("measures_finance", level="plan", actor=actor)["npv"].sum())


@dataclass(frozen=True)
class Answer:
    """What a command other than `plan` kept: its facts, and its tables."""

    place: Path
    facts: Mapping[str, Any]

    def table(self, name: str) -> pd.DataFrame:
        """A table, every row."""
        return pd.read_csv(self.place / "tables" / f"{name}.csv")

    def find(self, name: str, column: str, **labels: object) -> float:
        """The number of a column in the one row of a table with these labels."""
        table = self.table(name)
        for label, value in labels.items():
            table = table[table[label] == value]
        return float(table[column].item())


class Runs:
    """Commands, each run once: `fardplan plan WORDS` on Lund or on an edited copy of it, and other commands on Lund."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[object, ...], Plan] = {}
        self._answers: dict[tuple[str, ...], Answer] = {}

    def plan(self, *words: str, edit: Edit | None = None) -> Plan:
        """The plan of a command.

        Args:
            words: of `fardplan plan`.
            edit: what is changed in a copy of the case beforehand.
        """
        key = (*words, edit)
        if key not in self._known:
            place = self._folder / f"run{len(self._known)}"
            case = [] if edit is None else self._copy(edit, place)
            with redirect_stdout(StringIO()):
                code = main(["plan", *case, *words, f"out={place}"])
            if code:
                raise RuntimeError(f"fardplan plan {' '.join(words)} ended with {code}")
            self._known[key] = Plan(open_run(place))
        return self._known[key]

    def answer(self, command: str, *words: str) -> Answer:
        """What another command answers: `fardplan COMMAND WORDS`."""
        key = (command, *words)
        if key not in self._answers:
            place = self._folder / f"answer{len(self._answers)}"
            with redirect_stdout(StringIO()):
                code = main([*key, f"out={place}"])
            if code:
                raise RuntimeError(f"fardplan {' '.join(key)} ended with {code}")
            facts = json.loads((place / f"{command}.json").read_text(encoding="utf-8"))
            self._answers[key] = Answer(place, facts)
        return self._answers[key]

    def _copy(self, edit: Edit, place: Path) -> list[str]:
        case = Path(shutil.copytree(LUND, place.with_name(place.name + "-case")))
        edit(case)
        return [f"case.path={case}", "case.base_year=2024"]


@dataclass(frozen=True)
class Quote:
    """A sentence of a page, and what gives the figures in it by name."""

    page: str
    text: str
    figures: Callable[[Runs], Mapping[str, float]]

    def write(self, runs: Runs) -> str:
        """The sentence as it should be."""
        figures = self.figures(runs)

        def fill(slot: re.Match[str]) -> str:
            value = figures[slot[1]]
            return str(int(value)) if slot[1].endswith(YEAR) else write_figure(value, int(slot[3]), bool(slot[2]))

        return SLOT.sub(fill, self.text)

    def find(self) -> str:
        """The sentence as the page has it, blank where the page has none like it."""
        parts, pattern, place = SLOT.finditer(self.text), "", 0
        for slot in parts:
            pattern += re.escape(self.text[place : slot.start()]) + NUMBER
            place = slot.end()
        found = re.search(pattern + re.escape(self.text[place:]), read_page(self.page))
        return found[0] if found else ""


def read_page(page: str) -> str:
    """A page on one line, with one space between words."""
    return " ".join((ROOT / page).read_text(encoding="utf-8").split())


def write_figure(value: float, decimals: int, signed: bool = False) -> str:
    """A figure as pages have it.

    >>> write_figure(12215.79, 1), write_figure(-0.04, 1), write_figure(8.2, 0, True)
    ('12 215.8', '0.0', '+8')
    """
    text = f"{value:,.{decimals}f}".replace(",", " ")
    number = float(text.replace(" ", ""))
    return text.removeprefix("-") if number == 0 else f"+{text}" if signed and number > 0 else text


def tell_differences(runs: Runs, pages: list[str]) -> Iterator[str]:
    """Each quote of the pages that is not as it should be, both ways."""
    from documented_quotes import QUOTES

    for quote in QUOTES:
        if pages and quote.page not in pages:
            continue
        said, right = quote.find(), quote.write(runs)
        if said != right:
            yield f"{quote.page}\n  says:       {said or 'nothing like it'}\n  should say: {right}\n"


def write_pages(runs: Runs, pages: list[str]) -> None:
    """Put the right figures into the pages; where a quote has no place in its page, nothing is done."""
    from documented_quotes import QUOTES

    for quote in QUOTES:
        if not pages or quote.page in pages:
            path = ROOT / quote.page
            path.write_text(put_figures(path.read_text(encoding="utf-8"), quote.text, quote.write(runs)), "utf-8")


def put_figures(page: str, text: str, right: str) -> str:
    """A page with the figures of a quote as they should be; its lines end where they did.

    Args:
        page: as it stands.
        text: the quote, with slots.
        right: the quote with its figures.

    >>> put_figures("It costs 12\\n215.8 in all.", "costs {x:1} in", "costs 9.0 in")
    'It costs 9.0 in all.'
    """
    words = [re.escape(word).replace(r"\ ", r"\s+") for word in SLOT.sub("\0", text).split("\0")]
    number = NUMBER.replace(" ", r"\s")
    found = re.search("".join(f"({word})({number})" for word in words[:-1]) + f"({words[-1]})", page)
    figures = re.fullmatch(f"({NUMBER})".join(map(re.escape, SLOT.sub("\0", text).split("\0"))), right)
    if found is None or figures is None:
        return page
    kept = found.groups()[::2]
    filled = "".join(f"{word}{figure}" for word, figure in zip(kept, figures.groups(), strict=False)) + kept[-1]
    return page[: found.start()] + filled + page[found.end() :]


if __name__ == "__main__":
    named = [word for word in sys.argv[1:] if word != "--write"]
    with tempfile.TemporaryDirectory() as folder:
        known = Runs(Path(folder))
        for line in tell_differences(known, named):
            print(line)
        if "--write" in sys.argv:
            write_pages(known, named)
