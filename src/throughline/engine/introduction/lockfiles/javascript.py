"""Locks of npm: https://docs.npmjs.com/cli/configuring-npm/package-lock-json"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.engine.introduction.lockfiles.locked import Locked, locked, object_of

_FOLDER = "node_modules/"


def read(content: bytes) -> Locked:
    """The packages of a lock of version 1, 2 or 3. ValueError where it is no JSON object."""
    document = object_of(content)
    packages = document.get("packages")
    pairs = _of_packages(packages) if isinstance(packages, dict) else _nested(document)
    return locked(pairs)


def _of_packages(packages: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for place, about in packages.items():
        # What lies elsewhere is the project itself or a workspace of it.
        if _FOLDER in place and isinstance(about, dict) and isinstance(about.get("version"), str):
            named = about.get("name")
            yield named if isinstance(named, str) else place.rpartition(_FOLDER)[2], about["version"]


def _nested(within: dict[str, Any]) -> Iterator[tuple[str, str]]:
    waiting = [within]
    while waiting:
        inside = waiting.pop().get("dependencies")
        for name, about in (inside if isinstance(inside, dict) else {}).items():
            if not isinstance(about, dict):
                continue
            waiting.append(about)
            if isinstance(version := about.get("version"), str):
                yield _own(name, version)


def _own(name: str, version: str) -> tuple[str, str]:
    """A package under another name says its own: npm:real@1.0.0."""
    if not version.startswith("npm:"):
        return name, version
    own, _, number = version.removeprefix("npm:").rpartition("@")
    return own, number
