"""`throughline narratives`: the library of stories, to look up while writing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, is_new, json_option, placed, there
from throughline.site.home import default_home, open_home

if TYPE_CHECKING:
    from throughline.narratives.telling import TellingWork

READERS = (("board", "To the board"), ("customer", "To a customer"), ("engineer", "To an engineer"))


@click.command("narratives")
@click.argument("key", required=False, default="")
@home_option
@json_option
def command(home: Path | None, as_json: bool, key: str) -> None:
    """List the stories of the library, or show one whole, with the work of ours that takes after it.

    The library comes with the product: it needs no data folder.

    \b
    Example:
      throughline narratives
      throughline narratives vulnerability-slos --json
    """
    from throughline.narratives.documents import library_document, narrative_document
    from throughline.narratives.library import narrative_of

    if not key:
        answer = library_document()
        emit(answer, as_json=as_json, show=lambda: _list(answer))
        return
    with placed({"narrative": "KEY"}):
        narrative = narrative_of(key)
    found = narrative_document(narrative, _telling(key, home))
    emit(found, as_json=as_json, show=lambda: _show(found))


def _telling(key: str, home: Path | None) -> list[TellingWork]:
    """The work that takes after a story; none where no data folder was named and there is none yet."""
    if home is None and is_new(default_home()):
        return []
    open_home(there(home))
    from throughline.narratives.telling import telling_after

    return telling_after(key)


def _list(found: dict[str, Any]) -> None:
    for each in found["narratives"]:
        click.echo(f"{click.style(each['title'], bold=True)} {click.style(each['key'], dim=True)}")
        click.echo(f"  {each['board']}")


def _show(found: dict[str, Any]) -> None:
    click.echo(click.style(found["title"], bold=True))
    for name, reader in READERS:
        click.echo(f"{reader}: {found[name]}")
    click.echo(f"\n{found['threat']['event']}: {found['threat']['told']}")
    if found.get("revenue"):
        click.echo(f"\nWhat it unlocks: {found['revenue']}")
    click.echo("\nKey results that tell it:")
    for each in found["key_results"]:
        metric = f": {each['metric']}" if each["metric"] else ""
        where = f" where {each['where']}" if each["where"] else ""
        click.echo(f"  {each['kind']}: {each['title']}{metric}{where}")
    click.echo(f"\nIt fails when {found['fails']['when']}")
    for sign in found["fails"]["signs"]:
        click.echo(f"  - {sign}")
    if found["told_by"]:
        click.echo("\nTold by:")
        for each in found["told_by"]:
            click.echo(f"  {each['work']}: {each['title']}")
