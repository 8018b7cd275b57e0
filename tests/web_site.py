"""A served folder for tests: small towns, a browser on this machine, and forms with their token."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from httpx2 import Response

import scenarios
from runners.web.app import create_app
from runners.web.roles import Role
from runners.web.site import Site

HOST = "http://127.0.0.1:8000"
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')
PASSWORD = "en lång mening om tåg"
SHIPPED = Path(scenarios.__file__).parent


def make_folder(folder: Path, *names: str) -> Path:
    """A folder with cases of the smallest municipality there is."""
    for name in names or ("town",):
        shutil.copytree(SHIPPED / "minimal", folder / "cases" / name)
    (folder / "runs").mkdir(exist_ok=True)
    return folder


def open_site(folder: Path, site: Site | None = None) -> TestClient:
    """A browser at the page of a folder."""
    return TestClient(create_app(folder, site), base_url=HOST, follow_redirects=True)


def find_token(page: Response) -> str:
    """What the forms of a page carry against forgery."""
    found = TOKEN.search(page.text)
    assert found is not None
    return found.group(1)


def send_form(
    client: TestClient, path: str, fields: Mapping[str, str | list[str]] | None = None, page: str = "/"
) -> Response:
    """Send a form as a page of ours would."""
    return client.post(path, data={**(fields or {}), "csrf": find_token(client.get(page))})


def open_with_users(folder: Path, **roles: Mapping[str, Role]) -> Site:
    """A site whose visitors sign in: `anna` administers it, the others have a role by case; `""` is every case."""
    site = Site(folder, users=True, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    for name, given in {"anna": {"": Role.ADMINISTRATOR}, **roles}.items():
        site.accounts.add(name)
        site.accounts.set_password(name, PASSWORD)
        for case, role in given.items():
            site.accounts.set_role(name, case, role)
    return site


def sign_in(site: Site, name: str, password: str = PASSWORD) -> TestClient:
    """A browser in which somebody has signed in."""
    client = open_site(site.folder, site)
    send_form(client, "/sign-in", {"name": name, "password": password}, "/sign-in")
    return client
