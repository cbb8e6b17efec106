"""Locks of Cargo, poetry, uv and PDM: a `[[package]]` for each, with its name and version below."""

from __future__ import annotations

import re
from collections.abc import Iterator

from throughline.engine.introduction.lockfiles.locked import Locked, locked, text_of

_FIELD = re.compile(r'(name|version)\s*=\s*"([^"\\]*)"\s*')


def read(content: bytes) -> Locked:
    """The packages of the lock.

    >>> read(b'[[package]]\\nname = "serde"\\nversion = "1.0.0"\\n')
    {'serde': frozenset({'1.0.0'})}
    """
    return locked(_pairs(text_of(content)))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    block: dict[str, str] | None = None
    for line in text.splitlines():
        if line.startswith("["):
            block = {} if line.strip() == "[[package]]" else None
        elif block is not None and (match := _FIELD.fullmatch(line)):
            block.setdefault(match[1], match[2])
            if len(block) == 2:
                yield block["name"], block["version"]
                block = None
