"""What Hydra composes of ready-made choices, kept between runs.

Hydra takes as long to load as a small case takes to plan. What it composes follows from the files in `conf/`, the
schema and its own version, so a composition is kept in the user's cache folder under the digest of those and of the
choices. A file holds JSON after the digest of its own bytes; one that is not what was written is composed again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import asdict
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

import conf
from conf.cache import cache_folder, write_aside
from conf.schema import Config, build_config

CONF_FOLDER = Path(conf.__file__).parent
COMPOSERS = ("hydra-core", "omegaconf")
MOST_GROUPS = 64
"""Choices of groups whose composition is kept, in a process and on disk."""
DIGEST_BYTES = 32
"""Bytes of SHA-256 at the start of a file, of all that follows."""

Chosen = tuple[tuple[str, str], ...]
"""Groups and the ready-made choice of each, as they were said."""


def compose_choices(chosen: Chosen, write_overrides: Callable[[Mapping[str, str]], list[str]]) -> Config:
    """The configuration of ready-made choices, a new one each time.

    Args:
        chosen: groups and choices, all of which there are.
        write_overrides: gives them as Hydra takes them.
    """
    config: Config = build_config(json.loads(_obtain(chosen, write_overrides)))
    return config


@lru_cache(MOST_GROUPS)
def _obtain(chosen: Chosen, write_overrides: Callable[[Mapping[str, str]], list[str]]) -> str:
    """The text of a composition: read where it is kept, else composed and kept."""
    key = hashlib.sha256(f"{_digest_choices()} {json.dumps(chosen)}".encode()).hexdigest()
    path = cache_folder("compositions") / f"{key[:DIGEST_BYTES]}.json"
    kept = _read(path)
    if kept is not None:
        return kept
    text = json.dumps(asdict(_compose(write_overrides(dict(chosen)))))
    content = text.encode()
    with suppress(OSError):  # a folder that cannot be written keeps nothing, and that is no error
        write_aside(path, lambda aside: aside.write_bytes(hashlib.sha256(content).digest() + content))
        kept_files = sorted(path.parent.glob("*.json"), key=lambda other: other.stat().st_mtime, reverse=True)
        for unused in kept_files[MOST_GROUPS:]:
            unused.unlink(missing_ok=True)
    return text


@cache
def _digest_choices() -> str:
    """Of all that a composition follows from but the choices made."""
    digest = hashlib.sha256(" ".join(version(name) for name in COMPOSERS).encode())
    for path in (CONF_FOLDER / "schema.py", *sorted(CONF_FOLDER.rglob("*.yaml"))):
        digest.update(path.relative_to(CONF_FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str | None:
    """The text in a file; None where there is none, or where its bytes are not those that were written."""
    if not path.is_file():  # a folder, a device or a pipe in its place is nothing of ours
        return None
    try:
        content = path.read_bytes()
    except OSError:
        return None
    told, text = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
    return text.decode() if hashlib.sha256(text).digest() == told else None


def _compose(overrides: list[str]) -> Config:
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra
    from omegaconf import OmegaConf

    store_schema()
    in_sweep = GlobalHydra.instance().is_initialized()
    with nullcontext() if in_sweep else initialize_config_dir(str(CONF_FOLDER), version_base="1.3"):
        return require_config(OmegaConf.to_object(compose("config", overrides)))


def require_config(composed: object) -> Config:
    """What Hydra composed, which is a configuration, or the mistake is ours."""
    if not isinstance(composed, Config):
        raise TypeError(f"Hydra composed {type(composed).__name__}, not a Config")
    return composed


def store_schema() -> None:
    """Make the dataclasses known to Hydra, under the name that `conf/config.yaml` uses."""
    from hydra.core.config_store import ConfigStore

    ConfigStore.instance().store(name="schema", node=Config)
