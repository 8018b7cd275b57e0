"""What stands before every request: which hosts are asked for, how much is sent how slowly, which headers go back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runners.web.refusal import MISDIRECTED, TOO_LARGE, TOO_SLOW
from runners.web.site import Site

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing but files of ours: no script or style that stands in a page, and nothing from elsewhere."""
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
)
SECURE = ("strict-transport-security", "max-age=31536000")
"""Where visitors come by HTTPS, they come so the next time too."""


class Guards:
    """The outermost layer: requests to other hosts, too large or too slow ones end here; answers get their headers."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.site = site
        self.headers = {**HEADERS, **dict([SECURE] if site.secure else [])}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, limits = Headers(scope=scope), self.site.limits
        body = _Body(receive, limits.bytes, limits.patience)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    answer.setdefault(name, value)
                answer.setdefault("cache-control", "no-store")
            await send(message)

        refused = _name_host(headers.get("host", "")) not in self.site.hosts
        length = headers.get("content-length", "0")
        if refused:
            answer = PlainTextResponse("misdirected request", MISDIRECTED)
        elif not length.isdecimal() or int(length) > limits.bytes:
            answer = PlainTextResponse("content too large", TOO_LARGE)
        else:
            await self.app(scope, body.receive, send_with_headers)
            return
        await answer(scope, receive, send_with_headers)


class _Body:
    """What a visitor sends, counted and timed as it comes; an HTTPException is passed on by those who read it."""

    def __init__(self, receive: Receive, most: int, patience: float) -> None:
        self._receive = receive
        self._left = most
        self._until = asyncio.get_running_loop().time() + patience
        self._whole = False

    async def receive(self) -> Message:
        """The next piece."""
        if self._whole:  # whoever listens now waits for the visitor to leave
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(TOO_SLOW) from None
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(TOO_LARGE)
        self._whole = not message.get("more_body", False)
        return message


def _name_host(host: str) -> str:
    """A host without its port.

    >>> _name_host("LOCALHOST:8000"), _name_host("[::1]:8000"), _name_host("fardplan.lund.se")
    ('localhost', '[::1]', 'fardplan.lund.se')
    """
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdecimal() else host.lower()
