"""Files that a browser asks for beside pages: ours, htmx, and what draws charts, each under the digest of its bytes."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

from runners.reports.scripts import bundle_scripts
from runners.web.refusal import MISSING, Refusal

FOLDER = Path(__file__).parent / "assets"
CHARTS = "vega.js"
"""Vega, Vega-Lite and Vega-Embed, which come with another package and are bundled once."""
TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOREVER = "public, max-age=31536000, immutable"
DIGEST_LENGTH = 12


@dataclass(frozen=True)
class Asset:
    """A file: its address, type and bytes, also compressed."""

    address: str
    kind: str
    plain: bytes
    packed: bytes


@cache
def find_asset(name: str) -> Asset:
    """An asset by its file name; raises KeyError where there is none."""
    path = FOLDER / name
    if name == CHARTS:
        plain = bundle_scripts().encode()
    elif path.suffix in TYPES and path.parent == FOLDER and path.is_file():
        plain = path.read_bytes()
    else:
        raise KeyError(name)
    digest = hashlib.sha256(plain).hexdigest()[:DIGEST_LENGTH]
    return Asset(
        f"/assets/{path.stem}.{digest}{path.suffix}", TYPES[path.suffix], plain, gzip.compress(plain, 9, mtime=0)
    )


router = APIRouter()


@router.get("/assets/{name}", include_in_schema=False)
def send_asset(name: str, request: Request) -> Response:
    """The bytes of an asset, which never change under their address."""
    stem, _, rest = name.rpartition(".")[0].rpartition(".")
    try:
        asset = find_asset(f"{stem}.{name.rpartition('.')[2]}") if rest else None
    except (KeyError, OSError, ValueError):
        asset = None
    if asset is None or asset.address != f"/assets/{name}":
        raise Refusal(MISSING, "web_no_page")
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"cache-control": FOREVER, "vary": "accept-encoding"} | ({"content-encoding": "gzip"} if packed else {})
    return Response(asset.packed if packed else asset.plain, media_type=asset.kind, headers=headers)
