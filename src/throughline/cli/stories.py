"""`throughline stories`: what is told of the work of a cycle, and of which work nothing is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from throughline.cli.common import emit, home_option, json_option, now, there
from throughline.cli.finding import cycle_of
from throughline.cli.narratives import READERS
from throughline.site.home import open_home


@click.command("stories")
@click.option("--cycle", metavar="KEY", default="", help="The cycle, such as 2026-q4; else the running one.")
@home_option
@json_option
def command(home: Path | None, as_json: bool, cycle: str) -> None:
    """Say what is told of the work of a cycle, first where nothing is, and what it unlocks.

    \b
    Example:
      throughline stories
      throughline stories --cycle 2026-q4 --json
    """
    open_home(there(home))
    from throughline.narratives.documents import document
    from throughline.narratives.telling import stories_in
    from throughline.thread.queries import current_cycle

    found = document(stories_in(cycle_of(cycle) if cycle else current_cycle(now())))
    emit(found, as_json=as_json, show=lambda: _show(found))


def _show(found: dict[str, Any]) -> None:
    from throughline.risk.amounts import said

    if not found["work"]:
        click.echo("There is no work to tell of yet. `throughline plan apply FILE` brings a plan in.")
        return
    for each in found["work"]:
        _tell(each)
    click.echo(f"\n{found['untold']} of {len(found['work'])} without a story.")
    if found["revenue"]:
        click.echo(f"Together they unlock {said(found['revenue'])}.")


def _tell(each: dict[str, Any]) -> None:
    from throughline.risk.amounts import said

    mark = "" if each["told"] else "! "
    owner = f", {each['owner']}" if each["owner"] else ""
    click.echo(f"{mark}{each['title']}{owner} {click.style(each['work'], dim=True)}")
    if not each["told"]:
        click.echo("    no story: how would you tell the board, a customer, an engineer?")
    for name, reader in READERS:
        if each[name]:
            click.echo(f"    {reader}: {each[name]}")
    if each["own_words"]:
        click.echo(f"    In our own words: {each['own_words']}")
    for sign in each["fails"]:
        click.echo(f"    It fails when: {sign}")
    if each["revenue_from"]:
        amount = said(each["revenue"]) if each["revenue"] is not None else "no figure yet"
        click.echo(f"    Unlocks {amount}: {each['revenue_from']}")
    elif each["is_assurance"]:
        click.echo("    ! nobody has named a deal that waits for it")
