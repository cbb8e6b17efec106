"""Names as git writes them where they hold what ends a line: in quotes, with escapes of C."""

from __future__ import annotations

import re

_ESCAPE = re.compile(rb'\\([0-7]{3}|[abfnrtv"\\])')
_LETTERS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def unquoted(name: str) -> str:
    """The name itself.

    >>> unquoted("src/a.c"), unquoted('"a\\\\tb\\\\303\\\\244.c"')
    ('src/a.c', 'a\\tbä.c')
    """
    if len(name) < 2 or not (name[0] == name[-1] == '"'):
        return name
    inside = name[1:-1].encode("utf-8", "surrogateescape")
    return _ESCAPE.sub(_letter, inside).decode("utf-8", "surrogateescape")


def _letter(match: re.Match[bytes]) -> bytes:
    said = match[1]
    return bytes([int(said, 8) & 255]) if len(said) == 3 else _LETTERS.get(said, said)
