"""`throughline connectors`: the tools that are connected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from throughline.cli.common import emit, home_option, json_option, now, there
from throughline.cli.finding import connector_of
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.connectors.models import Connector, Quarantine

ACTOR = "command line"
LINE = "{:<24} {:<12} {:<12} {:<17} {}"


def minute(instant: str) -> str:
    """An instant to the minute, as people read it.

    >>> minute("2026-11-29T17:03:05.122246Z")
    '2026-11-29 17:03'
    """
    return instant[:16].replace("T", " ")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """See which tools are connected, try one, remove one.

    \b
    Example:
      throughline connectors list
    """


@command.command()
@home_option
@json_option
def kinds(home: Path | None, as_json: bool) -> None:
    """List the kinds of tools that can be connected.

    \b
    Example:
      throughline connectors kinds
    """
    open_home(home)
    from throughline.connectors.kinds.registry import kinds as known

    rows = [
        {"kind": kind.name, "title": kind.title, "lead": kind.lead, "gives": kind.gives} for kind in known()
    ]

    def show() -> None:
        for row in rows:
            click.echo(f"{row['kind']:<12} {row['title']}: {row['lead']}")

    emit({"kinds": rows}, as_json=as_json, show=show)


@command.command("list")
@home_option
@json_option
def list_(home: Path | None, as_json: bool) -> None:
    """List the connected tools with when each was last read.

    \b
    Example:
      throughline connectors list --home /srv/throughline
    """
    open_home(there(home))
    from throughline.connectors import queries

    rows = [{**queries.document(each), "last": queries.last_outcome(each)} for each in queries.connectors()]

    def show() -> None:
        if not rows:
            click.echo("No tool is connected: throughline connect KIND NAME")
        else:
            click.echo(LINE.format("name", "kind", "asked", "last read (UTC)", "how it ended"))
        for row in rows:
            when = minute(row["succeeded_at"]) if row["succeeded_at"] else "never"
            said = LINE.format(row["name"], row["kind"], row["schedule"], when, row["last"] or "")
            click.echo(said.rstrip())

    emit({"connectors": rows}, as_json=as_json, show=show)


@command.command()
@click.argument("name", metavar="NAME")
@home_option
@json_option
@click.pass_context
def check(context: click.Context, name: str, home: Path | None, as_json: bool) -> None:
    """Try a connection and say what works and what is wrong; exit code 1 where something is.

    \b
    Example:
      throughline connectors check tracker
    """
    open_home(there(home))
    from throughline.connectors.trying import tried

    checks = tried(connector_of(name))

    def show() -> None:
        for each in checks:
            mark = "NOT " if not each.is_good else "note" if each.is_note else "ok  "
            click.echo(f"{mark} {each.said}{f' {each.mend}' if each.mend else ''}")
            for row in (each.columns, *each.rows):
                click.echo("".join(f"       {cell:<20}" for cell in row).rstrip(), nl=bool(row))

    emit({"checks": [each.document() for each in checks]}, as_json=as_json, show=show)
    if not all(each.is_good for each in checks):
        context.exit(1)


@command.command()
@click.argument("name", metavar="NAME")
@click.option("--accept", type=int, metavar="ID", help="The source did mean it: the next sync takes it.")
@click.option("--discard", type=int, metavar="ID", help="It was looked at, and is let go.")
@home_option
@json_option
def aside(name: str, accept: int | None, discard: int | None, home: Path | None, as_json: bool) -> None:
    """Show what a tool answered that cannot be and waits to be looked at; accept or discard one.

    \b
    Examples:
      throughline connectors aside tracker
      throughline connectors aside tracker --discard 3
    """
    open_home(there(home))
    from throughline.connectors import quarantine, queries
    from throughline.connectors.doubts import ACCEPTED

    connector = connector_of(name)
    for id, decision in ((accept, ACCEPTED), (discard, quarantine.DISCARDED)):
        if id is not None:
            quarantine.decide(ACTOR, _one_aside(connector, id), decision, now=now())
    rows = [queries.aside_document(each) for each in queries.waiting(connector)]

    def show() -> None:
        if accept is not None:
            click.echo(f"Accepted: it is taken at the next sync. Read it now: throughline sync '{name}'")
        if discard is not None:
            click.echo("Discarded.")
        if not rows and accept is None and discard is None:
            click.echo(f"Nothing of {name} waits to be looked at.")
        for row in rows:
            said = " ".join(filter(None, (row["place"], row["reason"])))
            click.echo(f"{row['id']}  {minute(row['found_at'])} UTC  {said}")
            for line in row["sample"].splitlines():
                click.echo(f"       {line}")

    emit({"aside": rows}, as_json=as_json, show=show)


def _one_aside(connector: Connector, id: int) -> Quarantine:
    from throughline.connectors import queries

    found = queries.waiting(connector).filter(pk=id).first()
    if found is None:
        raise Refused(
            f"nothing of {connector.name} waits under the number {id}", place="ID", code="no_sample"
        )
    return found


@command.command()
@click.argument("name", metavar="NAME")
@click.option("--apply", is_flag=True, help="Make what lacks; without it nothing is changed.")
@home_option
@json_option
def recipe(name: str, apply: bool, home: Path | None, as_json: bool) -> None:
    """Say which fields a tool lacks for vulnerabilities, and make them with --apply.

    What is there already is left as it is, so that a second time makes nothing.

    \b
    Examples:
      throughline connectors recipe tracker
      throughline connectors recipe tracker --apply
    """
    open_home(there(home))
    from throughline.connectors.recipes import followed

    found = followed(ACTOR, connector_of(name), apply=apply, now=now())

    def show() -> None:
        for each in found:
            word = "made   " if each.is_made else "lacks  " if each.lacks else "there  "
            click.echo(f"{word} {each.name:<14} {' '.join(filter(None, (each.id, each.lacks)))}".rstrip())
        if not apply and any(each.lacks for each in found):
            click.echo(f"Nothing was changed. Make it: throughline connectors recipe '{name}' --apply")

    emit({"applied": apply, "fields": [each.document() for each in found]}, as_json=as_json, show=show)


@command.command()
@click.argument("name", metavar="NAME")
@home_option
@json_option
def remove(name: str, home: Path | None, as_json: bool) -> None:
    """Remove a connector with its secrets; what it brought in stays.

    \b
    Example:
      throughline connectors remove tracker
    """
    open_home(there(home))
    from throughline.connectors import actions

    actions.remove(ACTOR, connector_of(name), now=now())
    emit(
        {"removed": name},
        as_json=as_json,
        show=lambda: click.echo(f"{name} is removed. What it brought in stays."),
    )
