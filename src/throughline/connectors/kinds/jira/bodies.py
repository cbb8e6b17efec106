"""What is sent to Jira: descriptions, and values in the form that each field takes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from throughline.connectors.writes import Draft

LONGEST_SUMMARY = 255
LONGEST_TEXT = 20_000
# How Jira's own priorities are called, where ours are asked for.
_PRIORITIES = {"critical": "highest", "info": "lowest"}


class NoPlace(ValueError):
    """A field takes no such value; the text says why."""


def summary(title: str) -> str:
    """A title as one line of at most 255 characters."""
    line = " ".join(title.split())
    return line if len(line) <= LONGEST_SUMMARY else f"{line[: LONGEST_SUMMARY - 1]}…"


def plain(draft: Draft) -> str:
    """The description for Data Center, which reads marks in it: what they would be is written as text."""
    parts = [draft.text[:LONGEST_TEXT], *(f"{label}: {value}" for label, value in draft.lines), draft.marker]
    return "\n\n".join(_unmarked(part) for part in parts if part.strip())


def _unmarked(text: str) -> str:
    # Two backslashes are a new line there: one of the text would take away the one that is put before a mark.
    return re.sub(r"([{}\[\]!|])", r"\\\1", text.replace("\\", "&#92;"))


def document(draft: Draft) -> dict[str, Any]:
    """The description for Cloud, in the Atlassian Document Format, version 1.

    https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
    """
    content = [_paragraph(part) for part in draft.text[:LONGEST_TEXT].split("\n\n") if part.strip()]
    content += [_paragraph(value, label=label) for label, value in draft.lines if value.strip()]
    return {"type": "doc", "version": 1, "content": [*content, _paragraph(draft.marker)]}


def _paragraph(text: str, *, label: str = "") -> dict[str, Any]:
    named = [{"type": "text", "text": f"{label}: ", "marks": [{"type": "strong"}]}] if label else []
    return {"type": "paragraph", "content": [*named, *_lines(text)]}


def _lines(text: str) -> Iterator[dict[str, Any]]:
    # A text node may not be empty.
    for number, line in enumerate(text.strip().splitlines()):
        if number:
            yield {"type": "hardBreak"}
        if line:
            yield {"type": "text", "text": line}


def value(said: str, about: Mapping[str, Any]) -> Any:
    """A value in the form that a field of the create screen takes. Raises NoPlace.

    >>> value("high", {"schema": {"type": "option"}, "allowedValues": [{"id": "7", "value": "High"}]})
    {'id': '7'}
    >>> value("7.5", {"schema": {"type": "number"}})
    7.5
    """
    schema = about.get("schema") or {}
    type, items = str(schema.get("type")), str(schema.get("items"))
    if type == "array":
        if items == "string" and not about.get("allowedValues"):
            # Labels hold no spaces.
            return [re.sub(r"\s+", "-", each.strip()) for each in said.split(",") if each.strip()]
        return [_chosen(said, about)]
    if about.get("allowedValues"):
        return _chosen(said, about)
    if type == "number":
        return _number(said)
    if type == "date":
        return said[:10]
    if type == "datetime":
        return f"{said[:19]}.000+0000"
    if type == "string":
        return said
    raise NoPlace(f"it is of the type {type}, which is not written")


def _number(said: str) -> float:
    try:
        return float(said)
    except ValueError:
        raise NoPlace("it takes numbers") from None


def _chosen(said: str, about: Mapping[str, Any]) -> dict[str, str]:
    wanted = {said.casefold(), _PRIORITIES.get(said.casefold(), said.casefold())}
    for each in about.get("allowedValues") or []:
        if str(each.get("value") or each.get("name") or "").casefold() in wanted and each.get("id"):
            return {"id": str(each["id"])}
    raise NoPlace(f"it does not offer “{said[:80]}”")
