"""A measure of one's own, said in one line, as rows of a case's tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runners.exchange.new_case import write_rows
from scenarios.base_years import choose_newest
from scenarios.catalog import TABLE_BY_NAME
from scenarios.checks.check import check_tables
from scenarios.errors import CaseError, Problem
from scenarios.files import COMMA_DECIMALS, read_csv
from scenarios.naming import Named, find_named, list_nearest, name_rows
from scenarios.tables import Tables, columns_of, number_columns, parse_number, read_tables, required_columns
from scenarios.terms import ACTOR, COMMODITY

NUMBERS = ("start", "outlay", "amount", "life", "upkeep", "grant")
NEEDED = ("name", "owner", "start", "outlay", "saves", "amount", "life")
OPTIONAL = {"upkeep": "0", "grant": "0", "status": "option", "name_en": "", "note": ""}
WORDS = (*NEEDED, *OPTIONAL)
DECIDED = "decided"
STATUSES = ("option", "forced", DECIDED)
OWN = "own"
"""Source of what a municipality knows by itself, and its grant where the case has none."""
SOURCE_TITLE = "Egen uppgift"
PLACE = "fardplan add measure"
MOST_OUTLAY = 100_000.0
"""Millions from which an outlay must have been said in kronor: no measure of a municipality is so dear."""


@dataclass(frozen=True)
class OwnMeasure:
    """What was said of a measure, in the words of the command; `saves` is a commodity of the case, `owner` an actor."""

    key: str
    said: Mapping[str, str]
    saves: str
    owner: str


def read_measure(said: Mapping[str, str], tables: Tables) -> OwnMeasure:
    """What was said, understood in a case.

    Raises:
        CaseError: all that is missing, unknown or no number, at once.
    """
    filled = {**OPTIONAL, **said}
    problems = [Problem("add_missing", PLACE, column=name) for name in NEEDED if not filled.get(name)]
    numbers = {name: _settle_number(filled.get(name) or "", name) for name in NUMBERS}
    for name, number in numbers.items():
        try:
            parse_number(number or "0")
        except ValueError:
            problems.append(Problem("add_no_number", PLACE, column=name, fields={"found": filled[name]}))
    problems += [*_check_bounds(numbers, tables, filled["status"]), *_check_outlay(numbers["outlay"], tables)]
    if filled["status"] not in STATUSES:
        fields = {"found": filled["status"], "names": ", ".join(STATUSES)}
        problems.append(Problem("add_status", PLACE, column="status", fields=fields))
    found = {}
    for name, dim in (("saves", COMMODITY), ("owner", ACTOR)):
        things = name_rows(tables, dim)
        meant = find_named(things, filled.get(name, ""))
        if len(meant) == 1:
            found[name] = meant[0].label
        elif filled.get(name):
            fields = {"found": filled[name], "names": _list_near(things, filled[name])}
            problems.append(Problem(f"add_unknown_{name}", PLACE, column=name, fields=fields))
    key = make_key(filled.get("name", ""))
    if key in set(tables.frames["technologies"]["technology"]):
        problems.append(Problem("add_taken", PLACE, column="name", fields={"found": key}))
    if problems:
        raise CaseError(problems)
    return OwnMeasure(key, {**filled, **numbers}, found["saves"], found["owner"])


def _check_bounds(numbers: Mapping[str, str], tables: Tables, status: str) -> Iterator[Problem]:
    """Numbers that no measure has: a size or a life of nothing, outlay below it, a start outside the plan.

    What is decided may have been begun before it.
    """
    for name, number in numbers.items():
        try:
            value = parse_number(number or "0")
        except ValueError:
            continue
        if not number:
            continue
        if name in ("amount", "life") and value <= 0:
            yield Problem("add_above_zero", PLACE, column=name, fields={"found": number})
        if name in ("outlay", "grant") and value < 0:
            yield Problem("add_below_zero", PLACE, column=name, fields={"found": number})
        if name == "start":
            years = _find_years(tables)
            begun = years is not None and value < years[0] and status != DECIDED
            if years is not None and (begun or value > years[1]):
                fields = {"found": number, "first": years[0], "last": years[1]}
                yield Problem("add_start", PLACE, column=name, fields=fields)


def _find_years(tables: Tables) -> tuple[int, int] | None:
    """The first and the last year of a case's plan; None where they cannot be read."""
    case = tables.frames["case"]
    found = [case.loc[case["quantity"] == name, "value"] for name in ("first_year", "last_year")]
    try:
        first, last = (int(float(values.iloc[-1])) for values in found)
    except (IndexError, ValueError):
        return None
    return first, last


def _settle_number(text: str, name: str) -> str:
    """A number with a point, a share also where it was said in percent.

    >>> _settle_number("0,8", "amount"), _settle_number("30 %", "grant")
    ('0.8', '0.3')
    """
    plain = text.strip().replace(",", ".")
    percent = plain.removesuffix("%").strip()
    if name != "grant" or percent == plain:
        return plain
    try:
        return f"{parse_number(percent) / 100:g}"
    except ValueError:
        return plain


def _check_outlay(text: str, tables: Tables) -> list[Problem]:
    """An outlay that must be in kronor where the case counts in millions."""
    money = _find_money(tables)
    try:
        outlay = parse_number(text or "0")
    except ValueError:
        return []
    if not money.startswith("M") or outlay < MOST_OUTLAY:
        return []
    fields = {"found": text, "money": money, "nearest": f"{outlay / 1e6:g}"}
    return [Problem("add_outlay", PLACE, column="outlay", fields=fields)]


def find_burners(measure: OwnMeasure, tables: Tables) -> list[str]:
    """What is to be saved in place of a fuel whose tonnes are counted where it burns; nothing where it is no such.

    Saving the fuel itself saves its price and no tonne: `diesel` where `machines_on_fuel` has the factor.
    """
    flows, factors = tables.frames["flows"], set(tables.frames["factors"]["item"])
    out = flows["value"].str.startswith("-")
    burning = set(flows[out & (flows["commodity"] == measure.saves)]["technology"]) & factors
    if measure.saves in factors or not burning:
        return []
    served = flows[~out & flows["technology"].isin(burning)]["commodity"]
    return [label for label in dict.fromkeys(served) if label != measure.saves]


def make_key(name: str) -> str:
    """The key of a measure in tables, from its name.

    >>> make_key("Cykelgarage vid Knutpunkten (etapp 1)")
    'cykelgarage_vid_knutpunkten_etapp_1'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def list_rows(measure: OwnMeasure, tables: Tables) -> dict[str, list[dict[str, str]]]:
    """The rows of a measure: table to rows, each column to text."""
    said, key = measure.said, measure.key
    unit = _find(tables, "commodities", COMMODITY, measure.saves)["unit"]
    money = _find_money(tables)
    served = _find_server(tables, measure.saves)
    settled = said["status"] != "option"
    technology = {
        "technology": key,
        "name_sv": said["name"],
        "name_en": said["name_en"] or said["name"],
        "measure": "yes",
        "programme": served.get("programme", OWN),
        "sector": served.get("sector", OWN),
        "actor": measure.owner,
        "capacity_unit": "unit",
        "activity_unit": unit,
        "buildable": "yes",
        "once": "yes",
        "status": said["status"],
        "status_year": said["start"] if settled else "",
    }
    rows = {
        "technologies": [technology],
        "parameters": list(_list_parameters(measure, unit, money)),
        "flows": [_number({"technology": key, "commodity": measure.saves, "quantity": "flow"}, "1", f"{unit}/{unit}")],
    }
    if OWN not in set(tables.frames["sources"]["source"]):
        rows["sources"] = [{"source": OWN, "title": SOURCE_TITLE}]
    return rows | _list_grant(measure, tables)


def _list_parameters(measure: OwnMeasure, unit: str, money: str) -> Iterator[dict[str, str]]:
    said = measure.said
    numbers = (
        ("capex", said["outlay"], f"{money}/unit"),
        ("fixed_cost", said["upkeep"], f"{money}/unit/yr"),
        ("life", said["life"], "yr"),
        ("earliest_start", said["start"], "year"),
        ("most_capacity", "1", "unit"),
        ("unit_size", "1", "unit"),
        ("yield", said["amount"], f"{unit}/unit/yr"),
        ("must_run", "1", "1"),
    )
    for quantity, value, own in numbers:
        yield _number({"technology": measure.key, "quantity": quantity}, value, own, said["note"])


def _list_grant(measure: OwnMeasure, tables: Tables) -> dict[str, list[dict[str, str]]]:
    """The grant of a measure: of the case's grant where it has one, else of one that is declared for it."""
    share = measure.said["grant"]
    if parse_number(share) == 0:
        return {}
    frame = tables.frames["instruments"]
    grants = frame[frame["kind"] == "grant"]["instrument"].tolist()
    name = next(iter(grants), "own_grant")
    rows = {"grant_shares": [_number({"instrument": name, "technology": measure.key}, share, "1")]}
    eligible = tables.frames["eligibility"]
    if not ((eligible["instrument"] == name) & (eligible["actor"] == measure.owner)).any():
        rows["eligibility"] = [_number({"instrument": name, "actor": measure.owner}, "1", "1")]
    if not grants:
        rows["instruments"] = [{"instrument": name, "name_sv": "Bidrag", "name_en": "Grant", "kind": "grant"}]
    return rows


def _number(keys: Mapping[str, str], value: str, unit: str, note: str = "") -> dict[str, str]:
    return {**keys, "value": value, "unit": unit, "source": OWN, "confidence": "assumed", "note": note}


def add_rows(folder: Path, rows: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    """Add rows to the tables of a case's own folder; all files are as before where the case then has mistakes.

    Raises:
        CaseError: what is wrong with the case with these rows.
    """
    before = {table: _read_bytes(folder / f"{table}.csv") for table in rows}
    try:
        for table, new in rows.items():
            _append(folder / f"{table}.csv", table, new)
        tables = read_tables(folder)
        problems = check_tables(tables, choose_newest(tables))
        if problems:
            raise CaseError(problems)
    except BaseException:
        for table, content in before.items():
            file = folder / f"{table}.csv"
            if content is None:
                file.unlink(missing_ok=True)
            else:
                file.write_bytes(content)
        raise


def _append(file: Path, table: str, new: Sequence[Mapping[str, str]]) -> None:
    about = TABLE_BY_NAME[table]
    order = columns_of(about)
    old: list[dict[str, str]] = []
    header: tuple[str, ...] = tuple(name for name in order if name in required_columns(about))
    delimiter = ","
    if file.exists():
        read, problems = read_csv(file, order)
        if read is None or problems:
            raise CaseError(problems or [Problem("file_empty", file.name, fields={"columns": ", ".join(order)})])
        header, delimiter = read.header, read.delimiter
        old = [dict(zip(header, row, strict=True)) for row in read.rows]
    used = {name for row in new for name, cell in row.items() if cell}
    columns = [*header, *(name for name in order if name in used and name not in header)]
    if delimiter in COMMA_DECIMALS and any("," in row.get(name, "") for row in old for name in number_columns(about)):
        new = [
            {k: cell.replace(".", ",") if k in number_columns(about) else cell for k, cell in row.items()}
            for row in new
        ]
    write_rows(file, columns, [*old, *({k: cell for k, cell in row.items() if k in columns} for row in new)], delimiter)


def _read_bytes(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None


def _find(tables: Tables, table: str, dim: str, label: str) -> dict[str, str]:
    frame = tables.frames[table]
    return {str(key): str(cell) for key, cell in frame[frame[dim] == label].iloc[0].items()}


def _find_money(tables: Tables) -> str:
    frame = tables.frames["case"]
    return str(next(iter(frame[frame["quantity"] == "money"]["value"]), ""))


def _find_server(tables: Tables, commodity: str) -> dict[str, str]:
    """The first technology that serves a commodity: its programme and sector are the measure's."""
    flows = tables.frames["flows"]
    serving = flows[(flows["commodity"] == commodity) & ~flows["value"].str.startswith("-")]["technology"].tolist()
    known = set(tables.frames["technologies"]["technology"])
    return next((_find(tables, "technologies", "technology", name) for name in serving if name in known), {})


def _list_near(things: Sequence[Named], word: str) -> str:
    names = {thing.label: thing.names[0] for thing in things}
    return ", ".join(f"{label} ({names[label]})" for label in list_nearest(things, word))
