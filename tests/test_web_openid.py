"""Signing in by the municipality's own service, against one inside the test that can also lie."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from web_site import make_folder, open_with_users

from runners.web.app import create_app
from runners.web.openid import OpenId, read_openid
from runners.web.site import Site

ISSUER, CLIENT, SECRET = "https://id.example", "fardplan", "a secret"
GOOD = RSAKey.generate_key(2048, parameters={"kid": "good"}, auto_kid=False)
EVIL = RSAKey.generate_key(2048, parameters={"kid": "good"}, auto_kid=False)
Change = Callable[[dict[str, Any]], object]


class Service:
    """A service that signs in whoever comes, as `sub`."""

    def __init__(self, change: Change = bool, key: RSAKey = GOOD, issuer: str = ISSUER) -> None:
        self.change, self.key, self.issuer = change, key, issuer
        self.asked: dict[str, str] = {}

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/.well-known/openid-configuration":
            ends = {f"{name}_endpoint": f"{ISSUER}/{name}" for name in ("authorization", "token")}
            return httpx2.Response(200, json={"issuer": self.issuer, "jwks_uri": f"{ISSUER}/keys", **ends})
        if request.url.path == "/keys":
            return httpx2.Response(200, json={"keys": [GOOD.as_dict(private=False)]})
        given = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(given["code_verifier"].encode()).digest()).rstrip(b"=")
        if challenge.decode() != self.asked["code_challenge"] or given["code"] != "a code":
            return httpx2.Response(400)
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": ISSUER, "aud": CLIENT, "sub": "42", "iat": now, "exp": now + 60, "nonce": self.asked["nonce"],
            "preferred_username": "eva",
        }  # fmt: skip
        self.change(claims)
        return httpx2.Response(200, json={"id_token": jwt.encode({"alg": "RS256", "kid": "good"}, claims, self.key)})


def make_app(site: Site, service: Service) -> FastAPI:
    """A host that serves a site."""
    app = create_app(site.folder, site)
    app.state.openid = OpenId(
        ISSUER, CLIENT, SECRET, make_client=lambda: httpx2.Client(transport=httpx2.MockTransport(service.answer))
    )
    return app


def sign_in_by(folder: Path, service: Service, *, other_browser: bool = False) -> httpx2.Response:
    """Sign in as a browser does, sent there and back."""
    app = make_app(open_with_users(folder), service)
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    there = client.get("/openid/begin", follow_redirects=False).headers["location"]
    assert there.startswith(f"{ISSUER}/authorization?")
    service.asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
    back = {"state": service.asked["state"], "code": "a code"}
    coming = TestClient(app, base_url="http://127.0.0.1:8000") if other_browser else client
    return coming.get("/openid/end", params=back)


def test_who_signs_in_there_is_in_here_without_a_role_until_one_is_given(tmp_path: Path) -> None:
    answer = sign_in_by(make_folder(tmp_path), Service())
    assert (answer.status_code, answer.url.path) == (200, "/")
    assert ">eva</a>" in answer.text
    assert "/case/town/" not in answer.text


def _of(name: str, value: Any) -> Change:
    return lambda claims: claims.update({name: value})


LIES: dict[str, Service] = {
    "another audience": Service(_of("aud", "another")),
    "another issuer": Service(_of("iss", "https://evil.example")),
    "an old token": Service(_of("exp", 1)),
    "another visit's nonce": Service(_of("nonce", "x")),
    "a token for another party": Service(_of("azp", "another")),
    "nobody": Service(lambda claims: claims.pop("sub")),
    "another's key": Service(key=EVIL),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_the_service_cannot_have_said_is_refused(lie: str, tmp_path: Path) -> None:
    answer = sign_in_by(make_folder(tmp_path), LIES[lie])
    assert (answer.status_code, "godtogs inte" in answer.text) == (403, True)


def test_who_did_not_begin_here_does_not_end_here(tmp_path: Path) -> None:
    assert sign_in_by(make_folder(tmp_path), Service(), other_browser=True).status_code == 403


@pytest.mark.usefixtures("any_base")
def test_what_began_at_one_host_ends_at_another_and_once(tmp_path: Path) -> None:
    service, site = Service(), open_with_users(make_folder(tmp_path))
    here, there = (
        TestClient(make_app(each, service), base_url="http://127.0.0.1:8000")
        for each in (site, Site(tmp_path, users=True))
    )
    begun = here.get("/openid/begin", follow_redirects=False).headers["location"]
    service.asked = {name: values[0] for name, values in parse_qs(urlsplit(begun).query).items()}
    there.cookies.update(here.cookies)
    back = {"state": service.asked["state"], "code": "a code"}
    assert ">eva</a>" in there.get("/openid/end", params=back).text
    assert here.get("/openid/end", params=back).status_code == 403


def test_a_folder_names_its_service(tmp_path: Path) -> None:
    assert read_openid(tmp_path) is None
    (tmp_path / "openid.toml").write_text(f'issuer = "{ISSUER}"\nclient_id = "a"\nclient_secret = "{SECRET}"\n')
    service = read_openid(tmp_path)
    assert service is not None
    assert (service.issuer, service.client) == (ISSUER, "a")
    assert SECRET not in repr(service)
