"""`throughline backup`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from throughline.cli.common import bar, emit, home_option, json_option, now, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.backups.making import Made

ACTOR = "command line"


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE|DIR")
@click.option(
    "--keep",
    type=click.IntRange(1),
    metavar="N",
    help="With a DIR: keep the N newest backups in it, and remove those before.",
)
@home_option
@json_option
@click.pass_context
def command(context: click.Context, target: Path, keep: int | None, home: Path | None, as_json: bool) -> None:
    """Back the data folder up to one file, while the server runs, and prove it by restoring it beside.

    In a DIR the file is named by its time. Keys are left out: keep sealing.key and secret.key of the data
    folder in another place. Where a proof fails in the copy it is kept as FILE-unproved; exit code 1.

    \b
    Examples:
      throughline backup /mnt/backups --keep 14 --home /srv/throughline
      throughline backup throughline.zip
    """
    folder = target if target.is_dir() else None
    if keep and folder is None:
        raise Refused(
            "expected a folder that is there, for which of them to keep is asked", place=str(target)
        )
    if folder is None and not target.parent.is_dir():
        raise Refused(f"there is no folder {target.parent}: make it, or check the path", place=str(target))
    opened = open_home(there(home))
    from throughline.backups.actions import back_up
    from throughline.backups.making import name_at, rotate

    began = now()
    with bar() as progress:
        made = back_up(
            ACTOR, opened, folder / name_at(began) if folder else target, now=began, progress=progress
        )
    gone = rotate(folder, keep=keep) if folder and keep and not made.failed else []
    document = {**made.document(), "path": str(made.path), "removed": gone}
    emit(document, as_json=as_json, show=lambda: _show(made, gone))
    if made.failed:
        context.exit(1)


def _show(made: Made, gone: list[str]) -> None:
    rows = sum(made.manifest.rows.values())
    click.echo(f"{made.path}: {made.bytes / 1e6:,.1f} MB, {rows:,} rows.")
    if not made.failed:
        click.echo("It was restored beside, and every proof holds.")
    for name in made.failed:
        click.echo(f"FAILED in the copy: {name} (`throughline check` says more).")
    for name in gone:
        click.echo(f"Removed {name}.")
