"""`throughline user`: people, for whoever owns the data folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from throughline.cli.common import emit, home_option, json_option, now, show_table
from throughline.site import server
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.accounts.models import User

ACTOR = "command line"
ROLES = click.Choice(["viewer", "member", "manager", "administrator"])


@click.group("user")
def command() -> None:
    """Add people, list them, and make their one-time sign-in links.

    \b
    Example:
      throughline user add "Ada Lovelace" ada@example.org --role manager
    """


@command.command("add")
@click.argument("name")
@click.argument("email")
@click.option("--role", type=ROLES, default="viewer", show_default=True)
@click.option("--team", "teams", multiple=True, metavar="TEAM", help="May be given several times.")
@click.option("--all-teams", is_flag=True, help="Sees the vulnerabilities of every team.")
@home_option
@json_option
def add(
    name: str,
    email: str,
    role: str,
    teams: tuple[str, ...],
    all_teams: bool,
    home: Path | None,
    as_json: bool,
) -> None:
    """Add a person and print a link that signs them in once.

    \b
    Example:
      throughline user add "Ada Lovelace" ada@example.org --role member --team Payments
    """
    opened = open_home(home)
    from throughline.accounts.actions import add_person

    user = add_person(
        ACTOR, name=name, email=email, role=role, teams=teams, sees_all_teams=all_teams, now=now()
    )
    _print_link(opened, user, as_json=as_json)


@command.command("link")
@click.argument("email")
@home_option
@json_option
def link(email: str, home: Path | None, as_json: bool) -> None:
    """Print a new link that signs somebody in once; their unused older ones stop working.

    \b
    Example:
      throughline user link ada@example.org
    """
    opened = open_home(home)
    from throughline.accounts.queries import person_by_email

    _print_link(opened, person_by_email(email), as_json=as_json)


@command.command("list")
@home_option
@json_option
def list_(home: Path | None, as_json: bool) -> None:
    """List everybody, with role and teams.

    \b
    Example:
      throughline user list
    """
    open_home(home)
    from throughline.accounts.queries import described, people

    rows = [described(user) for user in people()]
    emit({"people": rows}, as_json=as_json, show=lambda: _show(rows))


def _show(rows: list[dict[str, object]]) -> None:
    from rich.table import Column, Table

    # An address is of use only whole, so it is folded where the terminal is narrow.
    email = Column("E-mail", overflow="fold")
    table = Table("Name", email, "Role", "Teams", "Last sign-in", box=None)
    for row in rows:
        # A manager sees every team by her role, whatever is set for her.
        sees_all = row["sees_all_teams"] or row["role"] in ("manager", "administrator")
        teams = "every team" if sees_all else ", ".join(row["teams"])  # type: ignore[arg-type]
        seen = f"{row['last_sign_in']:%Y-%m-%d}" if row["last_sign_in"] else "never"
        note = "" if row["is_active"] else " (deactivated)"
        table.add_row(f"{row['name']}{note}", str(row["email"]), str(row["role"]), teams, seen)
    show_table(table)


def _print_link(home: Path, user: User, *, as_json: bool) -> None:
    from throughline.accounts.actions import make_sign_in_link
    from throughline.accounts.queries import described

    address = server.known_address(home) + make_sign_in_link(user, now=now(), actor=ACTOR)
    document = {**described(user), "sign_in_link": address}
    emit(document, as_json=as_json, show=lambda: click.echo(f"{user.name} signs in once with: {address}"))
