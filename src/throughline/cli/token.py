"""`throughline token`: what programs sign in with, for whoever owns the data folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option, now, placed, show_table
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.accounts.models import Token

ACTOR = "command line"
OPTIONS = {"scopes": "--scope", "days": "--days", "name": "--name"}


@click.group("token")
def command() -> None:
    """Make, list and revoke the tokens with which programs sign in.

    \b
    Example:
      throughline token create --user ada@example.org --name "Nightly build" --scope series:write --days 90
    """


@command.command("create")
@click.option("--user", "email", required=True, metavar="EMAIL", help="In whose name the token acts.")
@click.option("--name", required=True, help="What it is for.")
@click.option("--scope", "scopes", multiple=True, required=True, help="May be given several times.")
@click.option("--days", default="90", show_default=True, help="How long it lasts, 365 at most.")
@home_option
@json_option
def create(
    email: str, name: str, scopes: tuple[str, ...], days: str, home: Path | None, as_json: bool
) -> None:
    """Make a token and print its value, this once.

    \b
    Example:
      throughline token create --user ada@example.org --name "Nightly build" \\
          --scope read --scope series:write --days 90
    """
    open_home(home)
    from throughline.accounts.queries import person_by_email
    from throughline.accounts.tokens import make

    owner = person_by_email(email)
    with placed(OPTIONS):
        made, value = make(ACTOR, owner, name=name, scopes=scopes, days=days, now=now())
    document = {**_described(made), "value": value}
    emit(document, as_json=as_json, show=lambda: click.echo(value))


@command.command("list")
@click.option("--user", "email", metavar="EMAIL", help="Only the tokens of this person.")
@home_option
@json_option
def list_(email: str | None, home: Path | None, as_json: bool) -> None:
    """List tokens, without their values, which nobody has.

    \b
    Example:
      throughline token list --user ada@example.org
    """
    open_home(home)
    from throughline.accounts.models import Token

    found = Token.objects.select_related("user")
    if email:
        found = found.filter(user__email=email.strip().lower())
    rows = [_described(each) for each in found]
    emit({"tokens": rows}, as_json=as_json, show=lambda: _show(rows))


@command.command("revoke")
@click.argument("id", type=int)
@click.option("--user", "email", metavar="EMAIL", help="Whose token it has to be.")
@home_option
@json_option
def revoke(id: int, email: str | None, home: Path | None, as_json: bool) -> None:
    """End a token at once, by its number in `throughline token list`.

    \b
    Example:
      throughline token revoke 3
    """
    open_home(home)
    from throughline.accounts.models import Token
    from throughline.accounts.tokens import revoke as end

    found = Token.objects.select_related("user").filter(pk=id).first() if id < 2**63 else None
    if found is None or (email and found.user.email != email.strip().lower()):
        raise Refused(f"There is no such token: {id} (`throughline token list` shows all).", code="unknown")
    end(ACTOR, found, now=now())
    emit(_described(found), as_json=as_json, show=lambda: click.echo(f"{found.name} is revoked."))


def _described(token: Token) -> dict[str, Any]:
    from throughline.accounts.tokens import described

    return described(token, now=now())


def _show(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table("Number", "What it is for", "Owner", "It may", "Ends", "Last used", "State", box=None)
    for row in rows:
        used = f"{row['last_used_at']:%Y-%m-%d}" if row["last_used_at"] else "never"
        ends = f"{row['expires_at']:%Y-%m-%d}"
        scopes = ", ".join(row["scopes"])
        table.add_row(str(row["id"]), row["name"], row["owner"], scopes, ends, used, row["state"])
    show_table(table)
