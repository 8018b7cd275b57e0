"""What a user is told although nothing is wrong: place and text, cut on the screen, whole for programs."""

import json

import pytest
from town import build_town

from runners.reports.notices import write_notices
from scenarios.checks.view import View
from scenarios.choices import Choices
from scenarios.errors import Notice
from scenarios.notices import notices
from scenarios.notices.notices import find_notices, list_notices


def test_a_notice_tells_its_place_and_its_text():
    notice = Notice("place_row", {"row": 7}, "flows.csv", 3, "value")
    assert notice.tell("en") == "flows.csv row 3, column 'value': row 7"
    assert Notice("place_row", {"row": 7}).tell("sv") == "rad 7"


def test_the_screen_shows_the_first_notices_and_counts_the_rest():
    lines = write_notices([Notice("place_row", {"row": row}) for row in range(9)], "en", most=2)
    assert lines == ["To know:", "  - row 0", "  - row 1", "    and 7 more: fardplan check shows them all"]
    assert write_notices([], "sv") == []


def test_programs_get_key_place_and_both_texts():
    entry = list_notices([Notice("place_row", {"row": 7}, "flows.csv", 3)])[0]
    assert json.loads(json.dumps(entry))["sv"] == "flows.csv rad 3: rad 7"
    assert (entry["key"], entry["file"], entry["row"], entry["column"]) == ("place_row", "flows.csv", 3, None)


def test_each_notice_is_found_once(monkeypatch: pytest.MonkeyPatch):
    twice = [Notice("place_row", {"row": 1})] * 2
    monkeypatch.setattr(notices, "NOTICES", (lambda _: twice, lambda _: twice))
    assert find_notices(View(build_town(accounts=[{"account": "co2"}], case={"first_year": 2025}), Choices())) == (
        twice[0],
    )
