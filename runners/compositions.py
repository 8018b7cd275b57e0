"""What Hydra composes of ready-made choices, kept between runs.

Hydra takes as long to load as a small case takes to plan. What it composes follows from the files in `conf/`, the
schema and its own version, so a composition is kept in the user's cache folder under the digest of those and of the
choices. A file holds JSON after the digest of its own bytes; one that is not what was written is composed again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import asdict
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

import conf
from conf.cache import cache_folder, keep, read_kept
from conf.schema import Config, build_config

CONF_FOLDER = Path(conf.__file__).parent
COMPOSERS = ("hydra-core", "omegaconf")
MOST_GROUPS = 64
"""Choices of groups whose composition is kept, in a process and on disk."""

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
    path = cache_folder("compositions") / f"{key}.json"
    kept = read_kept(path)
    if kept is not None:
        return kept.decode()
    text = json.dumps(asdict(_compose(write_overrides(dict(chosen)))))
    keep(path, text.encode(), MOST_GROUPS)
    return text


@cache
def _digest_choices() -> str:
    """Of all that a composition follows from but the choices made."""
    digest = hashlib.sha256(" ".join(version(name) for name in COMPOSERS).encode())
    for path in (CONF_FOLDER / "schema.py", *sorted(CONF_FOLDER.rglob("*.yaml"))):
        digest.update(path.relative_to(CONF_FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


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
