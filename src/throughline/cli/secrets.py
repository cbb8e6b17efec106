"""`throughline secrets`: what is kept sealed, and the key that seals it."""

from __future__ import annotations

from pathlib import Path

import click

from throughline.cli.common import emit, home_option, json_option, now, there
from throughline.site.home import open_home

ACTOR = "command line"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """See what is kept sealed, and seal it with a new key.

    \b
    Example:
      throughline secrets list
    """


@command.command("list")
@home_option
@json_option
@click.pass_context
def list_(context: click.Context, home: Path | None, as_json: bool) -> None:
    """List what is sealed, without the values; exit code 1 where the key of one is not here.

    \b
    Example:
      throughline secrets list --home /srv/throughline
    """
    open_home(there(home))
    from throughline.outbound import keys, secrets

    rows = [
        {"purpose": secret.purpose, "key": secret.key, "kept_at": secret.kept_at, "opens": opens}
        for secret, opens in secrets.each()
    ]

    def show() -> None:
        click.echo(f"{len(rows)} sealed; the keys are in {keys.path()}.")
        for row in rows:
            note = "" if row["opens"] else "  CANNOT BE OPENED: its key is not here"
            click.echo(f"{row['key']}  {row['kept_at']:%Y-%m-%d}  {row['purpose']}{note}")

    emit({"key_file": str(keys.path()), "secrets": rows}, as_json=as_json, show=show)
    if not all(row["opens"] for row in rows):
        context.exit(1)


@command.command()
@home_option
@json_option
def rotate(home: Path | None, as_json: bool) -> None:
    """Seal everything with a new key and drop the old one; the server may run meanwhile.

    A backup that was made before still needs the file of keys of then: keep it, in another place.

    \b
    Example:
      throughline secrets rotate --home /srv/throughline
    """
    open_home(there(home))
    from throughline.outbound import secrets

    count = secrets.rotate(actor=ACTOR, now=now())
    emit({"sealed": count}, as_json=as_json, show=lambda: click.echo(f"{count} sealed with a new key."))
