"""Pinned requirements of pip, and the lock of Pipenv."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from throughline.engine.introduction.lockfiles.locked import Locked, locked, object_of, text_of

_PINNED = re.compile(
    r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*===?\s*([^\s;,\\#*]+)\s*(?:[;\\#].*|--.*)?"
)


def read(content: bytes) -> Locked:
    """The requirements that name one version; of others nobody can say what was installed.

    >>> read(b"Django[argon2]==5.2.1 ; python_version > '3.9' \\\\\\\\\\n  --hash=sha256:0\\nflask>=2\\n")
    {'Django': frozenset({'5.2.1'})}
    """
    rows = text_of(content).splitlines()
    return locked((match[1], match[2]) for row in rows if (match := _PINNED.fullmatch(row)))


def read_pipfile(content: bytes) -> Locked:
    """The packages of a Pipfile.lock. ValueError where it is no JSON object."""
    return locked(_of_groups(object_of(content)))


def _of_groups(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for group, packages in document.items():
        for name, about in (packages if isinstance(packages, dict) and group != "_meta" else {}).items():
            version = about.get("version") if isinstance(about, dict) else None
            if isinstance(version, str) and version.startswith("=="):
                yield name, version.lstrip("=")
