"""`throughline restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import bar, emit, home_option, json_option, now
from throughline.site.home import default_home, open_home

if TYPE_CHECKING:
    from throughline.backups.manifest import Manifest
    from throughline.site.checks import Check


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@home_option
@json_option
@click.pass_context
def command(context: click.Context, file: Path, home: Path | None, as_json: bool) -> None:
    """Put a backup into a new or empty data folder, bring it up to date, and check it.

    Whoever was signed in then is not any more, and sign-in links that were not used work no more. Put
    sealing.key into the folder as well, where you kept it. Exits with 1 where a proof fails.

    \b
    Example:
      throughline restore throughline-20261129T020000Z.zip --home /srv/restored
    """
    from throughline.backups.restoring import corner_of, move_in, unpack

    target = (home or default_home()).resolve()
    with corner_of(target) as corner:
        with bar() as progress:
            said = unpack(file, corner, progress=progress)
        open_home(corner, keeps_copy=False)
        from throughline.backups.reviving import revive
        from throughline.site.checks import all_checks

        ended = revive(said, now=now())
        checks = list(all_checks())
        _close()
        move_in(corner, target)
    emit(
        _document(target, said, ended, checks),
        as_json=as_json,
        show=lambda: _show(target, said, ended, checks),
    )
    if not all(check.ok for check in checks):
        context.exit(1)


def _close() -> None:
    """The last connection that closes folds what waits beside the database into it."""
    from django.db import connection

    connection.close()


def _document(home: Path, said: Manifest, ended: dict[str, int], checks: list[Check]) -> dict[str, Any]:
    return {
        "home": str(home),
        "made_at": said.made_at,
        "version": said.version,
        "rows": sum(said.rows.values()),
        "ended": ended,
        "ok": all(check.ok for check in checks),
        "checks": [{"name": check.name, "ok": check.ok, "problems": check.problems} for check in checks],
    }


def _show(home: Path, said: Manifest, ended: dict[str, int], checks: list[Check]) -> None:
    click.echo(
        f"Restored to {home}: {sum(said.rows.values()):,} rows as of {said.made_at:%Y-%m-%d %H:%M} UTC."
    )
    for check in checks:
        click.echo(f"{'ok    ' if check.ok else 'FAILED'}  {check.name}")
        for problem in check.problems:
            click.echo(f"        {problem}")
    sessions, links = _counted(ended["sessions"], "session"), _counted(ended["links"], "unused sign-in link")
    click.echo(f"Ended: {sessions}, {links}.")
    if ended["messages"]:
        click.echo(
            f"Held: {_counted(ended['messages'], 'message')} that waited. Nothing of that is sent until an"
        )
        click.echo("administrator says so for each, under Outbox.")
    click.echo("What was revoked since the backup is not revoked here. Next: put sealing.key into the folder")
    click.echo(f"as it was kept apart, then `throughline serve --home {home}`.")


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
