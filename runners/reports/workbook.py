"""The workbook: a run as an Excel file whose numbers can be followed, every sheet a view of the run's tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conf.words import say
from runners.atomic_write import put_file
from runners.lean_start import spare_cycles
from runners.reports.workbook_blocks import Contents
from runners.reports.workbook_charts import draw_charts
from runners.results.result import Result
from runners.results.sweep import SweepRun
from runners.views.curve_words import tell_choices
from runners.views.names import name_kind
from runners.views.renderers.sheets import Block, Row, Sheet
from runners.views.renderers.workbook import lay_blocks, lay_front, lay_sheets, put_pictures
from runners.views.renderers.workbook_format import Place, Styles, set_print, write_sheet
from runners.views.section import Column, Section, Text
from runners.views.subjects.beside import write_beside
from runners.views.subjects.choice import write_all, write_sections
from runners.views.subjects.plan import write_plan
from runners.views.subjects.sweep import write_sweep
from runners.views.subjects.worth import GRID_NAME, GRID_TABLE

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook


SHEETS = (
    *("targets", "path", "measures", "actions", "benefits", "outlays", "outlays_by_measure", "funding", "debt"),
    "capital_costs",
    *("cash", "key_figures", "costs", "curve_system", "curve_measures", "curve_frontier", "green", "sensitivity"),
    *("finder", "changes", "numbers", "sources", "quality"),
)
"""Every sheet after the summary and the charts, in their order: sections of the plan, and what stands beside it."""
WITHOUT_MONEY = ("path", "sources")


@dataclass(frozen=True)
class Cover:
    """What the file says of itself: title, digest and moment of what it shows, its price level, its language."""

    title: str
    digest: str
    started: str
    note: str
    lang: str


def list_sheets(contents: Contents) -> list[Sheet]:
    """All sheets of a workbook, the summary first, which also says what was left out and why."""
    sections = {section.key: section for section in write_plan(contents.run.result, contents.lang)}
    others = [] if contents.against is None else [contents.against.result]
    sections["changes"] = write_beside([contents.run.result, *others], contents.lang)
    made: dict[str, Sheet] = {}
    for key in (key for key in SHEETS if key in sections):
        first = () if key in WITHOUT_MONEY else (contents.note_money()[0],)
        made |= {sheet.key: sheet for sheet in lay_sheets([sections[key]], contents.lang, first, contents.note_years())}
    made |= {sheet.key: sheet for sheet in lay_sheets(list(_write_others(contents)), contents.lang)}
    sheets = [made[key] for key in SHEETS if key in made]
    missed = [key for key in SHEETS if key not in made and key != "finder"]
    left_out = {contents.say(f"title_{key}"): contents.say(f"without_{key}") for key in missed}
    sheets += lay_sheets(write_all(contents.results, contents.lang), contents.lang)
    return [_list_front(contents, sections, sheets, left_out), *sheets]


def _list_front(
    contents: Contents, sections: Mapping[str, Section], sheets: Sequence[Sheet], left_out: Mapping[str, str]
) -> Sheet:
    """The first sheet: what the plan comes to, how targets fare, who pays, what is proposed, what the others hold."""
    ordered = [sections[key] for key in ("method", "targets", "key_figures")]
    blocks = [*lay_front(ordered), *lay_blocks(sections["summary"], contents.lang)]
    notes = contents.note_money("signs", "method")
    if contents.run.summary.get("whole_units") is False:
        notes = (*notes, say("subject_parts", contents.lang))
    title = contents.say("title_summary", name=contents.run.summary[contents.name])
    blocks.append(_list_contents(contents, sheets, left_out))
    return Sheet("summary", contents.say("tab_summary"), title, notes, tuple(blocks))


def _list_contents(contents: Contents, sheets: Sequence[Sheet], left_out: Mapping[str, str]) -> Block:
    rows: list[Row] = [(sheet.title, sheet.tab, "") for sheet in sheets]
    rows += [(title, contents.say("left_out"), why) for title, why in left_out.items()]
    titles = (("content", 46.0), ("sheet", 22.0), ("reason", 13.0))
    columns = tuple(Column(contents.say(title), width=width) for title, width in titles)
    return Block("sheets", columns, tuple(rows), contents.say("heading_sheets"))


def _write_others(contents: Contents) -> Iterator[Section]:
    """The sections of curves, with what was chosen otherwise than for the plan, and of a sweep."""
    for curve in contents.curves:
        note = tuple(Text(told) for told in tell_choices(curve, contents.run.manifest, contents.lang))
        for section in write_sections(curve, contents.lang):
            yield replace(section, blocks=(*section.blocks, *note))
    if contents.sweep is not None:
        yield from write_sweep(contents.sweep, contents.lang, float(contents.run.summary["objective_money"]))


def list_result_sheets(results: Sequence[Result], lang: str) -> list[Sheet]:
    """The sheets of results that stand by themselves."""
    return lay_sheets(write_all(results, lang), lang)


def write_workbook(
    contents: Contents, place: Path, force: bool = False, settle: Callable[[], None] = lambda: None
) -> Path:
    """Write the workbook beside its place and move it there; `settle` is called before it is moved.

    Raises:
        CaseError: something stands there and `force` is not said, or it cannot be written; then nothing has changed.
    """
    summary = contents.run.summary
    cover = Cover(
        contents.say("title_summary", name=summary[contents.name]),
        str(summary["digest"]),
        str(contents.run.manifest["started"]),
        contents.note_money()[0],
        contents.lang,
    )

    def write(aside: Path) -> None:
        with spare_cycles():
            _fill_file(list_sheets(contents), cover, aside)
        settle()

    return put_file(place, write, force)


def write_result_workbook(results: Sequence[Result], lang: str, place: Path, force: bool = False) -> Path:
    """Write a workbook of results that stand by themselves; raises as `write_workbook` does."""
    first = results[0]
    title = say("subject_title", lang, kind=name_kind(first.kind, lang), case=first.name(lang))
    cover = Cover(title, str(first.origin.get("digest", "")), str(first.origin["started"]), "", lang)
    return put_file(place, lambda aside: _fill_file(list_result_sheets(results, lang), cover, aside), force)


def write_sweep_workbook(sweep: SweepRun, lang: str, place: Path, force: bool = False) -> Path:
    """Write a workbook of a sweep that stands by itself; raises as `write_workbook` does."""
    manifest = sweep.manifest
    title = say("report_sweep_title", lang, case=manifest.get("case", ""), count=len(sweep.results))
    cover = Cover(title, str(manifest.get("digest", "")), str(manifest["started"]), "", lang)
    sheets = lay_sheets(write_sweep(sweep, lang), lang)
    return put_file(place, lambda aside: _fill_file(sheets, cover, aside), force)


def write_sheets(sheets: Sequence[Sheet], cover: Cover, place: Path, force: bool = False) -> Path:
    """Write a workbook of any sheets, the first of which lists the others; raises as `write_workbook` does."""
    return put_file(place, lambda aside: _fill_file(sheets, cover, aside), force)


def _fill_file(sheets: Sequence[Sheet], cover: Cover, path: Path) -> None:
    from xlsxwriter.workbook import Workbook

    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(str(path), {**plain, "in_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties(_describe(cover))
    styles = Styles(book)
    tabs = [sheet.tab for sheet in sheets]
    charted = any(block.plots for sheet in sheets for block in sheet.blocks)
    tab_charts = say("workbook_tab_charts", cover.lang)
    order = [tabs[0], *([tab_charts] if charted else []), *tabs[1:]]
    worksheets = {tab: book.add_worksheet(tab) for tab in order}
    page = say("workbook_page", cover.lang)
    places: list[Place] = []
    for sheet in sheets:
        own = write_sheet(worksheets[sheet.tab], styles, sheet)
        put_pictures(worksheets[sheet.tab], own, sheet.pictures, cover.lang)
        repeated = (own[0].header, own[0].header) if len(own) == 1 else None
        set_print(worksheets[sheet.tab], cover.title, page, repeated)
        places += own
    _name_ranges(book, places)
    _link_sheets(worksheets[tabs[0]], styles, places, tabs)
    if charted:
        drawn = worksheets[tab_charts]
        draw_charts(book, drawn, styles, say("workbook_title_charts", cover.lang), cover.note, places)
        set_print(drawn, cover.title, page, None)
    worksheets[tabs[0]].activate()
    _close(book)


def _close(book: Workbook) -> None:
    """Write the file; what the disk refuses is an error of the disk."""
    from xlsxwriter.exceptions import FileCreateError

    try:
        book.close()
    except FileCreateError as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else None
        raise cause or OSError(str(error)) from error


def _describe(cover: Cover) -> dict[str, Any]:
    """Properties of the document; its date is that of the run, so that one run gives one file."""
    return {
        "title": cover.title,
        "author": "Fardplan",
        "comments": cover.digest,
        "created": datetime.fromisoformat(cover.started).replace(tzinfo=None),
    }


def _name_ranges(book: Workbook, places: Sequence[Place]) -> None:
    """Name the rows of every block by its key, its grand total, and the factor of electricity."""
    for place in places:
        key, columns = place.block.key, len(place.block.columns)
        book.define_name(key, "=" + place.refer(place.first, 0, place.last, columns - 1))
        if place.block.total and place.block.across:
            row = place.last + 1
            book.define_name(f"{key}_total", "=" + place.refer(row, columns, row, columns))
        if key == GRID_TABLE:
            book.define_name(GRID_NAME, "=" + place.refer(place.first, 1, place.first, 1))


def _link_sheets(worksheet: Any, styles: Styles, places: Sequence[Place], tabs: Sequence[str]) -> None:
    """Turn the names of sheets in the summary into links."""
    listed = next((place for place in places if place.block.key == "sheets"), None)
    if listed is None:
        return
    link = styles.get(font_color="#1F4E9F", underline=1, indent=1)
    for at, row in enumerate(listed.block.rows):
        tab = str(row[1])
        if tab in tabs:
            worksheet.write_url(listed.first + at, 1, f"internal:'{tab}'!A1", link, tab)
