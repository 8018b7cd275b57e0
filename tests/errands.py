"""Three errands of a finance officer, walked in a browser with the mouse: each press, choice and field is a step.

`python tests/errands.py ADDRESS CASE` walks them at a page that is served, and tells steps and seconds.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, sync_playwright

from conf.words import say

CHROMIUM = shutil.which("chromium")
WAIT = 900_000
LANG = "sv"
RATE, TAXES = "shift.rate.all", "adjust.taxes_and_grants.all"
THUMB = 16
"""Pixels of what is dragged on a lever."""


@dataclass
class Hand:
    """A hand on the mouse: what it does is counted, and how long it waited for plans is kept apart."""

    page: Page
    steps: int = 0
    waited: float = 0.0

    def press(self, place: Locator) -> None:
        """One press."""
        place.scroll_into_view_if_needed()
        place.click()
        self.steps += 1

    def drag(self, lever: Locator, number: float) -> None:
        """Press a lever where its number is."""
        lever.scroll_into_view_if_needed()
        low, high = (float(lever.get_attribute(end) or 0.0) for end in ("min", "max"))
        box = lever.bounding_box()
        assert box is not None
        across = THUMB / 2 + (number - low) / (high - low) * (box["width"] - THUMB)
        self.page.mouse.click(box["x"] + across, box["y"] + box["height"] / 2)
        assert abs(float(lever.input_value()) - number) <= float(lever.get_attribute("step") or 0.0) / 2
        self.steps += 1

    def fill(self, place: Locator, text: str) -> None:
        """One field."""
        place.fill(text)
        self.steps += 1

    def choose(self, place: Locator, label: str) -> None:
        """One choice."""
        place.select_option(label)
        self.steps += 1

    def wait(self, seen: Callable[[], Locator]) -> None:
        """Until something is there."""
        began = time.monotonic()
        seen().first.wait_for(timeout=WAIT)
        self.waited += time.monotonic() - began


def find_button(page: Page, key: str) -> Locator:
    """A button by its message."""
    return page.get_by_role("button", name=say(key, LANG), exact=True).first


def find_link(page: Page, key: str) -> Locator:
    """A screen in the navigation."""
    return page.locator("nav.screens").get_by_role("link", name=say(key, LANG), exact=True)


def move_rates_and_taxes(hand: Hand) -> str:
    """All rates +1 point and taxes -2 %: what the plan then costs, and the bridge of it."""
    page = hand.page
    hand.press(find_link(page, "web_live"))
    page.wait_for_selector(".levers", timeout=WAIT)
    hand.drag(page.locator(f"input[name='{RATE}']"), 0.01)
    hand.wait(lambda: page.locator("#answer .told", has_text="+1"))
    hand.drag(page.locator(f"input[name='{TAXES}']"), 0.98)
    hand.wait(lambda: page.locator("#answer .told", has_text="−2"))
    hand.press(find_button(page, "web_live_why"))
    hand.wait(lambda: page.locator("#live_bridge-title"))
    return page.locator("#answer .told p").first.inner_text()


def refuse_grant(hand: Hand, pool: str) -> str:
    """A grant is refused: its lever at its left end."""
    page = hand.page
    hand.press(find_link(page, "web_live"))
    page.wait_for_selector(".levers", timeout=WAIT)
    lever = page.locator(f"input[name='adjust.pool.{pool}']")
    if not lever.is_visible():
        hand.press(page.locator("summary", has_text=say("live_group_grants", LANG)))
    hand.drag(lever, 0.0)
    hand.wait(lambda: page.locator("#answer .told", has_text="−100"))
    return page.locator("#answer .told p").first.inner_text()


def plan_now(hand: Hand) -> None:
    """A plan of the case as it is, until it is done."""
    page = hand.page
    hand.press(find_link(page, "web_scenarios"))
    hand.press(find_button(page, "web_plan_now"))
    row = page.locator("[sse-connect] tbody tr").first
    hand.wait(lambda: row.get_by_text(say("web_job_done", LANG)))


def add_and_compare(hand: Hand, measure: Mapping[str, str], own: bool) -> str:
    """An own measure added, forced, planned with and compared with the plan without it."""
    page = hand.page
    hand.press(find_link(page, "web_measures"))
    if not own:
        hand.press(find_button(page, "web_copy"))
    plan_now(hand)
    hand.press(find_link(page, "web_measures"))
    for name, text in measure.items():
        field = page.locator(f"form [name='{name}']").first
        (hand.choose if field.evaluate("each => each.tagName") == "SELECT" else hand.fill)(field, text)
    hand.press(find_button(page, "web_measure_add"))
    plan_now(hand)
    hand.press(page.locator("[sse-connect] tbody tr th a").first)
    without = page.locator("select[name='against'] option").nth(1).get_attribute("value") or ""
    hand.choose(page.locator("select[name='against']"), without)
    hand.press(find_button(page, "web_result_compare"))
    hand.press(find_button(page, "web_order_compare"))
    row = page.locator("[sse-connect] tbody tr").first
    hand.wait(lambda: row.get_by_text(say("web_job_done", LANG)))
    hand.press(find_link(page, "web_result"))
    hand.choose(page.locator("select[name='against']"), without)
    hand.press(find_button(page, "web_result_compare"))
    return page.locator("main section p").first.inner_text()


MEASURE = {
    "name": "Ett eget snålt hus", "start": "2027", "outlay": "3", "amount": "1", "life": "20", "status": "forced",
}  # fmt: skip
"""But for who owns it and what it saves, which are things of the case."""


def main(address: str, case: str, pool: str, saves: str, owner: str) -> None:
    """Walk all three and tell how many steps and seconds each took."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        own = {**MEASURE, "saves": saves, "owner": owner}
        errands: list[Callable[[Hand], str]] = [
            move_rates_and_taxes,
            lambda hand: refuse_grant(hand, pool),
            lambda hand: add_and_compare(hand, own, own=False),
        ]
        for walk in errands:
            page.goto(f"{address}/case/{case}/measures?lang={LANG}")
            hand, began = Hand(page), time.monotonic()
            told = walk(hand)
            print(f"{hand.steps} steps, {time.monotonic() - began:.0f} s, {hand.waited:.0f} of them waiting: {told}")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:6])
