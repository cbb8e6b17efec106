"""`throughline messages`: the outbox, for whoever sends by cron instead of leaving it to the server."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from throughline.cli.common import emit, home_option, json_option, now, there
from throughline.site.home import open_home

STATES = click.Choice(["waiting", "sending", "sent", "unneeded", "given_up"])
MOST_LISTED = 200


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Send what is due, and see what waits or was given up.

    \b
    Example:
      throughline messages send
    """


@command.command()
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@home_option
@json_option
@click.pass_context
def send(context: click.Context, dry_run: bool, home: Path | None, as_json: bool) -> None:
    """Send what is due now; exit code 1 where something could not be sent.

    The server does this by itself every two minutes; both at once send nothing twice.

    \b
    Examples:
      throughline messages send --dry-run
      throughline messages send --home /srv/throughline
    """
    open_home(there(home))
    from throughline.messages import queries
    from throughline.messages.delivering import send_all
    from throughline.messages.planning import planned

    when = now()
    if dry_run:
        rows = [queries.document(each) for each in planned(when)]
        emit({"due": rows}, as_json=as_json, show=lambda: _show(rows, "Nothing is due."))
        return
    done = send_all(now=when)
    emit(asdict(done), as_json=as_json, show=lambda: click.echo(_said(done)))
    if done.failed or done.given_up:
        context.exit(1)


@command.command("list")
@click.option("--state", type=STATES, help="Only those in this state.")
@home_option
@json_option
def list_(state: str | None, home: Path | None, as_json: bool) -> None:
    """List the newest messages with how they went; no text of any is kept.

    \b
    Example:
      throughline messages list --state given_up
    """
    open_home(there(home))
    from throughline.messages import queries

    rows = [queries.document(each) for each in queries.messages(state or "")[:MOST_LISTED]]
    emit({"messages": rows}, as_json=as_json, show=lambda: _show(rows, "There is none."))


def _said(done: Any) -> str:
    counts = [f"{n} {name.replace('_', ' ')}" for name, n in asdict(done).items() if n]
    return ", ".join(counts) if counts else "Nothing was due."


def _show(rows: list[dict[str, Any]], nothing: str) -> None:
    if not rows:
        click.echo(nothing)
    for row in rows:
        what = row["event"] or row["kind"]
        error = f"  {row['error']}" if row["error"] else ""
        click.echo(f"{row['id']:>6}  {row['state']:<9} {what:<28} to {row['receiver']}{error}")
