"""JSON values written one after another, each over many lines: cut apart without decoding them. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from throughline.sources.formats.tables import BadFile

LONGEST_VALUE = 16 * 1024 * 1024
# A text (to its end, or to the end of the file), or a bracket: possessive, so that no text is read twice.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\Z)|[{}\[\]]', re.DOTALL)
_START = re.compile(rb"[\s\x1e]*+")


def is_stream(start: str) -> bool:
    """Whether a text begins with a whole JSON object that another one follows.

    >>> is_stream('{"a": 1}\\n{"b":'), is_stream('{"a": 1}'), is_stream('{"a": {')
    (True, False, False)
    """
    try:
        _, end = json.JSONDecoder().raw_decode(start)
    except (ValueError, RecursionError):
        return False
    return start[end:].lstrip("\x1e \t\r\n").startswith("{")


def values_in(content: memoryview, *, name: str) -> Iterator[memoryview]:
    """The objects of a stream, undecoded. Raises BadFile for what is none, breaks off, or is too long."""
    at = number = 0
    while (start := _after_blanks(content, at)) < len(content):
        number += 1
        if content[start] != ord("{"):
            message = "expected an object {…}: is something else between the messages?"
            raise BadFile(message, name=name, line=number, unit="message")
        at = _end(content, start, name=name, number=number)
        yield content[start:at]


def _after_blanks(content: memoryview, at: int) -> int:
    found = _START.match(content, at)
    return found.end() if found else at


def _end(content: memoryview, start: int, *, name: str, number: int) -> int:
    depth = 0
    for token in _TOKEN.finditer(content, start):
        if token.end() - start > LONGEST_VALUE:
            message = f"the message is longer than {LONGEST_VALUE:,} bytes"
            raise BadFile(message, name=name, line=number, unit="message")
        mark = content[token.start()]
        depth += (mark in b"{[") - (mark in b"}]")
        if depth == 0:
            return token.end()
    raise BadFile("the message breaks off: is the file whole?", name=name, line=number, unit="message")
