"""`throughline formats`."""

from __future__ import annotations

from pathlib import Path

import click

from throughline.cli.common import emit, home_option, json_option
from throughline.sources.formats import FORMATS
from throughline.sources.formats.registry import reports

TABLES = {"csv": "CSV, and other tables of text", "json": "JSON list of objects", "jsonl": "JSON Lines"}


@click.command("formats")
@json_option
@home_option
def command(as_json: bool, home: Path | None) -> None:
    """List the formats that 'throughline import' reads: by column mapping, and scanners' reports.

    \b
    Example:
      throughline formats
    """
    mapped = [{"name": name, "title": TABLES[name], "files": [name], "mapped": True} for name in FORMATS]
    known = [
        {"name": found.name, "title": found.title, "files": sorted(found.shapes), "mapped": False}
        for found in sorted(reports().values(), key=lambda found: found.name)
    ]
    emit({"formats": [*mapped, *known]}, as_json=as_json, show=lambda: _show([*mapped, *known]))


def _show(formats: list[dict[str, object]]) -> None:
    longest = max(len(str(found["name"])) for found in formats)
    for found in formats:
        click.echo(f"{found['name']!s:<{longest}}  {found['title']}")
