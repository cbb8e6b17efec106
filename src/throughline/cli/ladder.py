"""`throughline ladder`: what growth goals may name: brought in from a file, exported as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from throughline.cli.common import emit, home_option, json_option, now, placed, there
from throughline.cli.given import content_of, name_of
from throughline.site.home import open_home

ACTOR = "command line"
OURS = "Throughline"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Keep ladders of growth: tracks with levels, whose rungs growth goals may name.

    \b
    Example:
      throughline ladder import ladder.yaml
    """


@command.command("list")
@home_option
@json_option
def list_(home: Path | None, as_json: bool) -> None:
    """List the rungs in use, by ladder, track and level.

    \b
    Example:
      throughline ladder list
    """
    open_home(there(home))
    from throughline.people.access import rungs_in_use
    from throughline.people.documents import rung_document

    rungs = [rung_document(each) for each in rungs_in_use()]
    emit({"rungs": rungs}, as_json=as_json, show=lambda: _list(rungs))


@command.command("import")
@click.argument("file", metavar="FILE|-")
@home_option
@json_option
def import_(file: str, home: Path | None, as_json: bool) -> None:
    """Bring a ladder in from YAML or JSON, instead of what a file of the same name brought before.

    All of it, or nothing. Rungs that it has no more are retired; goals keep them. `ladder export` shows the
    form, docs/ladder.schema.json holds it.

    \b
    Examples:
      throughline ladder import ladder.yaml
      throughline ladder import - < ladder.yaml
    """
    open_home(there(home))
    from dataclasses import asdict

    from throughline.people.rungs import MOST_BYTES, bring

    content = content_of(file, most=MOST_BYTES)
    brought = bring(ACTOR, content, file=name_of(file), now=now())
    emit(asdict(brought), as_json=as_json, show=lambda: click.echo(f"{brought}."))


@command.command()
@click.argument("name", metavar="[NAME]", default=OURS)
@home_option
@json_option
def export(name: str, home: Path | None, as_json: bool) -> None:
    """Export a ladder as YAML that can be imported again; without a name the one that comes with the product.

    \b
    Example:
      throughline ladder export > ladder.yaml
    """
    open_home(there(home))
    from dataclasses import asdict

    from throughline.people.ladder import ladder_text
    from throughline.people.rungs import ladder_named

    with placed({"ladder": "NAME"}):
        found = ladder_named(name)
    document = {"ladder": found.name, "rungs": [asdict(each) for each in found.steps]}
    emit(document, as_json=as_json, show=lambda: click.echo(ladder_text(found), nl=False))


@command.command()
@home_option
@json_option
def restore(home: Path | None, as_json: bool) -> None:
    """Bring the ladder back that comes with the product, as it came.

    \b
    Example:
      throughline ladder restore
    """
    open_home(there(home))
    from dataclasses import asdict

    from throughline.people.rungs import bring_ours

    brought = bring_ours(ACTOR, now=now())
    emit(asdict(brought), as_json=as_json, show=lambda: click.echo(f"{brought}."))


@command.command()
@click.argument("name", metavar="NAME")
@home_option
@json_option
def retire(name: str, home: Path | None, as_json: bool) -> None:
    """Retire a ladder; goals keep its rungs, and importing it again brings it back.

    \b
    Example:
      throughline ladder retire Throughline
    """
    open_home(there(home))
    from throughline.people import rungs

    with placed({"ladder": "NAME"}):
        rungs.ladder_named(name)
    gone = rungs.retire(ACTOR, name, now=now())
    said = f"{name}: {gone} rungs are retired."
    emit({"ladder": name, "retired": gone}, as_json=as_json, show=lambda: click.echo(said))


def _list(rungs: list[dict[str, Any]]) -> None:
    if not rungs:
        click.echo("No ladder is in use: `throughline ladder import FILE` brings one in.")
    above = ("", "")
    for each in rungs:
        if (each["ladder"], each["track"]) != above:
            above = each["ladder"], each["track"]
            click.echo(f"{each['track']} ({each['ladder']})")
        click.echo(f"  {each['level']}  {each['title']} [{each['key']}]")
