"""Signing in by the municipality's own service: OpenID Connect with a code, PKCE, state and nonce.

`openid.toml` in the served folder says which: `issuer`, `client_id`, `client_secret`, and if wanted `name` (the claim
that a user is called by) and `hosts` (others than the issuer's that its addresses may be at).
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from runners.web.base import Base
from runners.web.deeds import note_deed
from runners.web.preferences import SEE_OTHER
from runners.web.refusal import FORBIDDEN, MISSING, Refusal
from runners.web.render import keep_visit
from runners.web.screens.sign_in import find_inside
from runners.web.users import digest
from runners.web.visitor import Asked, Served

FILE = "openid.toml"
DISCOVERY = "/.well-known/openid-configuration"
CALLBACK = "/openid/end"
SIGNED = ("RS256", "PS256", "ES256")
"""How a token may be signed: none that a client's secret, or nobody, could make."""
LASTING, SKEW, PATIENCE = 600.0, 60.0, 10.0
MOST_WAITING = 1000
router = APIRouter()


@dataclass(frozen=True)
class Begun:
    """A sign-in that was begun in a browser, and is waited for; on whichever host it ends."""

    nonce: str
    verifier: str


@dataclass
class OpenId:
    """The service by which users sign in.

    Args:
        issuer: its address.
        client, secret: what this page is to it.
        claim: what a user is called by.
        hosts: others than the issuer's that its addresses may be at.
        make_client: how it is asked; tests give one that answers itself.
    """

    issuer: str
    client: str
    secret: str = field(repr=False)
    claim: str = "preferred_username"
    hosts: tuple[str, ...] = ()
    make_client: Callable[[], httpx2.Client] = lambda: httpx2.Client(timeout=PATIENCE)

    def begin(self, base: Base, session: str, back: str) -> str:
        """The service's address at which somebody signs in."""
        state, begun = token_urlsafe(), Begun(token_urlsafe(), token_urlsafe(48))
        _keep_begun(base, state, session, begun)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self.client, "redirect_uri": back, "scope": "openid profile",
            "state": state, "nonce": begun.nonce, "code_challenge": challenge,
            "code_challenge_method": "S256",
        }  # fmt: skip
        with self.make_client() as client:
            return f"{self._discover(client)['authorization_endpoint']}?{urlencode(asked)}"

    def end(self, base: Base, session: str, state: str, code: str, back: str) -> tuple[str, str]:
        """Who signed in: the service's own name for them, and what they are called.

        Raises:
            Refusal: nobody began this in that browser, or what the service says does not hold.
        """
        begun = _take_begun(base, state, session)
        if begun is None or not code:
            raise Refusal(FORBIDDEN, "web_openid_refused")
        try:
            claims = self._ask(begun, code, back)
        except (httpx2.HTTPError, JoseError, KeyError, ValueError, TypeError):
            raise Refusal(FORBIDDEN, "web_openid_refused") from None
        subject = str(claims["sub"])
        return f"{self.issuer}|{subject}", str(claims.get(self.claim) or subject)

    def _ask(self, begun: Begun, code: str, back: str) -> Mapping[str, Any]:
        with self.make_client() as client:
            about = self._discover(client)
            given = {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": back,
                "code_verifier": begun.verifier,
            }
            answer = client.post(about["token_endpoint"], data=given, auth=(self.client, self.secret))
            answer.raise_for_status()
            keys = client.get(about["jwks_uri"])
            keys.raise_for_status()
        token = jwt.decode(answer.json()["id_token"], KeySet.import_key_set(keys.json()), algorithms=list(SIGNED))
        rules = jwt.JWTClaimsRegistry(
            leeway=int(SKEW),
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": begun.nonce},
        )
        rules.validate(token.claims)
        if token.claims.get("azp", self.client) != self.client:
            raise ValueError("a token for another")
        return token.claims

    def _discover(self, client: httpx2.Client) -> Mapping[str, str]:
        answer = client.get(self.issuer.rstrip("/") + DISCOVERY)
        answer.raise_for_status()
        about: dict[str, str] = answer.json()
        known = {urlsplit(self.issuer).netloc, *self.hosts}
        ends = [about[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        good = all(urlsplit(end).scheme == "https" and urlsplit(end).netloc in known for end in ends)
        if about.get("issuer") != self.issuer or not good:
            raise ValueError("a service that says it is another")
        return about


def _keep_begun(base: Base, state: str, session: str, begun: Begun) -> None:
    """Remember who began, for a while; beyond so many the oldest is forgotten."""
    with base.write() as written:
        written.execute("delete from begun where until < clock()")
        if written.execute("select count(*) as number from begun").fetchall()[0]["number"] >= MOST_WAITING:
            written.execute("delete from begun where until = (select min(until) from begun)")
        order = "insert into begun values (?, ?, ?, ?, clock() + ?)"
        written.execute(order, [state, digest(session), begun.nonce, begun.verifier, LASTING])


def _take_begun(base: Base, state: str, session: str) -> Begun | None:
    """What was begun, once; None where it was not, in another browser, or too long ago."""
    order = "delete from begun where state = ? returning session, nonce, verifier, until > clock() as waited"
    for row in base.ask(order, [state]):
        if row["session"] == digest(session) and row["waited"]:
            return Begun(row["nonce"], row["verifier"])
    return None


def read_openid(folder: Path) -> OpenId | None:
    """The service that a folder names; None where it names none."""
    path = folder / FILE
    if not path.is_file():
        return None
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    hosts = tuple(str(host) for host in said.get("hosts", ()))
    claim = str(said.get("name", "preferred_username"))
    return OpenId(str(said["issuer"]), str(said["client_id"]), str(said["client_secret"]), claim, hosts)


@router.get("/openid/begin")
def begin(request: Request, site: Served, visitor: Asked) -> Response:
    """On to the municipality's service."""
    answer = RedirectResponse(_require(request).begin(site.base, visitor.session, _find_back(request)), SEE_OTHER)
    return keep_visit(request, answer, visitor.session) if visitor.fresh else answer


@router.get(CALLBACK)
def end(request: Request, site: Served, visitor: Asked, state: str = "", code: str = "") -> Response:
    """Back from it: a visit begins."""
    subject, called = _require(request).end(site.base, visitor.session, state, code, _find_back(request))
    name = site.accounts.admit_subject(subject, called)
    if name is None:
        note_deed(site.base, called[:80], "sign_in_refused")
        raise Refusal(FORBIDDEN, "web_openid_refused")
    note_deed(site.base, name, "signed_in")
    return keep_visit(request, RedirectResponse(find_inside("/"), SEE_OTHER), site.accounts.begin_visit(name))


def _require(request: Request) -> OpenId:
    service: OpenId | None = request.app.state.openid
    if service is None:
        raise Refusal(MISSING, "web_no_page")
    return service


def _find_back(request: Request) -> str:
    scheme = "https" if request.app.state.site.secure else "http"
    return str(request.base_url.replace(scheme=scheme)).rstrip("/") + CALLBACK
