"""A difference as lines that people read, the way a version control system shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from throughline.engine.directions import named
from throughline.plans.differences import ADD, CHANGE, REMOVE, RESTORE, Change, FieldChange
from throughline.plans.format.amounts import number_text

_SIGNS = {ADD: "+", CHANGE: "~", RESTORE: "+", REMOVE: "-"}
_GONE = {"counterpart": "withdrawn", "key_result": "discarded"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `sign` is + for what comes, - for what goes, ~ for an item that changes."""

    sign: str
    text: str
    is_item: bool = False

    def __str__(self) -> str:
        return f"{self.sign} {self.text}" if self.is_item else f"    {self.sign} {self.text}"


def lines(change: Change) -> list[Line]:
    """The item, then each field with what goes and what comes."""
    return [Line(_SIGNS[change.action], _head(change), is_item=True), *_fields(change)]


def summary(changes: list[Change]) -> str:
    """How much would change, in one sentence."""
    if not changes:
        return "Nothing differs."
    counted = [
        (sum(each.action in actions for each in changes), word)
        for actions, word in (
            ((ADD, RESTORE), "to add"),
            ((CHANGE,), "to change"),
            ((REMOVE,), "to take away"),
        )
    ]
    return ", ".join(f"{n} {word}" for n, word in counted if n) + "."


def document(change: Change) -> dict[str, Any]:
    """The same for programs."""
    return {
        "action": change.action,
        "item": change.name,
        "title": change.title,
        "needs_reason": change.needs_reason,
        "fields": [{"name": each.name, "old": each.old, "new": each.new} for each in change.fields],
    }


def _head(change: Change) -> str:
    title = f"  {_shown(change.title)}" if change.title and change.kind != "counterpart" else ""
    word = ""
    if change.action == RESTORE:
        word = " (taken up again)"
    elif change.action == REMOVE:
        word = f" ({_GONE.get(change.kind, 'archived')})"
    elif change.needs_reason:
        word = " (in force: a new version, with a reason)"
    return f"{_shown(change.name)}{title}{word}"


def _fields(change: Change) -> Iterator[Line]:
    for field in change.fields:
        for sign, value in _values(field):
            yield Line(sign, f"{field.name}: {value}")


def _values(field: FieldChange) -> Iterator[tuple[str, str]]:
    old, new = _said(field.old), _said(field.new)
    for action, first, last, start, end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if action != "equal":
            yield from (("-", value) for value in old[first:last])
            yield from (("+", value) for value in new[start:end])


def _said(value: Any) -> list[str]:
    """A value as lines: one an item of a list, one a line of a text, none where nothing is said."""
    if value in (None, "", []):
        return []
    if isinstance(value, list):
        return [_one(each) for each in value]
    return [_shown(line) for line in value.split("\n")] if isinstance(value, str) else [_one(value)]


def _one(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_one(each)}" for name, each in value.items() if each not in (None, ""))
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(float(value)) if isinstance(value, float | int) else _shown(str(value))


def _shown(text: str) -> str:
    """The text without anything that would steer a terminal, or turn the text around it."""
    return named(_CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text))
