"""The web page in a browser: quiet, asking nothing of others, open to everyone, on a phone, and by the mouse alone."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from web_site import make_folder

from conf.words import LANGUAGES
from runners.web.app import create_app
from runners.web.serve import make_server

CHROMIUM = shutil.which("chromium")
SERIOUS = {"serious", "critical"}
PHONE, DESKTOP = 390, 1280
MOST_BYTES = 150_000
PAGES = (
    *("/", "/case/town/economy", "/case/town/measures", "/case/town/measures/school", "/case/town/scenarios"),
    *("/case/town/runs", "/case/town/actuals", "/log"),
)
OUTCOMES = """year,outcome,subject,party,revision,source,value,unit,status
2025,measured,territorial,,2026-03,own,1234.5,kt CO2e,preliminary
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (Debian: apt install chromium)"),
    pytest.mark.filterwarnings("default"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page that is served, with its jobs run."""
    folder = make_folder(tmp_path_factory.mktemp("site"))
    (folder / "cases" / "town" / "actuals.csv").write_text(OUTCOMES)
    server = make_server(create_app(folder), "127.0.0.1", 0)
    thread = Thread(target=server.run)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(60)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_is_quiet_open_to_everyone_and_asks_nothing_of_others(
    browser: Browser, address: str, lang: str, width: int
) -> None:
    asked: list[str] = []
    said: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    found: list[str] = []
    for path in PAGES:
        page.goto(f"{address}{path}?lang={lang}")
        rules = Axe().run(page).response["violations"]
        found += [
            f"{path} {rule['id']}: {rule['nodes'][0]['html'][:100]}" for rule in rules if rule["impact"] in SERIOUS
        ]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path} is {wide} pixels too wide"] if wide > 0 else []
    page.close()
    assert [url for url in asked if not url.startswith(address)] == []
    assert said == []
    assert found == []


def test_the_first_page_is_light(browser: Browser, address: str) -> None:
    page = browser.new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(sum(request.sizes().values())))
    page.goto(address, wait_until="networkidle")
    page.close()
    assert sum(sizes) < MOST_BYTES


def test_a_test_of_rates_is_planned_by_the_mouse_alone(browser: Browser, address: str) -> None:
    """Ready-made test, reckon all, seen done: four clicks."""
    page = browser.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{address}/case/town/scenarios?lang=en")
    page.get_by_label("25 % dearer to build").check()
    page.get_by_role("button", name="Add the tests").click()
    page.get_by_role("button", name="Reckon all").click()
    page.get_by_text("done · 2 of 2").wait_for()
    page.close()


def test_the_same_works_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/case/town/measures/school?lang=en")
    life = page.locator('input[name="value.parameters.5"]')
    life.fill("33")
    page.get_by_role("button", name="Save").first.click()
    assert life.input_value() == "33"
    context.close()


def test_a_page_is_printed_without_what_cannot_be_pressed_on_paper(browser: Browser, address: str) -> None:
    page: Page = browser.new_page()
    page.goto(f"{address}/case/town/measures")
    page.emulate_media(media="print")
    assert page.locator("nav.screens").is_hidden()
    assert page.locator("main h1").is_visible()
    page.close()
