"""What is to be known of a case is found once, and again where anything of the case has changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from town import build_town

from scenarios.checks.view import View
from scenarios.choices import Choices
from scenarios.errors import Notice
from scenarios.notices import kept
from scenarios.notices.kept import find_notices_once
from scenarios.tables import Tables


def make(demand: str = "10") -> Tables:
    return build_town(
        case={"first_year": 2025, "last_year": 2026},
        commodities=[{"commodity": "gas", "purchase_price": 0.4}, {"commodity": "heat", "demand": demand}],
        technologies=[{"technology": "boiler", "existing": 5, "yield": 8.76, "flow": {"heat": 1, "gas": -1.25}}],
    )


@pytest.mark.parametrize(
    ("fields", "times"),
    [({"technology": "boiler", "found": 5.5, "year": 2026}, 1), ({"cause": Notice("no_do_nothing")}, 3)],
    ids=["as JSON holds it", "with words of its own"],
)
def test_notices_are_found_once_where_json_holds_them(
    fields: dict[str, object], times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[View] = []
    notice = Notice("magnitude", fields, "technologies.csv", 3, "value")
    monkeypatch.setattr(kept, "find_notices", lambda view: asked.append(view) or (notice,))
    for _ in range(3):
        assert find_notices_once(View(make(), Choices()), tmp_path / "told") == (notice,)
    assert len(asked) == times
    assert find_notices_once(View(make("11"), Choices()), tmp_path / "told") == (notice,)
    assert len(asked) == times + 1


def test_a_spoiled_file_is_not_believed(tmp_path: Path) -> None:
    view = View(make(), Choices())
    found = find_notices_once(view, tmp_path / "told")
    for file in (tmp_path / "told").iterdir():
        file.write_bytes(b"[]")
    assert find_notices_once(view, tmp_path / "told") == found
    assert find_notices_once(view, None) == found
