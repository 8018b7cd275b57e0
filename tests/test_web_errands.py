"""Three errands with the mouse alone: found without help, and no longer than docs/web.md says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import errands
import pytest
import town
from account_towns import draw_rich_town
from errands import MEASURE, Hand
from playwright.sync_api import Page, sync_playwright

from conf.words import say
from runners.web.app import create_app
from runners.web.serve import make_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(errands.CHROMIUM is None, reason="chromium is not installed (Debian: apt install chromium)"),
    pytest.mark.filterwarnings("default"),
]
RATES, GRANT, OWN = 4, 3, 22
"""Steps that docs/web.md names."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A browser at the measures of the rich town, whose jobs are run."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "cases").mkdir()
    town.write_town(folder / "cases" / "rich", town.build_town(**draw_rich_town()))
    server = make_server(create_app(folder), "127.0.0.1", 0)
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=errands.CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(120_000)
        page.goto(f"http://127.0.0.1:{port}/case/rich/measures?lang=sv")
        yield page
        browser.close()
    server.should_exit = True
    thread.join(60)


def test_rates_rise_and_taxes_fall_by_two_levers(page: Page) -> None:
    hand = Hand(page)
    told = errands.move_rates_and_taxes(hand)
    assert say("web_live_parts", "sv") in told
    assert hand.steps == RATES


def test_a_grant_is_refused_by_its_lever(page: Page) -> None:
    hand = Hand(page)
    told = errands.refuse_grant(hand, "support")
    assert say("web_live_parts", "sv") in told
    assert hand.steps <= GRANT


def test_a_measure_of_one_s_own_is_added_forced_and_compared(page: Page) -> None:
    hand = Hand(page)
    told = errands.add_and_compare(hand, {**MEASURE, "saves": "heat", "owner": "city"}, own=True)
    assert "mnkr" in told
    assert hand.steps == OWN
    assert (Path(page.url.split("/run/")[1]).parts[0]).startswith("rich-")
