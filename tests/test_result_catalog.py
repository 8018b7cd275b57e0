"""The catalog of results: what it declares, that its page tells it, and that every command makes what is declared."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
import test_cli
import test_curve_command

from runners.cli import main
from runners.keepsake import Answer, keep_answer
from runners.results.catalog import (
    KINDS,
    MistypedColumn,
    Sign,
    Type,
    UndeclaredColumn,
    check_columns,
    find_table,
    read_catalog,
)
from runners.results.reading import read_csv_table
from runners.results.reference import describe_result_model
from runners.results.settled import check_types
from runners.sweep_store.results import list_schemas
from scenarios.catalog import TABLE_BY_NAME
from scenarios.tables import VARIANT, columns_of

PAGE = Path(__file__).parents[1] / "docs" / "result-model.md"
REGENERATE = (
    "docs/result-model.md is stale. Write it anew from the root of the project: python -c "
    '"from pathlib import Path; from runners.results.reference import describe_result_model; '
    "Path('docs/result-model.md').write_text(describe_result_model(), encoding='utf-8')\""
)
ROUNDING = 1e-9


def test_the_page_of_the_result_model_is_the_one_the_catalog_gives() -> None:
    assert PAGE.read_text(encoding="utf-8") == describe_result_model(), REGENERATE


def test_every_table_has_its_keys_among_its_columns_and_tells_each_of_them() -> None:
    for tables in read_catalog().values():
        for table in tables.values():
            place = f"{table.kind}/{table.name}"
            assert set(table.keys) <= set(table.columns), place
            assert table.sentence.endswith("."), place
            for column in table.columns.values():
                assert column.sentence.endswith("."), (place, column.name)
                assert all(column.heads.values()), (place, column.name)
                assert (column.sign is Sign.NONE) or column.type in (Type.NUMBER, Type.WHOLE), (place, column.name)


def test_no_column_is_named_for_a_currency() -> None:
    """A case in MEUR had its present cost in a column called `objective_msek`: the money is the case's."""
    named = {column for tables in read_catalog().values() for table in tables.values() for column in table.columns}
    assert {"objective_money", "marginal_per_t"} <= named
    assert [name for name in named if {"sek", "msek", "eur", "meur"} & set(name.split("_"))] == []


def test_every_meaning_of_a_column_is_one_of_some_table() -> None:
    """A definition that no table uses, or a place that does not exist, is a slip of the pen."""
    from runners.results.catalog import _read_columns

    used = {id(column) for tables in read_catalog().values() for t in tables.values() for column in t.columns.values()}
    told = {
        (c.name, c.sentence) for t in read_catalog().values() for table in t.values() for c in table.columns.values()
    }
    assert used
    places = {""} | set(KINDS) | {f"{kind}/{name}" for kind, tables in read_catalog().items() for name in tables}
    for name, meanings in _read_columns().items():
        assert set(meanings) <= places, (name, set(meanings) - places)
        for column in meanings.values():
            assert (name, column.sentence) in told, (name, column.sentence)


@pytest.mark.parametrize("name", ["actors", "instruments", "sources"])
def test_tables_kept_as_the_case_has_them_are_declared_with_the_columns_of_the_case(name: str) -> None:
    assert set(find_table("plan", name).columns) == set(columns_of(TABLE_BY_NAME[name])) - {VARIANT}


def test_a_column_that_is_not_declared_is_refused_by_the_one_writer(tmp_path: Path) -> None:
    made = pd.DataFrame({"percent": [1.0], "kost": [2.0]})
    with pytest.raises(UndeclaredColumn, match=r"near/ranges: not declared in runners/results: kost; declared and not"):
        keep_answer(
            Answer("near", {}, {"ranges": made}, lambda _: None, {}), tmp_path / "x", pd.Timestamp("2026-01-01")
        )
    with pytest.raises(UndeclaredColumn, match="near/spans: not declared in runners/results: spans"):
        keep_answer(Answer("near", {}, {"spans": made}, lambda _: None, {}), tmp_path / "x", pd.Timestamp("2026-01-01"))
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("column", "cells", "told"),
    [
        ("item", [1.0, None], "item is declared in runners/results as text and is floating"),
        ("percent", ["5 %"], "percent is declared in runners/results as number and is string"),
        ("year", ["2030"], "year is declared in runners/results as whole and is string"),
        ("possible", [0, 1], "possible is declared in runners/results as mark and is integer"),
    ],
)
def test_a_column_of_another_type_than_is_read_back_is_refused_by_the_one_writer(
    column: str, cells: list[object], told: str
) -> None:
    """`differs` of a dossier was a number when it was made and text when its folder was opened."""
    kind, table = next(
        (kind, table.name)
        for kind, tables in read_catalog().items()
        for table in tables.values()
        if column in table.columns and not table.open
    )
    rows = pd.DataFrame({column: cells})
    with pytest.raises(MistypedColumn, match=f"^{kind}/{table}: {told}$"):
        check_types(kind, table, rows)
    check_types(kind, table, rows.assign(**{column: None}))


def test_a_sweep_writes_what_is_declared_with_a_column_per_key() -> None:
    schemas = list_schemas({"adjust.capex.pump": pa.float64()})
    assert set(schemas) == {"scenarios", "investments", "accounts", "targets", "cash_flow"}
    for name, schema in schemas.items():
        check_columns("sweep", name, schema.names)
        for column, declared in find_table("sweep", name).columns.items():
            assert (schema.field(column).type == pa.string()) == (declared.type is Type.TEXT), (name, column)


def test_tables_are_read_back_by_their_declared_types() -> None:
    table = read_csv_table(
        "plan", "investments", b"technology,year,build,first_service,measure,code\n007,2025,0.1,,True,\n"
    )
    assert table["technology"].tolist() == ["007"]
    assert table["code"].tolist() == [""]
    assert table["measure"].tolist() == [True]
    assert str(table["first_service"].dtype) == "Int64"
    assert table["build"].tolist() == [0.1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("plan", ["plan"]),
        ("system", ["curve", "curve.error=1e-9"]),
        ("frontier", ["curve", "curve.kind=frontier", "curve.second=soot", "curve.levels=2"]),
        ("measures", ["curve", "curve.kind=measures", "measures.account=co2"]),
        ("why", ["why"]),
        ("near", ["near", "near.levels=[5]"]),
        ("dossier", ["dossier", "filter", "Scrubbers"]),
    ],
)
def test_what_commands_write_is_declared_and_of_the_declared_sign(
    kind: str, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("runners.reports.plan_charts.draw_plan", lambda *_: lambda _: None)
    case = test_curve_command.write_case(tmp_path / "case")
    assert main([*words, f"case.path={case}", "convention=no_salvage", "out=made"]) == 0
    check_folder(kind, tmp_path / "made")


@pytest.mark.slow
def test_a_comparison_writes_what_is_declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("runners.reports.plan_charts.draw_plan", lambda *_: lambda _: None)
    case = test_cli.write_case(tmp_path / "stad", cap=1.0, mode="priced")
    for out, word in (("A", "lang=sv"), ("B", "price.scale.power=3")):
        assert main(["plan", f"case.path={case}", test_cli.NO_SALVAGE, f"out={out}", word]) == 0
    assert main(["compare", "A", "B", "out=made"]) == 0
    check_folder("compare", tmp_path / "made")
    bridge = pd.read_csv(tmp_path / "made" / "tables" / "bridge.csv")
    assert set(bridge["beside"]) == {"B"}
    assert (bridge["numbers"] + bridge["plan"]).to_numpy() == pytest.approx(bridge["difference"].to_numpy())


def check_folder(kind: str, place: Path) -> None:
    """Every table of a folder has the declared columns, each of its type, and never below 0 where so declared."""
    for path in sorted((place / "tables").glob("*.csv")):
        data = path.read_bytes()
        table, declared = read_csv_table(kind, path.stem, data), find_table(kind, path.stem)
        check_columns(kind, path.stem, list(table.columns))
        for name, column in declared.columns.items():
            if name in table and len(table) and column.type is Type.NUMBER:
                assert table[name].dtype.kind in "if", (kind, path.stem, name)
            if name in table and column.sign is Sign.POSITIVE:
                assert not (table[name].dropna() < -ROUNDING).any(), (kind, path.stem, name)
