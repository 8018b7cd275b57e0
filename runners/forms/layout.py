"""How a filled form is laid out: a sheet per table, a cover, a check list, and the trace of every figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from conf.words import say
from runners.forms.catalog import FormColumn
from runners.forms.figures import Added, Figure, reckon
from runners.forms.filled import Beyond, FormCell, Given, Left
from runners.forms.filling import Sheet, find_cell, list_open
from runners.forms.material import Material
from runners.views.renderers.sheets import Block, Chart
from runners.views.renderers.sheets import Sheet as Leaf
from runners.views.section import Cell, Column, Kind, Open

COMMON = ("form", "rate", "years", "open")
WIDEST, WIDE, NARROW, MIDDLE = 64.0, 34.0, 15.0, 22.0
NOTE = 130
"""Letters of a line of notes."""
TABS = {"cover": "form_tab_cover", "list": "form_tab_list", "trace": "form_tab_trace"}
OUTLINE_COLUMNS = 4
DECIMALS = ((1000.0, 0), (10.0, 1), (0.1, 2))
FEWEST = 4


@dataclass(frozen=True)
class Traced:
    """A figure on a sheet: tab, what its row and column are called, its number, and where it is from."""

    tab: str
    row: str
    column: str
    number: float
    trace: str


@dataclass(frozen=True)
class Laid:
    """The sheets of a form, every figure on them, and how many cells are filled and open."""

    sheets: list[Leaf]
    traced: list[Traced]
    filled: int
    left: int


def lay_form(m: Material, form: str, sheets: Sequence[Sheet]) -> Laid:
    """All sheets of a workbook: cover, check list, the form's own tables, and the trace."""
    traced: list[Traced] = []
    leaves = [_lay(m, sheet, at, traced) for at, sheet in enumerate(sheets)]
    counts = [entry for sheet in sheets for entry in list_open(m, sheet)]
    filled, whole = sum(entry[1] for entry in counts), sum(entry[2] for entry in counts)
    checks = _list_checks(m, sheets)
    trace = _list_trace(m, traced)
    cover = _list_cover(m, form, [checks, *leaves, trace])
    return Laid([cover, checks, *leaves, trace], traced, filled, whole - filled)


def _lay(m: Material, sheet: Sheet, at: int, traced: list[Traced]) -> Leaf:
    table, filled = sheet.table, sheet.filled
    tab = filled.tab or table.sheet
    lay = _lay_outline if filled.tab else _lay_table
    blocks = [lay(m, sheet, at, tab, traced)] if table.columns else []
    blocks += [_lay_beyond(m, one, tab, traced) for one in filled.beyond if one.rows]
    title = f"{tab}  {table.titles['en']} · {table.titles['sv']}"
    notes = [
        say(f"form_note_{name}", m.lang, source=table.source, variant=table.variant, **m.describe())
        for name in (*COMMON, *filled.notes)
    ]
    lines = [line for note in notes for told in note.strip().split("\n") if told for line in wrap(told, NOTE)]
    return Leaf(f"form_{at}", tab, title, tuple(lines), tuple(blocks))


def _lay_table(m: Material, sheet: Sheet, at: int, tab: str, traced: list[Traced]) -> Block:
    table, filled = sheet.table, sheet.filled
    rows, numbers = [], {column.key: [0.0] for column in table.columns}
    for row in filled.rows:
        name = _read_name(row.get(table.columns[0].key))
        cells = []
        for column in table.columns:
            cell = _show(m, find_cell(m, row, column), column, (tab, name), traced)
            numbers[column.key] += [abs(cell)] if isinstance(cell, float | int) else []
            cells.append(cell)
        rows.append(tuple(cells))
    if not rows:
        rows = [tuple(_leave(m, Left(column.why, column.who)) for column in table.columns)]
    columns: list[Column] = []
    for column in table.columns:
        title = _head(column, (filled.heads or {}).get(column.key, ""))
        known = len(numbers[column.key]) > 1 or column.key in filled.summed
        kind = Kind.AMOUNT if column.numeric and known else Kind.LONG
        width = NARROW if column.numeric else _fit([row[len(columns)] for row in rows])
        summed = column.key in filled.summed and bool(filled.rows)
        kind = Kind.WHOLE if column.kind == "whole" else kind
        columns.append(Column(title, kind, width, summed, _choose_decimals(numbers[column.key])))
    total = say("form_sum", m.lang) if filled.summed and filled.rows else ""
    return Block(f"form_block_{at}", tuple(columns), tuple(rows), total=total)


def _lay_outline(m: Material, sheet: Sheet, at: int, tab: str, traced: list[Traced]) -> Block:
    """A single row turned: a line per heading."""
    row, lines, decimals = sheet.filled.rows[0], [], []
    for column in sheet.table.columns:
        cell = _show(m, find_cell(m, row, column), column, (tab, tab), traced)
        lines.append((column.heads["en"], column.heads["sv"], column.unit, cell))
        decimals.append(_choose_decimals([abs(cell)]) if isinstance(cell, float | int) else 1)
    heads = [say(f"form_head_{name}", m.lang) for name in ("heading", "rubrik", "unit", "content")]
    kinds = ((Kind.LONG, WIDE), (Kind.LONG, WIDE), (Kind.TEXT, NARROW), (Kind.LONG, 60.0))
    columns = tuple(Column(head, kind, width) for head, (kind, width) in zip(heads, kinds, strict=True))
    return Block(f"form_block_{at}", columns, tuple(lines), decimals=tuple(decimals))


def _lay_beyond(m: Material, one: Beyond, tab: str, traced: list[Traced]) -> Block:
    heads = [f"{name}\n[{unit}]" if unit else name for name, unit in one.columns]
    rows, numbers = [], [[0.0] for _ in heads]
    for row in one.rows:
        cells: list[Cell] = []
        for at, cell in enumerate(row):
            shown = _show(m, "" if cell is None else cell, None, (tab, _read_name(row[0])), traced, heads[at])
            numbers[at] += [abs(shown)] if isinstance(shown, float | int) else []
            cells.append(shown)
        rows.append(tuple(cells))
    columns = tuple(
        Column(head, Kind.AMOUNT if len(numbers[at]) > 1 else Kind.LONG, NARROW if at else WIDE, False, decimals)
        for at, (head, decimals) in enumerate(zip(heads, map(_choose_decimals, numbers), strict=True))
    )
    if one.key == "path":
        columns = (columns[0], *(Column(int(name), Kind.YEARLY, NARROW) for name, _ in one.columns[1:]))
    plots = (Chart(one.title, "t CO2e"),) if one.key == "path" else ()
    return Block(f"form_{one.key}", columns, tuple(rows), one.title, plots=plots)


def _show(
    m: Material, cell: FormCell, column: FormColumn | None, place: tuple[str, str], traced: list[Traced], head: str = ""
) -> Cell:
    """A cell as a workbook has it; figures are written down with where they are from."""
    if isinstance(cell, Figure | Added):
        number = reckon(cell, m.tables)
        if number is None:
            return _leave(m, Left("no_number", "climate"))
        number = number or 0.0
        traced.append(Traced(*place, column.heads["en"] if column else head, number, cell.trace()))
        return number
    if isinstance(cell, Left):
        return _leave(m, cell)
    if isinstance(cell, Given):
        if isinstance(cell.value, float):
            traced.append(
                Traced(*place, column.heads["en"] if column else head, cell.value, f"form_cells: {cell.source}")
            )
        return cell.value
    return cell


def _leave(m: Material, left: Left) -> Open:
    return Open(
        say("form_open", m.lang, why=say(f"form_why_{left.why}", m.lang), who=say(f"form_who_{left.who}", m.lang))
    )


def _read_name(cell: FormCell | None) -> str:
    if isinstance(cell, Given):
        return str(cell.value)
    return str(cell) if isinstance(cell, str | int) else ""


def _head(column: FormColumn, of_run: str) -> str:
    """The heading in English, Swedish beside it, and the unit: recognised by its first line when read back."""
    lines = [of_run] if of_run else list(dict.fromkeys((column.heads["en"], column.heads["sv"])))
    return "\n".join([*lines, f"[{column.unit}]"] if column.unit else lines)


def _fit(cells: Sequence[Cell]) -> float:
    """Characters of a column of words: as many as its longest cell has, within bounds."""
    longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
    return min(max(float(longest + 2), MIDDLE), WIDEST)


def _choose_decimals(numbers: Sequence[float]) -> int:
    most = max(numbers, default=0.0)
    return next((decimals for least, decimals in DECIMALS if most >= least), FEWEST if most else 1)


def _list_checks(m: Material, sheets: Sequence[Sheet]) -> Leaf:
    """What is filled, what is left open with the reason and who knows, and what was not understood."""
    names = ("sheet", "heading", "filled", "of", "state", "why", "who")
    kinds = (Kind.TEXT, Kind.LONG, Kind.COUNT, Kind.COUNT, Kind.TEXT, Kind.LONG, Kind.LONG)
    widths = (MIDDLE, WIDE, 9.0, 9.0, 12.0, 60.0, 40.0)
    columns = tuple(
        Column(say(f"form_head_{name}", m.lang), kind, width)
        for name, kind, width in zip(names, kinds, widths, strict=True)
    )
    blocks = [Block("form_checks", columns, tuple(_list_states(m, sheets)))]
    wrong = [(say("form_not_mapped", m.lang), label, "form_fields.csv") for label in m.unmapped]
    wrong += [
        (say("form_known_already", m.lang), f"{cell.sheet}: {cell.row}, {cell.column}: {cell.value}", "form_cells.csv")
        for sheet in sheets
        for cell in sheet.unused
    ]
    heads = tuple(Column(say(f"form_head_{name}", m.lang), Kind.LONG, WIDE) for name in ("problem", "what", "file"))
    nothing = (say("form_nothing", m.lang), "", "")
    blocks.append(Block("form_wrong", heads, tuple(wrong) or (nothing,), say("form_not_understood", m.lang)))
    tab = say(TABS["list"], m.lang)
    return Leaf("form_checks", tab, say("form_title_list", m.lang), (say("form_note_list", m.lang),), tuple(blocks))


def _list_states(m: Material, sheets: Sequence[Sheet]) -> Iterator[tuple[Cell, ...]]:
    for sheet in sheets:
        for column, filled, whole, left in list_open(m, sheet):
            reasons = list(dict.fromkeys((one.why, one.who) for one in left)) or (
                [] if whole else [(column.why, column.who)]
            )
            state = "filled" if filled == whole and whole else "partly" if filled else "open"
            why = "; ".join(dict.fromkeys(say(f"form_why_{one}", m.lang) for one, _ in reasons))
            who = "; ".join(dict.fromkeys(say(f"form_who_{one}", m.lang) for _, one in reasons))
            tab = sheet.filled.tab or sheet.table.sheet
            yield (tab, column.heads[m.lang], filled, whole, say(f"form_state_{state}", m.lang), why, who)


def _list_trace(m: Material, traced: Sequence[Traced]) -> Leaf:
    names = (("sheet", MIDDLE), ("row", WIDE), ("heading", WIDE), ("number", MIDDLE), ("trace", 120.0))
    kinds = (Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.FULL, Kind.TEXT)
    columns = tuple(
        Column(say(f"form_head_{name}", m.lang), kind, width) for (name, width), kind in zip(names, kinds, strict=True)
    )
    rows = tuple((one.tab, one.row, one.column.split("\n")[0], one.number, one.trace) for one in traced)
    block = Block("form_trace", columns, rows or (("", "", "", None, ""),))
    note = say("form_note_trace", m.lang)
    return Leaf("form_trace", say(TABS["trace"], m.lang), say("form_title_trace", m.lang), (note,), (block,))


def _list_cover(m: Material, form: str, leaves: Sequence[Leaf]) -> Leaf:
    rows = tuple((leaf.title, leaf.tab, "") for leaf in leaves)
    columns = tuple(
        Column(say(f"form_head_{name}", m.lang), Kind.TEXT, width)
        for name, width in (("content", 80.0), ("sheet", 30.0), ("remark", 12.0))
    )
    name = str(m.run.summary.get(m.name) or m.run.summary["case"])
    notes = say("form_note_cover", m.lang, run=m.run.place.name, **m.describe()).strip().split("\n")
    title = say("form_title", m.lang, form=say(f"form_name_{form}", m.lang), name=name)
    return Leaf("cover", say(TABS["cover"], m.lang), title, tuple(notes), (Block("sheets", columns, rows),))
