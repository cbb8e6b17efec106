"""A first look into a JSON report, which never fails on one that is shaped otherwise. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from throughline.sources.formats.content import Content


def is_list(raw: msgspec.Raw | None) -> bool:
    """Whether an undecoded value is a list."""
    return raw is not None and bytes(memoryview(raw)[:1]) == b"["


def is_object(raw: msgspec.Raw | None) -> bool:
    """Whether an undecoded value is an object."""
    return raw is not None and bytes(memoryview(raw)[:1]) == b"{"


def first_of(content: Content, name: str) -> dict[str, Any]:
    """The first object in the list that is one member of the report; empty where there is none."""
    raw = content.members.get(name)
    if raw is None or not is_list(raw):
        return {}
    items = content.items_of(raw)
    return _object(content.value(items[0])) if items else {}


def opening(content: Content) -> dict[str, Any]:
    """The first object of a list or of the lines; empty where there is none."""
    return _object(content.first)


def inner(found: dict[str, Any], *path: str) -> Any:
    """The value at a path of names; None where any step is no object."""
    here: Any = found
    for name in path:
        here = here.get(name) if isinstance(here, dict) else None
    return here


def said(found: dict[str, Any], *path: str) -> str:
    """The text at a path of names; empty where there is none."""
    value = inner(found, *path)
    return value.strip() if isinstance(value, str) else ""


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
