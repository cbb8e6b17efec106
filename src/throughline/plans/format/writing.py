"""Writing a plan: the same document is always the same bytes, and reads as people would write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from throughline.plans.format.amounts import number_text
from throughline.plans.format.shape import Field, Held, Many, Named, Thing, Things
from throughline.plans.format.things import API_VERSION, KIND, SECTIONS
from throughline.plans.format.types import Amount, Day, Moment, Text

# With the characters that turn the direction of text: a review must read what a machine reads.
_UNPRINTED = (
    r"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff"
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
)
# What no version of YAML takes for a number, a truth, a date, or a part of its own grammar.
_PLAIN = re.compile(rf"[^\W\d_]([^{_UNPRINTED}:#]|:(?=[\w/])|(?<=\S)#)*")
_GUESSED = re.compile(r"(y|n|yes|no|on|off|true|false|null)", re.I)
_WITH_DIGITS = re.compile(r"[0-9]{4}-[A-Za-z][A-Za-z0-9_-]*|[0-9]+ [a-z]+")
_NUMERIC = re.compile(r"-?[0-9]+(\.[0-9]+)?%?")
_ESCAPED = re.compile(rf"[{_UNPRINTED}]")


def plan_text(sections: Mapping[str, list[dict[str, Any]]]) -> str:
    """The plan as a file. Values that equal their defaults are left out."""
    return document_text({"apiVersion": API_VERSION, "kind": KIND}, SECTIONS, sections)


def document_text(
    head: Mapping[str, str], forms: Mapping[str, Thing], sections: Mapping[str, list[dict[str, Any]]]
) -> str:
    """A document with its first lines and the sections that hold something, in the order of `forms`."""
    lines = [f"{name}: {value}" for name, value in head.items()]
    for name, thing in forms.items():
        if found := sections.get(name):
            lines += ["", f"{name}:"]
            for index, each in enumerate(found):
                lines += ["", *_item(each, thing)] if index else _item(each, thing)
    return "\n".join(line.rstrip() if not line.strip() else line for line in lines) + "\n"


def thing_text(values: Mapping[str, Any], thing: Thing) -> str:
    """A file that holds one thing; an empty list is written where the thing needs one."""
    lines: list[str] = []
    for field in thing.fields:
        value = values[field.name]
        is_empty = field.is_required and value == []
        lines += [f"{field.name}: []"] if is_empty else _field(field, value)
    return "\n".join(line.rstrip() if not line.strip() else line for line in lines) + "\n"


def _item(values: Mapping[str, Any], thing: Thing) -> list[str]:
    """The lines of one thing of a list, behind its hyphen."""
    lines = [line for field in thing.fields for line in _field(field, values.get(field.name, field.default))]
    return [
        (f"  - {line}" if index == 0 else f"    {line}" if line else "") for index, line in enumerate(lines)
    ]


def _field(field: Field, value: Any) -> Iterator[str]:
    if value is None or value == field.default:
        return
    if isinstance(field.holds, Many):
        yield f"{field.name}:"
        for each in value:
            yield f"  - {_inline(each, field.holds.of)}"
    elif isinstance(field.holds, Named):
        yield f"{field.name}:"
        for name, each in value.items():
            yield f"  {_inline(name, Text(field.holds.longest))}: {_inline(each, field.holds.of)}"
    elif isinstance(field.holds, Things) and not field.holds.is_one:
        yield f"{field.name}:"
        for each in value:
            yield from _item(each, field.holds.of)
    elif isinstance(value, str) and _is_block(value):
        yield f"{field.name}: |-"
        for line in value.split("\n"):
            yield f"  {line}" if line else ""
    else:
        yield f"{field.name}: {_inline(value, field.holds)}"


def _is_block(text: str) -> bool:
    """Whether a text may stand as a literal block: several lines, and nothing in them that would change."""
    lines = text.split("\n")
    return (
        len(lines) > 1
        and text == text.strip()
        and not any(_ESCAPED.search(line) or (line and not line.strip()) for line in lines)
    )


def _inline(value: Any, of: Held) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return number_text(float(value))
    text = str(value)
    if isinstance(of, Day | Moment) or (isinstance(of, Amount) and _NUMERIC.fullmatch(text)):
        return text
    if _WITH_DIGITS.fullmatch(text):
        return text
    is_plain = _PLAIN.fullmatch(text) and not _GUESSED.fullmatch(text) and text == text.strip()
    return text if is_plain else _quoted(text)


def _quoted(text: str) -> str:
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
