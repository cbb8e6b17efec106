"""JSON that cannot be read: what is wrong with it, and where. Pure."""

from __future__ import annotations

import codecs
import re

import msgspec

from throughline.sources.formats.tables import BadFile

# What msgspec raises for what is no JSON, or is not of the type that is asked for.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_OFFSET = re.compile(r" \(byte (\d+)\)$")
_NOT_WHOLE = "is it whole?"
_STEP = 1024 * 1024


def refusal(error: Exception, content: memoryview, *, name: str) -> BadFile:
    """Why a whole text is no JSON, with line and byte"""
    if isinstance(error, RecursionError):
        return BadFile("it is nested too deeply to be a report or a list of records", name=name)
    if isinstance(error, UnicodeDecodeError):
        offset = _first_undecodable(content)
        message = f"byte {offset:,} of the file is not UTF-8: save the file as UTF-8"
        return BadFile(message, name=name, line=_line(content, offset))
    found = _OFFSET.search(str(error))
    offset = int(found[1]) if found else len(content)
    message = reason(error) if found else f"it breaks off at its end (byte {offset:,}): {_NOT_WHOLE}"
    return BadFile(f"this is not valid JSON: {message}", name=name, line=_line(content, offset))


def reason(error: Exception) -> str:
    """What is wrong with a text that is no JSON, such as "expected ':' (byte 5)".

    >>> reason(msgspec.DecodeError("Input data was truncated"))
    'it breaks off at its end: is it whole?'
    """
    said = str(error).removeprefix("JSON is malformed: ")
    return f"it breaks off at its end: {_NOT_WHOLE}" if said == "Input data was truncated" else said


def _line(content: memoryview, offset: int) -> int:
    """The line of a place; blank ones at the end of the file are none."""
    count, blank = 0, 0
    for at in range(0, offset, _STEP):
        step = bytes(content[at : min(at + _STEP, offset)])
        count += step.count(b"\n")
        kept = step.rstrip(b"\r\n\t ")
        blank = step[len(kept) :].count(b"\n") + (0 if kept else blank)
    return 1 + count - (blank if offset == len(content) else 0)


def _first_undecodable(content: memoryview) -> int:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for at in range(0, len(content), _STEP):
        waiting = len(decoder.getstate()[0])
        try:
            decoder.decode(bytes(content[at : at + _STEP]), final=at + _STEP >= len(content))
        except UnicodeDecodeError as error:
            return at - waiting + error.start
    return len(content)
