"""The scripts that draw the charts of a page: Vega, Vega-Lite and Vega-Embed as one, bundled once for each version.

Bundling takes three seconds, so a bundle is kept in the user's cache folder after the digest of its own bytes. One that
is not what was written is made again.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from conf.cache import cache_folder, keep, read_kept

EMBED = "window.vegaEmbed = vegaEmbed;"
"""What the scripts of charts give to ours."""
MOST_KEPT = 2
"""Versions whose bundle is kept."""


def bundle_scripts(folder: Path | None = None) -> str:
    """Vega, Vega-Lite and Vega-Embed as one script.

    Args:
        folder: where bundles are kept; None: in the user's cache.
    """
    path = (folder or cache_folder("scripts")) / f"vl-convert-{version('vl-convert-python')}.js"
    kept = read_kept(path)
    if kept is not None:
        return kept.decode()
    from vl_convert import javascript_bundle

    bundle = str(javascript_bundle(EMBED))
    keep(path, bundle.encode(), MOST_KEPT)
    return bundle
