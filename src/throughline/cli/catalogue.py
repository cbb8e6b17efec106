"""`throughline catalogue`: services and their owners from the files of a Backstage catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from throughline.cli.common import emit, home_option, json_option, made, now, there
from throughline.cli.given import content_of, name_of
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.vulnerabilities.service_files import Differences, Step

ACTOR = "command line"


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@home_option
@json_option
def command(files: tuple[str, ...], dry_run: bool, home: Path | None, as_json: bool) -> None:
    """Bring services and their owners in from catalog-info.yaml files of Backstage; - is standard input.

    Components become services, groups teams. Systems give their owner to components that have none; other
    kinds are counted and left out. What the files do not say stays, and no service is ever removed. All files
    are brought in, or none; twice is once.

    \b
    Examples:
      throughline catalogue catalog-info.yaml --dry-run
      throughline catalogue services/*/catalog-info.yaml org.yaml
    """
    from throughline.vulnerabilities.backstage import read_catalogue
    from throughline.vulnerabilities.backstage.reading import BOUNDS

    contents: dict[str, bytes] = {}
    for given in files:
        name = name_of(given)
        if name in contents:
            raise Refused("the file is named twice: name it once", place=name)
        contents[name] = content_of(given, most=BOUNDS.bytes)
    read = read_catalogue(contents)
    open_home(there(home) if dry_run else made(home))
    from throughline.vulnerabilities import service_files

    if dry_run:
        found = service_files.compared(read, may_add_teams=True)
    else:
        found = service_files.bring(ACTOR, read, may_add_teams=True, now=now())
    document = {"applied": not dry_run, **found.document()}
    emit(document, as_json=as_json, show=lambda: _show(found, dry_run=dry_run))


def _show(found: Differences, *, dry_run: bool) -> None:
    for team in found.new_teams:
        click.echo(click.style(f"+ team {team}", fg="green"))
    for step in found.steps:
        sign, colour = ("+", "green") if step.is_new else ("~", "yellow")
        said = "; ".join(_field(step, name) for name in step.fields)
        click.echo(click.style(f"{sign} {step.name}{f': {said}' if said else ''}", fg=colour))
    for note in found.notes:
        click.echo(f"  {note}")
    if found.missing:
        click.echo(f"  not in the files, and left as they are: {', '.join(found.missing)}")
    if found.ignored:
        counted = ", ".join(f"{count} {kind}" for kind, count in found.ignored.items())
        click.echo(f"  left out: {counted}")
    click.echo(f"{len(found.new)} new, {len(found.changed)} changed, {found.same} as known.")
    if dry_run:
        click.echo("Dry run: nothing was changed.")


def _field(step: Step, name: str) -> str:
    before, after = step.fields[name]
    return f"{name} {after}" if before in ("", None) else f"{name} {before} → {after}"
