"""Forms: every figure on them is the run's, totals tally, open cells say who knows, and bad input is told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import openpyxl
import pytest
import workbook_runs
from following import follow
from openpyxl.worksheet.worksheet import Worksheet

from runners.cli import main
from runners.forms.catalog import ACTION, FORMS, INVESTMENT, list_currencies, list_tables
from runners.forms.figures import divide, reckon, subtract, sum_of
from runners.forms.filling import FILLS, OUTLINES

RATE = 11.24
CLOSE = 1e-9
ASIDE = ("Kontrollista", "Check list", "Diagram", "Charts")
"""Sheets that count cells, or draw."""
MAPPING = """mapped,field,lever_sv,lever_en
pump,buildings,Utsläppsfri värme,Decarbonising heating
electric,transport,Eldrivna bilar,Electrification of cars
"""
CELLS = """sheet,row,column,value,source
EUR,SEK,1,11.24,hand
IP-A3 T5,Skuldtaket,2,Financial,hand
IP-A3 T5,Skuldtaket,3,Taket nås 2031,hand
A-1.1,Buildings,2,86654,hand
"""


def write_forms_case(folder: Path, cells: str = CELLS, mapping: str = MAPPING) -> Path:
    """The rich town with its measures mapped, and with what only its city knows."""
    case = workbook_runs.write_rich_case(folder)
    (case / "form_fields.csv").write_text(mapping, encoding="utf-8")
    (case / "form_cells.csv").write_text(cells, encoding="utf-8")
    return case


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("forms")
    workbook_runs.run_case(write_forms_case(place / "town"), place / "run")
    return place


@cache
def fill(run: Path, form: str, *words: str) -> Path:
    """The form of a run, made once for all tests; the run is not verified again."""
    out = run.parent / f"{form}{len(words)}.xlsx"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runners.confirmation.confirm_run", lambda *_: None)
        assert main(["forms", str(run), "--form", form, "--out", str(out), "--force", *words]) == 0
    return out


def list_numbers(sheet: Worksheet) -> list[float]:
    """Numbers that are data of a sheet: not those of totals, which are live formulas."""
    return [
        float(cell.value)
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    ]


def check_every_number(path: Path, places: dict[str, Path]) -> int:
    """Every figure of the workbook stands in its trace, and the trace reckoned anew from the run gives it."""
    book = workbook_runs.load(path, values=False)
    tabs = book.sheetnames
    traced: dict[str, list[float]] = {}
    for tab, _, _, number, trace in list(book[tabs[-1]].iter_rows(values_only=True))[3:]:
        if trace is None or tab == "blad" or tab == "sheet":
            continue
        traced.setdefault(str(tab), []).append(float(number))
        if not str(trace).startswith("form_cells"):
            found = follow(str(trace), places)
            assert found == pytest.approx(number, rel=CLOSE, abs=1e-6), (tab, trace)
    count = 0
    for tab in tabs[1:-1]:
        if tab in ASIDE:
            continue
        numbers = [n for n in list_numbers(book[tab]) if not (n == int(n) and 1990 <= n <= 2100)]
        mine = sorted(n for n in traced.get(tab, []) if not (n == int(n) and 1990 <= n <= 2100))
        assert sorted(numbers) == pytest.approx(mine, rel=1e-12), tab
        count += len(numbers)
    return count


@pytest.mark.parametrize("form", FORMS)
def test_every_figure_of_a_form_is_the_run_s(town: Path, form: str) -> None:
    assert check_every_number(fill(town / "run", form), {"": town / "run" / "tables"}) > 2


def find_row(sheet: Worksheet, start: str) -> list[object]:
    return next(
        list(row) for row in sheet.iter_rows(values_only=True) if any(str(cell).startswith(start) for cell in row)
    )


def test_tables_of_one_form_tally_with_each_other(town: Path) -> None:
    """Sectorial costing, capital planning by stakeholder and asset owners all sum to the run's outlay on measures."""
    import pandas as pd

    table = pd.read_csv(town / "run" / "tables" / "investments.csv", keep_default_na=False)
    own = table[table["measure"] & (table["year"] <= 2030)]
    whole = float(own["outlay"].sum()) * 1e6 / RATE
    book = workbook_runs.load(fill(town / "run", INVESTMENT))
    costing = find_row(book["IP-B1 T6"], "Summa")
    assert costing[2] == pytest.approx(whole)
    planning = find_row(book["IP-B2 T8"], "Summa")
    assert sum(float(str(planning[at])) for at in (5, 8, 11, 14) if planning[at] is not None) == pytest.approx(whole)
    cover = find_row(book["IP-B2 T9"], "Summa")
    assert float(str(cover[2])) + float(str(cover[4])) == pytest.approx(whole)
    assert find_row(book["NZC C-3.2"], "Summa")[7] == pytest.approx(whole / 1e6)
    assert find_row(book["Pecs T5"], "Summa")[2] == pytest.approx(-whole / 1e6)
    need = [row[0] for row in book["Pecs T6"].iter_rows(values_only=True) if isinstance(row[0], float)]
    assert need[-1] == pytest.approx(whole / 1e6)


@pytest.mark.slow
def test_what_the_run_does_not_know_is_an_empty_marked_field_with_who_knows(town: Path) -> None:
    book = workbook_runs.load(fill(town / "run", INVESTMENT))
    sheet = book["IP-C1 T12"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.comment is not None]
    assert cells
    assert all(cell.value is None and cell.fill.fgColor.rgb == "FFFFF3C4" for cell in cells)
    assert cells[0].comment.text == "Öppet: stadens egen text eller bedömning. Vet: klimatstrategen."


@pytest.mark.slow
def test_what_the_case_gives_stands_in_the_form_and_its_check_list(town: Path) -> None:
    book = workbook_runs.load(fill(town / "run", INVESTMENT))
    assert find_row(book["IP-A3 T5"], "Skuldtaket")[:3] == ["Skuldtaket", "Financial", "Taket nås 2031"]
    states = [row for row in book["Kontrollista"].iter_rows(values_only=True) if row[0] == "IP-A3 T5"]
    assert [row[4] for row in states] == ["ifylld", "ifylld", "ifylld", "öppen"]
    assert states[3][5:7] == ("stadens egen text eller bedömning.", "klimatstrategen")
    action = workbook_runs.load(fill(town / "run", ACTION))
    assert find_row(action["A-1.1"], "Buildings")[:2] == ["Buildings", 86654]


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_every_table_of_a_form_has_a_sheet_with_its_headings_in_both_languages(town: Path, form: str) -> None:
    book = workbook_runs.load(fill(town / "run", form))
    for table in list_tables(form):
        if table.sheet == OUTLINES:
            continue
        stated = {str(cell).split("\n")[0] for row in book[table.sheet].iter_rows(values_only=True) for cell in row}
        swedish = {part for row in book[table.sheet].iter_rows(values_only=True) for part in _split(row)}
        for column in table.columns:
            if not column.heads["en"].startswith("Year "):
                assert column.heads["en"] in stated, table.sheet
                assert column.heads["sv"] in swedish, table.sheet


def _split(row: tuple[object, ...]) -> list[str]:
    return [part for cell in row for part in str(cell).split("\n")]


def test_every_filler_is_of_a_table_that_its_form_has() -> None:
    for form, fills in FILLS.items():
        assert set(fills) <= {table.sheet for table in list_tables(form)}
    assert set(FILLS) <= set(FORMS)


@pytest.mark.slow
def test_a_rate_said_goes_before_the_case_s_and_stands_on_every_sheet(town: Path) -> None:
    book = workbook_runs.load(fill(town / "run", INVESTMENT, "rate=10", "variant=full", "lang=en"))
    assert "1 euro is 10.0 kronor (rate=)." in [row[0] for row in book["IP-B1 T6"].iter_rows(values_only=True)]
    full = [table.sheet for table in list_tables(INVESTMENT) if table.variant == "full"]
    assert book.sheetnames == ["Contents", "Check list", *full, "Origin of figures"]


@pytest.mark.slow
def test_runs_beside_each_other_give_the_sensitivity_table(town: Path) -> None:
    other = Path(shutil.copytree(town / "run", town / "dear"))
    out = town / "beside.xlsx"
    words = [str(town / "run"), str(other), "--form", INVESTMENT, "--out", str(out), "--force"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runners.confirmation.confirm_run", lambda *_: None)
        assert main(["forms", *words, "variant=sonderborg"]) == 0
    book = openpyxl.load_workbook(out)
    rows = [row for row in book["Känslighet"].iter_rows(values_only=True) if row[1] == "MEUR"]
    assert len(rows) == 3
    assert all(row[2] == row[3] for row in rows)
    check_every_number(out, {"": town / "run" / "tables", "dear": other / "tables"})


@contextmanager
def rewritten(path: Path, text: str) -> Iterator[None]:
    """A file of the case with other content for a while: what forms are filled from is read when they are."""
    kept = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(kept, encoding="utf-8")


def refuse(capsys: pytest.CaptureFixture[str], *words: object) -> list[str]:
    capsys.readouterr()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runners.confirmation.confirm_run", lambda *_: None)
        assert main(["forms", *map(str, words)]) == 2
    return capsys.readouterr().err.splitlines()


def test_wrong_words_are_told_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refuse(capsys, "--form", "ip", "--out", "a.csv") == [
        "--form ip: välj en blankett: investment_plan, action_plan, covenant, cdp, green_bond, klimatklivet.",
        "a.csv: filen måste sluta på .xlsx.",
        "fardplan forms: säg vilken plan blanketten ska fyllas ur: mappen som fardplan plan skrev.",
    ]
    assert refuse(capsys, tmp_path, "--form", INVESTMENT, "variant=ful", "lang=en") == [
        "--out: say where the form is to be written: --out FILE.xlsx.",
        "variant=ful: there is no such version of the form. Choose: full, pecs, model, dijon, sonderborg, barcelona.",
    ]


@pytest.mark.slow
def test_wrong_choices_are_told_together(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["rate=0", "until=1999", "base=1812", "grid=300", "lang=en"]
    told = refuse(capsys, town / "run", "--form", INVESTMENT, "--out", town / "x.xlsx", *words)
    assert told[0] == "rate=0: 'rate' has to be a number above 0, with a decimal point."
    assert told[1].startswith("until=1999: the form's last year has to lie in the plan: 2025 to ")
    assert told[2].startswith("base=1812: the case has no statistics of that year. There are some of: ")
    assert told[3] == (
        "grid_year=: say of which year the emission factor of electricity is, such as grid=315 grid_year=2020."
    )


@pytest.mark.slow
def test_cells_of_the_case_that_cannot_stand_in_a_form_are_told(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sheet that no form has, a column that the sheet has not, text in numbers, a share below nothing."""
    bad = "IP-A9,a,1,x,hand\nIP-A3 T5,a,9,x,hand\nIP-B2 T8,a,6,mycket,hand\nIP-A2 T3,Skatt,3,-2,hand\n"
    with rewritten(town / "town" / "form_cells.csv", "sheet,row,column,value,source\n" + bad):
        told = refuse(capsys, town / "run", "--form", INVESTMENT, "--out", tmp_path / "x.xlsx")
    assert told == [
        "form_cells.csv rad 2, kolumn 'sheet': bladet 'IP-A9' finns inte i någon blankett. Menade du 'IP-B2 T9'?",
        "form_cells.csv rad 3, kolumn 'column': bladet 'IP-A3 T5' har ingen kolumn '9'. Kolumnerna är: 1, 2, 3, 4.",
        "form_cells.csv rad 4, kolumn 'value': kolumnen på bladet 'IP-B2 T8' är tal (EUR), och 'mycket' är inget "
        "tal. Skriv talet med decimalpunkt, eller lämna cellen öppen.",
        "form_cells.csv rad 5, kolumn 'value': kolumnen på bladet 'IP-A2 T3' är andelar (%), och -2 är mindre än "
        "0. Skriv andelen i procent, från 0.",
        "rate=: blanketten är i euro och fallets pengar i kronor. Säg kursen, till exempel rate=11.24, eller skriv "
        "den i form_cells.csv (blad EUR, rad SEK, kolumn 1).",
    ]


@pytest.mark.slow
def test_amounts_in_another_currency_need_a_rate_and_a_form_holds_calendar_years(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Money in euros, of which a form in kronor made as many kronor; plan years of two, each told as one."""
    case = write_forms_case(tmp_path / "town", cells="sheet,row,column,value,source\n")
    for table in case.glob("*.csv"):
        table.write_text(table.read_text(encoding="utf-8").replace("MSEK", "MEUR"), encoding="utf-8")
    run = tmp_path / "run"
    assert main(["plan", f"case.path={case}", "case.years=[2025,2027,2029]", f"out={run}"]) == 0
    capsys.readouterr()
    told = refuse(capsys, run, "--form", "klimatklivet", "--out", tmp_path / "x.xlsx")
    long = (
        f"{run}: planåret 2025 står för 2 kalenderår, men blanketten gäller år för år. Gör planen med ett planår för "
    )
    assert told == [
        "rate=: blanketten är i kronor och fallets pengar i euro. Säg kursen, till exempel rate=11.24, eller skriv den "
        "i form_cells.csv (blad EUR, rad SEK, kolumn 1).",
        long + "varje år till och med 2029 (case.years), eller säg ett tidigare år med until=.",
    ]
    told = refuse(capsys, run, "--form", INVESTMENT, "--out", tmp_path / "x.xlsx")
    assert told == [long + "varje år till och med 2029 (case.years), eller säg ett tidigare år med until=."]


def test_a_form_has_amounts_in_the_currencies_of_its_columns() -> None:
    kronor = [form for form in FORMS if list_currencies(form) == {"SEK"}]
    assert kronor == ["green_bond", "klimatklivet"]
    assert all(list_currencies(form) == {"EUR"} for form in FORMS if form not in kronor)


@pytest.mark.slow
def test_a_run_without_actors_fills_no_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from test_adopted import plan
    from test_cli import write_case

    run = plan(write_case(tmp_path / "stad"), tmp_path / "run")
    told = refuse(capsys, run, "--form", INVESTMENT, "--out", tmp_path / "x.xlsx", "rate=11", "lang=en")
    assert told == [
        f"{run}: the case has no actors, and the form asks who pays. Write actors.csv and who owns what "
        "(docs/finance.md), and make the plan again."
    ]


@pytest.mark.slow
def test_levers_that_are_not_mapped_are_listed(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.xlsx"
    with rewritten(town / "town" / "form_fields.csv", "mapped,field\npump,buildings\n"):
        words = [str(town / "run"), "--form", "covenant", "--out", str(out)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("runners.confirmation.confirm_run", lambda *_: None)
            assert main(["forms", *words]) == 0
    assert "Inget åtgärdsområde i form_fields.csv för: electric" in capsys.readouterr().out
    wrong = [row[:3] for row in openpyxl.load_workbook(out)["Kontrollista"].iter_rows(values_only=True)]
    assert ("Inget åtgärdsområde angivet", "electric", "form_fields.csv") in wrong


def test_figures_add_multiply_and_divide_sums_by_hand() -> None:
    """Of rows a 2025 3, a 2026 4, b 2025 5: a sums to 7, less b 2; a over b is 1.4, and nothing is over nothing."""
    import pandas as pd

    tables = {"t": pd.DataFrame({"k": ["a", "a", "b"], "year": [2025, 2026, 2025], "v": [3.0, 4.0, 5.0]})}
    a, b = sum_of("t", "v", k="a"), sum_of("t", "v", k="b")
    assert reckon(a, tables) == 7.0
    assert reckon(subtract(a, b), tables) == 2.0
    assert reckon(divide(a, b, 10.0), tables) == 14.0
    assert reckon(divide(a, sum_of("t", "v", k="c")), tables) is None
    assert reckon(sum_of("other", "v"), tables) is None
    assert divide(a, b, 10.0).trace() == "10.0 * (t.v[k=a]) / (t.v[k=b])"


@pytest.mark.slow
@pytest.mark.parametrize("case", ["lund", "helsingborg"])
def test_every_figure_of_a_real_city_s_forms_is_its_run_s(case: str, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runners.reports.plan_charts.draw_plan", lambda *_: lambda _: None)
        assert main(["plan", f"case={case}", "solver=fast", f"out={run}"]) == 0
    for form in FORMS:
        assert check_every_number(fill(run, form), {"": run / "tables"}) > 20
