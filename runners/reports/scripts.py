"""The scripts that draw the charts of a page: Vega, Vega-Lite and Vega-Embed as one, bundled once for each version.

Bundling takes three seconds, so a bundle is kept in the user's cache folder after the digest of its own bytes. One that
is not what was written is made again.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from conf.cache import cache_folder, write_aside

EMBED = "window.vegaEmbed = vegaEmbed;"
"""What the scripts of charts give to ours."""
DIGEST_BYTES = 32
"""Bytes of SHA-256 at the start of a file, of all that follows."""


def bundle_scripts(folder: Path | None = None) -> str:
    """Vega, Vega-Lite and Vega-Embed as one script.

    Args:
        folder: where bundles are kept; None: in the user's cache.
    """
    path = (folder or cache_folder("scripts")) / f"vl-convert-{version('vl-convert-python')}.js"
    kept = _read(path)
    if kept is not None:
        return kept
    from vl_convert import javascript_bundle

    bundle = str(javascript_bundle(EMBED))
    content = bundle.encode()
    with suppress(OSError):  # a folder that cannot be written keeps nothing, and that is no error
        write_aside(path, lambda aside: aside.write_bytes(hashlib.sha256(content).digest() + content))
    return bundle


def _read(path: Path) -> str | None:
    """The bundle in a file; None where there is none, or where its bytes are not those that were written."""
    if not path.is_file():  # a folder, a device or a pipe in its place is nothing of ours
        return None
    try:
        content = path.read_bytes()
    except OSError:
        return None
    told, bundle = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
    return bundle.decode() if hashlib.sha256(bundle).digest() == told else None
