"""The report in a browser: offline, quiet, in two languages, with tooltips, to be printed, and open to everyone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fake_sweep import write_sweep
from playwright.sync_api import Browser, Page, sync_playwright

from runners.chosen import choose
from runners.commands.report import run_report
from runners.overrides import read_config
from runners.record import write_run
from runners.solve import solve_case

CHROMIUM = shutil.which("chromium")
ROOT = Path(__file__).parent.parent
SERIOUS = {"serious", "critical"}
READY = ".edition:not([hidden])[data-drawn]"
A4_PIXELS = 794
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (Debian: apt install chromium)"),
    pytest.mark.filterwarnings("default"),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of Lund beside a sweep of 120 scenarios."""
    folder = tmp_path_factory.mktemp("report")
    config = read_config([f"out={folder / 'lund'}"])
    outcome = solve_case(ROOT / "scenarios" / "lund", choose(config))
    from datetime import UTC, datetime

    run = write_run(outcome, config, ROOT / "scenarios" / "lund", datetime(2026, 11, 24, tzinfo=UTC))
    run_report([str(run), str(write_sweep(folder / "sweep", 120)), "--out", str(folder / "lund.html")])
    return folder / "lund.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(60_000)
    page.goto(report.as_uri())
    page.wait_for_selector(READY)
    yield page
    page.close()


def test_nothing_is_asked_of_the_network_and_the_console_is_quiet(browser: Browser, report: Path) -> None:
    asked: list[str] = []
    said: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(report.as_uri())
    page.wait_for_selector(READY, timeout=60_000)
    page.click("[data-switch=en]")
    page.wait_for_selector("#edition-en[data-drawn]", timeout=60_000)
    page.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []


def test_a_button_turns_the_whole_page_to_the_other_language(page: Page) -> None:
    assert page.locator("h1:visible").inner_text() == "Lund: klimatinvesteringsplan 2025–2045"
    page.click("[data-switch=en]")
    page.wait_for_selector("#edition-en[data-drawn]")
    assert page.locator("h1:visible").inner_text() == "Lund: climate investment plan 2025–2045"
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == "Lund: climate investment plan 2025–2045"
    assert page.evaluate("document.activeElement.dataset.switch") == "sv"
    assert page.locator("#edition-sv").is_hidden()


def test_a_chart_tells_its_figures_under_the_pointer(page: Page) -> None:
    bar = page.locator("#sv-gains-chart .plot svg .mark-rect path").first
    bar.hover()
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    assert "1\u00a0619,3" in tooltip.inner_text()


def test_a_legend_picks_a_series_out(page: Page) -> None:
    def count_faint() -> int:
        return page.locator("#sv-outlays-chart .plot svg path[opacity='0.15']").count()

    assert count_faint() == 0
    page.locator("#sv-outlays-chart .role-legend-label text").first.click()
    page.wait_for_function("document.querySelectorAll('#sv-outlays-chart .plot svg path[opacity=\"0.15\"]').length > 0")
    assert count_faint() > 0


def test_a_scenario_is_found_by_word_value_and_order(page: Page) -> None:
    finder = page.locator("#edition-sv .finder")
    finder.locator("select").first.select_option("hög")
    assert finder.locator("[data-count]").inner_text() == "60 av 120 scenarier"
    heads = finder.locator("thead button")
    heads.nth(4).click()
    heads.nth(4).click()
    assert finder.locator("thead th").nth(4).get_attribute("aria-sort") == "descending"
    assert finder.locator("tbody th").nth(1).inner_text() == "117"
    finder.locator("[data-search]").fill("olösbar")
    assert finder.locator("[data-count]").inner_text() == "1 av 120 scenarier"


def test_on_paper_only_the_report_is_left_and_nothing_is_cut(page: Page) -> None:
    page.set_viewport_size({"width": A4_PIXELS - 136, "height": 1000})
    page.emulate_media(media="print")
    assert page.locator("nav.contents:visible, .switch:visible, form:visible").count() == 0
    wide = page.evaluate(
        "[...document.querySelectorAll('#edition-sv table, #edition-sv .plot svg')]"
        ".filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)"
        ".map(e => e.id || e.parentElement.id)"
    )
    assert wide == []
    assert len(page.pdf(format="A4", prefer_css_page_size=True)) > 100_000


def test_the_first_stop_of_the_keyboard_skips_to_the_content(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Till innehållet"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#sv-main"


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_axe_finds_nothing_serious(page: Page, lang: str) -> None:
    if lang == "en":
        page.click("[data-switch=en]")
        page.wait_for_selector("#edition-en[data-drawn]")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found if each["impact"] in SERIOUS] == []
