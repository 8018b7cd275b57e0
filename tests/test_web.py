"""The web page's frame: what every page has, in both languages, and how little is sent for the first."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from web_site import make_folder, open_site, send_form

from conf.words import LANGUAGES, say
from runners.cli import main
from runners.web.screens.register import SCREENS

MOST_BYTES = 150_000


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return open_site(make_folder(tmp_path))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_asks_its_question_in_both_languages(client: TestClient, lang: str) -> None:
    page = client.get("/", params={"lang": lang})
    assert page.status_code == 200
    assert f"<h1>{say('web_start_title', lang)}</h1>" in page.text
    assert f'<html lang="{lang}"' in page.text
    assert client.get("/").text.count(f'<html lang="{lang}"') == 1


def test_every_screen_has_a_name_and_a_question() -> None:
    for screen in SCREENS:
        for lang in LANGUAGES:
            assert say(screen.name, lang)
    assert len({screen.path for screen in SCREENS}) == len(SCREENS)


def test_the_first_page_and_all_that_it_loads_is_light(client: TestClient) -> None:
    """Without the charts' scripts, which are loaded where there is a chart."""
    page = client.get("/")
    addresses = {part.split('"')[0] for part in page.text.split('="/assets/')[1:]}
    loaded = [client.get(f"/assets/{name}") for name in addresses if not name.startswith("vega.")]
    assert all(answer.headers["content-encoding"] == "gzip" for answer in loaded)
    sent = len(page.content) + sum(int(answer.headers["content-length"]) for answer in loaded)
    assert sent < MOST_BYTES


def test_assets_stay_for_ever_under_the_digest_of_their_bytes(client: TestClient) -> None:
    name = next(part.split('"')[0] for part in client.get("/").text.split('="/assets/')[1:] if part.startswith("web."))
    assert "immutable" in client.get(f"/assets/{name}").headers["cache-control"]
    assert client.get("/assets/web.000000000000.css").status_code == 404
    assert client.get("/assets/..%2fapp.000000000000.py").status_code == 404


def test_a_page_that_is_not_there_is_told_with_the_way_back(client: TestClient) -> None:
    page = client.get("/nowhere", params={"lang": "en"})
    assert page.status_code == 404
    assert "<h1>There is no such page</h1>" in page.text


def test_dark_and_light_are_chosen_and_kept(client: TestClient) -> None:
    assert 'data-theme="dark"' in send_form(client, "/theme", {"theme": "dark"}).text
    assert 'data-theme="light"' in send_form(client, "/theme", {"theme": "light"}).text


NO_FOLDER = "Write a folder that exists, or none for the one that you are in."
NO_USERS = "Leave --host out, or add --users so that each visitor signs in."


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere"], f"'nowhere' is no folder that can be shown. {NO_FOLDER}"),
        (["--port", "x"], "'x' is no port. Write a whole number between 0 and 65535, for example --port 8000."),
        (
            ["--host", "192.0.2.1"],
            f"Without signing in the page answers this machine alone, not '192.0.2.1'. {NO_USERS}",
        ),
    ],
)
def test_what_cannot_be_served_is_told(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", *words, "lang=en"]) == 2
    assert capsys.readouterr().err == f"fardplan serve: {told}\n"
