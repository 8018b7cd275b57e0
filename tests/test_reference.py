"""Whether docs/data-model.md tells the catalog as it is."""

from __future__ import annotations

from pathlib import Path

from scenarios.catalog import QUANTITIES, TABLES
from scenarios.reference import describe_data_model
from scenarios.tables import columns_of

PAGE = Path(__file__).parents[1] / "docs" / "data-model.md"
EXISTING = "Capacity that stands already and is still there in that year."
REGENERATE = (
    "docs/data-model.md is stale. Write it anew from the root of the project: python -c "
    '"from pathlib import Path; from scenarios.reference import describe_data_model; '
    "Path('docs/data-model.md').write_text(describe_data_model(), encoding='utf-8')\""
)


def test_the_page_of_the_data_model_is_the_one_the_catalog_gives() -> None:
    assert PAGE.read_text(encoding="utf-8") == describe_data_model(), REGENERATE


def test_the_page_has_a_section_for_each_table_with_all_its_columns() -> None:
    sections = dict(section.split("\n", 1) for section in describe_data_model().split("\n## ")[1:])
    assert list(sections) == [table.name for table in TABLES]
    for table in TABLES:
        assert all(f"`{column}`" in sections[table.name] for column in columns_of(table))


def test_the_page_tells_each_quantity_in_a_row_of_its_table() -> None:
    lines = set(describe_data_model().splitlines())
    assert "| `existing` | {capacity} | 0 | at least 0 | yes | " + EXISTING + " |" in lines
    for quantity in QUANTITIES:
        assert any(line.startswith(f"| `{quantity.name}` | {quantity.unit} |") for line in lines)
