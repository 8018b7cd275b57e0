"""The screens in a browser: both languages, desk and phone, no serious fault of access, quiet, nothing from outside."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import made_results
import pytest
import town
import uvicorn
import workbook_runs
from account_towns import draw_rich_town
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from conf.words import LANGUAGES, say
from runners.cli import main
from runners.reports.run_folder import open_run
from runners.web.app import create_app

CHROMIUM = shutil.which("chromium")
SERIOUS = {"serious", "critical"}
DESK, PHONE = (1280, 900), (390, 844)
WAIT = 600_000
"""The first page of a plan is written for minutes where many programs share the processor."""
SCREENS = {
    "result": "/run/plan/result",
    "money": "/run/plan/result?part=money",
    "ground": "/run/plan/result?part=ground",
    "curves": "/run/plan/curves",
    "why": "/run/plan/why",
    "risk": "/run/plan/risk",
    "follow": "/run/plan/follow",
    "live": "/case/rich/live",
    "start": "/",
    "economy": "/case/rich/economy",
    "economy in current prices": "/case/rich/economy?money=current",
    "measures": "/case/rich/measures",
    "scenarios": "/case/rich/scenarios",
    "runs": "/case/rich/runs",
}
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (Debian: apt install chromium)"),
    pytest.mark.filterwarnings("default"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    (folder / "cases").mkdir()
    case = town.write_town(folder / "cases" / "rich", town.build_town(**draw_rich_town()))
    runs = folder / "runs"
    workbook_runs.run_case(case, runs / "plan")
    manifest = open_run(runs / "plan").manifest
    about = {"case": "rich", "digest": manifest["digest"], "config": {"case": {"path": str(case)}}}
    made_results.keep_why(runs / "why", **about)
    made_results.keep_near(runs / "near", **about)
    own = ("case=own", f"case.path='{case}'", "lang=sv")
    for kind in ("measures", "system"):
        assert main(["curve", *own, f"curve.kind={kind}", f"out='{runs / kind}'"]) == 0
    assert main(["plan", "case=minimal", f"out='{runs / 'small'}'", "lang=sv"]) == 0
    assert main(["curve", "case=minimal", "curve.kind=measures", f"out='{runs / 'bars'}'", "lang=sv"]) == 0
    tried = ["stress", str(runs / "plan"), "--with", "rate_plus_1", "--pairs", "2", "--workers", "1"]
    assert main([*tried, "--out", str(runs / "stress"), "lang=sv"]) == 0
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The page of a folder, served on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(folder)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
    app.state.live.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def open_page(browser: Browser, address: str, size: tuple[int, int], said: list[str]) -> Page:
    """A page that keeps what its console says and what it asks of others."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.set_default_timeout(WAIT)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith((address, "data:")) else said.append(asked.url))
    return page


def look_at(page: Page, address: str, path: str, lang: str) -> None:
    """Open a screen and wait until all that comes later is there; of one with a stream of jobs until it is loaded."""
    page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={lang}")
    if path.endswith("/live"):
        page.wait_for_selector(".levers")
    page.wait_for_load_state("load" if path.endswith("/scenarios") else "networkidle")
    for plot in page.locator("[data-spec]").all():
        plot.locator("svg").first.wait_for(state="attached")


def check_page(page: Page, said: list[str], name: str) -> None:
    """No serious fault of access, no word on the console, no wider than the window."""
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in SERIOUS] == [], name
    assert said == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_screen_is_open_to_everyone_and_quiet(
    browser: Browser, address: str, size: tuple[int, int], lang: str
) -> None:
    said: list[str] = []
    page = open_page(browser, address, size, said)
    for name, path in SCREENS.items():
        look_at(page, address, path, lang)
        check_page(page, said, f"{name} {lang}")
    page.close()


@pytest.mark.slow
def test_a_lever_is_moved_with_the_keyboard_and_the_plan_follows(browser: Browser, address: str) -> None:
    said: list[str] = []
    page = open_page(browser, address, DESK, said)
    look_at(page, address, SCREENS["live"], "sv")
    assert say("web_live_none", "sv") in page.locator("#answer").inner_text()
    lever = page.locator("input[name='adjust.capex.all']")
    lever.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.locator("#answer .told", has_text="+15").wait_for()
    told = page.locator("#answer").inner_text()
    assert say("live_key_adjust.capex.all", "sv") in told
    assert say("web_live_parts", "sv") in told
    page.click(f"text={say('web_live_why', 'sv')}")
    page.wait_for_selector("#live_bridge-title")
    check_page(page, said, "moved")
    page.close()


@pytest.mark.slow
def test_in_the_dark_and_without_scripts_all_is_there(browser: Browser, address: str) -> None:
    page = browser.new_page(color_scheme="dark")
    look_at(page, address, SCREENS["result"], "sv")
    said: list[str] = []
    check_page(page, said, "dark")
    page.close()
    plain = browser.new_page(java_script_enabled=False)
    plain.goto(f"{address}/case/rich/live/levers", timeout=WAIT)
    plain.locator("button.first").click()
    assert plain.locator("#answer .facts").count() == 1
    plain.close()


@pytest.mark.slow
def test_the_charts_of_a_screen_are_drawn_under_a_strict_policy(browser: Browser, address: str) -> None:
    said: list[str] = []
    page = open_page(browser, address, DESK, said)
    look_at(page, address, SCREENS["result"], "sv")
    assert page.locator(".plot svg").count() >= 1
    assert said == []
    page.close()


@pytest.mark.slow
def test_a_bar_of_a_cost_curve_leads_to_the_dossier_of_its_measure(browser: Browser, address: str) -> None:
    said: list[str] = []
    page = open_page(browser, address, DESK, said)
    look_at(page, address, "/run/small/curves", "sv")
    bar = page.locator("[data-dossiers] .mark-rect path").first
    bar.scroll_into_view_if_needed()
    bar.click()
    page.wait_for_url("**/case/minimal/measures/*")
    assert page.url.endswith("#dossier")
    assert page.get_by_role("button", name=say("web_dossier_order", "sv")).is_visible()
    assert said == []
    page.close()
