"""`throughline sync`: read from a connected tool now."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from throughline.cli.common import bar, emit, home_option, json_option, now, there
from throughline.cli.finding import connector_of
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.connectors.models import Sync

ACTOR = "command line"


@click.command()
@click.argument("name", metavar="NAME")
@click.option("--dry-run", is_flag=True, help="Read, say what would change, and store nothing.")
@click.option("--whole", is_flag=True, help="Read everything anew, and not only what is new.")
@home_option
@json_option
@click.pass_context
def command(
    context: click.Context, name: str, dry_run: bool, whole: bool, home: Path | None, as_json: bool
) -> None:
    """Read from the connected tool NAME; exit code 1 where that did not come to its end.

    What was fetched before an interruption is kept, and the next sync goes on from it.

    \b
    Examples:
      throughline sync tracker --dry-run --json
      throughline sync tracker --home /srv/throughline
    """
    open_home(there(home))
    from throughline.connectors import actions, queries
    from throughline.connectors.models import Outcome
    from throughline.connectors.syncing import run

    connector = connector_of(name)
    read_at = connector.succeeded_at
    begun = actions.begin(connector, actor=ACTOR, now=now(), dry=dry_run, whole=whole)
    with bar() as progress:
        done = run(begun, progress=progress)
    emit(queries.sync_document(done), as_json=as_json, show=lambda: _show(done, read_at))
    if done.outcome != Outcome.DONE:
        context.exit(1)


def _show(done: Sync, read_at: datetime | None) -> None:
    from throughline.connectors import queries
    from throughline.connectors.models import CHANGED, Outcome

    said = queries.sentence(done)
    if read_at and done.outcome == Outcome.DONE and not any(done.counts.get(each) for each in CHANGED):
        # Who has just connected it wonders where everything is: a server that runs was faster.
        said += f" It was read before, last {read_at:%Y-%m-%d %H:%M} UTC."
    click.echo(said)
    for notice in done.notices:
        click.echo(f"  {notice}")
    for each in done.changes if done.is_dry else []:
        pairs = ", ".join(
            f"{name}: {old or 'nothing'} → {new or 'nothing'}" for name, (old, new) in each["changes"].items()
        )
        click.echo(f"  {each['action']:<10} {each['key']}  {each['title']}{f'  ({pairs})' if pairs else ''}")
    if done.is_dry and (more := queries.left_off(done)):
        click.echo(f"  and {more:,} more")
