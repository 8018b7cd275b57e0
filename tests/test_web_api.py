"""The web page's questions for programs: what OpenAPI says of them, and an order from begin to end."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_web_jobs import await_end
from web_site import make_folder, open_site

from runners.web.foreman import Foreman
from runners.web.site import Site

PROGRAM = {"x-fardplan": "api"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(make_folder(tmp_path))


def test_what_can_be_asked_is_told_as_openapi(site: Site) -> None:
    told = open_site(site.folder, site).get("/api/openapi.json").json()
    asked = {f"{verb.upper()} {path}" for path, verbs in told["paths"].items() for verb in verbs}
    assert asked == {
        "GET /api/v1/cases",
        "GET /api/v1/cases/{case}/runs",
        "POST /api/v1/cases/{case}/jobs",
        "GET /api/v1/jobs/{job}",
        "DELETE /api/v1/jobs/{job}",
        "GET /api/v1/runs/{run}",
        "GET /api/v1/runs/{run}/tables/{table}",
    }


def test_an_order_waits_and_may_be_stopped(site: Site) -> None:
    client = open_site(site.folder, site)
    order = {"command": "plan", "choices": ["solver=relaxed"], "name": "by program"}
    begun = client.post("/api/v1/cases/town/jobs", json=order, headers=PROGRAM)
    assert (begun.status_code, begun.json()["state"]) == (202, "queued")
    job = f"/api/v1/jobs/{begun.json()['id']}"
    assert client.get(job).json() == begun.json()
    assert client.delete(job, headers=PROGRAM).json()["state"] == "stopped"


def test_what_is_wrong_is_told_as_json(site: Site) -> None:
    client = open_site(site.folder, site)
    answer = client.post(
        "/api/v1/cases/town/jobs?lang=en", json={"command": "plan", "choices": ["out=x"]}, headers=PROGRAM
    )
    assert answer.status_code == 422
    way = "Write key=value as to fardplan plan, without folders and files."
    assert answer.json() == {"problems": [f"'out=x' is no choice that a program may make. {way}"]}


@pytest.mark.slow
def test_an_order_becomes_a_run_whose_tables_are_read(site: Site) -> None:
    client = open_site(site.folder, site)
    begun = client.post("/api/v1/cases/town/jobs", json={"command": "plan"}, headers=PROGRAM).json()
    await_end(Foreman(site), begun["id"])
    run = client.get(f"/api/v1/jobs/{begun['id']}").json()["run"]
    about = client.get(f"/api/v1/runs/{run}").json()
    assert about["kind"] == "plan"
    rows = client.get(f"/api/v1/runs/{run}/tables/costs").json()
    lines = client.get(f"/api/v1/runs/{run}/tables/costs?form=csv").text.splitlines()
    assert len(lines) == len(rows) + 1
