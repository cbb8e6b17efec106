"""What `throughline import` prints for a person: counts, what was left out, first rows of a dry run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

COUNTS = ("read", "created", "updated", "unchanged", "vanished")
MOST_LEFT_OUT = 20
MOST_ROWS = 10
LONGEST_CELL = 48
_WORDS = {
    "linked": "known from another source",
    "missed": "not seen this time",
    "skipped": "left out",
}


def _word(each: dict[str, Any], name: str) -> str:
    # A register says what it holds; of a scanner's silence one only presumes.
    return "presumed mitigated" if name == "vanished" and "format" in each else _WORDS.get(name, name)


_TABLE = ("id", "severity", "state", "identified", "mitigated", "service", "title")
_REPORT = ("severity", "title", "file", "line", "endpoint", "component", "version", "vulnerability_ids")


def show(done: list[dict[str, Any]], *, dry_run: bool) -> None:
    """One paragraph a file."""
    for each in done:
        where = f"source {each['source']}" + (f", scope {each['scope']}" if each["scope"] else "")
        if dry_run:
            read = f"{each['read']:,} {'findings' if 'format' in each else 'rows'} can be read"
            click.echo(f"{each['file']}: {read} ({where}); nothing was stored")
        else:
            counts = ", ".join(f"{each[name]:,} {_word(each, name)}" for name in _counted(each))
            click.echo(f"{each['file']}: {counts} ({where})")
        for line in (*_of_report(each), *_of_table(each), *_beside(each)):
            click.echo(f"  {line}")
        if dry_run:
            _show_rows(each)


def _counted(each: dict[str, Any]) -> list[str]:
    """The counts that are worth a word: the usual ones, and the others where they are above nought."""
    own = [name for name in ("linked", "missed", "skipped") if each.get(name)]
    return [*COUNTS, *own]


def _of_report(each: dict[str, Any]) -> Iterator[str]:
    if "format" in each:
        yield f"format: {each['format']}" + (f", service {each['service']}" if each["service"] else "")
        if suspected := each.get("suspected_rekeys"):
            yield f"suspected re-keys: {suspected:,}, see the page 'Re-keys'"


def _of_table(each: dict[str, Any]) -> Iterator[str]:
    if "format" not in each:
        mapped = ", ".join(f"{field} ← {column}" for field, column in each["mapping"].items())
        yield f"mapped: {mapped or 'nothing'}"
        if each["attributes"]:
            yield f"attributes: {', '.join(each['attributes'])}"


def _beside(each: dict[str, Any]) -> Iterator[str]:
    for kind in ("service", "team"):
        if names := each.get(f"new_{kind}s"):
            yield f"new {kind}s: {', '.join(names)}"
    for problem in each["refused"][:MOST_LEFT_OUT]:
        yield f"left out: {problem['message']}"
    if (more := each.get("skipped", 0) - MOST_LEFT_OUT) > 0:
        yield f"left out: {more:,} more, of which --json lists those up to a thousand"
    for notice in each.get("notices", []):
        yield f"note: {notice}"


def _show_rows(each: dict[str, Any]) -> None:
    """The first rows as they would be stored, in columns; a column without any content is left away."""
    found = each["findings"][:MOST_ROWS]
    names = _REPORT if "format" in each else (*_TABLE, *(f"attributes.{name}" for name in each["attributes"]))
    columns = {name: [_cell(row, name) for row in found] for name in names}
    filled = {name.removeprefix("attributes."): cells for name, cells in columns.items() if any(cells)}
    if filled:
        click.echo()
        for line in _aligned(list(filled), list(zip(*filled.values(), strict=True))):
            click.echo(f"  {line}")
        if (more := each["read"] - len(found)) > 0:
            click.echo(f"  … and {more:,} more (--json shows all)")


def _cell(row: dict[str, Any], name: str) -> str:
    value = row["attributes"].get(name[11:]) if name.startswith("attributes.") else row.get(name)
    text = (
        ", ".join(map(str, value)) if isinstance(value, list | tuple) else "" if value is None else str(value)
    )
    text = " ".join(text.removesuffix("T00:00:00Z").split())
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def _aligned(header: list[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(cell) for cell in column) for column in zip(header, *rows, strict=True)]
    for row in (header, *rows):
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
