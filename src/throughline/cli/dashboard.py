"""`throughline dashboard`: saved figures as somebody sees them, and links that show them to strangers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option, now, placed, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.accounts.models import User
    from throughline.dashboards.figures import Figure
    from throughline.dashboards.models import Dashboard, SharedLink
    from throughline.dashboards.queries import Shown

ACTOR = "command line"
OPTIONS = {"days": "--days", "note": "--note", "team": "--team", "": "SLUG"}
team_option = click.option(
    "--team", default="", metavar="TEAM", help="Whose slice it shows, of the dashboard `team`."
)
as_option = click.option("--as", "email", default="", metavar="E-MAIL", help="As whom it is looked at.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """See dashboards as somebody sees them, and share them by a link that ends.

    \b
    Example:
      throughline dashboard list
    """


@command.command("list")
@home_option
@json_option
def list_(home: Path | None, as_json: bool) -> None:
    """List the ready-made dashboards and those that people made.

    \b
    Example:
      throughline dashboard list
    """
    open_home(there(home))
    from throughline.dashboards.models import READY, Dashboard

    ready = [{"slug": key, "name": name, "owner": None, "ready": True} for key, name in READY.items()]
    made = [
        {
            "slug": each.slug,
            "name": each.name,
            "owner": each.owner.name if each.owner else None,
            "ready": False,
        }
        for each in Dashboard.objects.filter(removed_at=None, ready="").select_related("owner")
    ]
    rows = [*ready, *made]
    emit({"dashboards": rows}, as_json=as_json, show=lambda: _list(rows))


@command.command()
@click.argument("slug", metavar="SLUG")
@as_option
@team_option
@home_option
@json_option
def show(slug: str, email: str, team: str, home: Path | None, as_json: bool) -> None:
    """Show the figures of a dashboard, as its owner sees them or somebody else.

    \b
    Examples:
      throughline dashboard show director --as max@example.org
      throughline dashboard show team --as max@example.org --team Payments
      throughline dashboard show friday --json
    """
    open_home(there(home))
    from throughline.dashboards.queries import document, shown_of
    from throughline.dashboards.ready import looking_at

    board, person = _seen(slug, email, team)
    with placed(OPTIONS):
        looking = looking_at(board, person, team=team, now=now())
    shown = shown_of(board, looking)
    emit(document(board, shown), as_json=as_json, show=lambda: _show(board, shown))


@command.command()
@click.argument("slug", metavar="SLUG")
@as_option
@click.option("--days", default=14, show_default=True, metavar="N", help="How long it works, at most 90.")
@click.option("--note", default="", metavar="TEXT", help="Whom it is for.")
@team_option
@home_option
@json_option
def share(slug: str, email: str, days: int, note: str, team: str, home: Path | None, as_json: bool) -> None:
    """Make a link that shows a dashboard without an account. It is said this once.

    A manager shares her own dashboards and the ready-made ones; the link shows what she may see.

    \b
    Example:
      throughline dashboard share director --as max@example.org --note "The board" --days 7
    """
    opened = open_home(there(home))
    from throughline.dashboards.sharing import share as make_link
    from throughline.site import server

    board, person = _seen(slug, email, team)
    with placed(OPTIONS):
        made, path = make_link(person, board, days=days, note=note, team=team, now=now())
    document = {**_link(made), "address": server.known_address(opened) + path}
    emit(
        document,
        as_json=as_json,
        show=lambda: click.echo(f"Until {made.expires_at:%Y-%m-%d}: {document['address']}"),
    )


@command.command()
@home_option
@json_option
def links(home: Path | None, as_json: bool) -> None:
    """List every link that was made, with when it was last opened.

    \b
    Example:
      throughline dashboard links
    """
    open_home(there(home))
    from throughline.dashboards.models import SharedLink

    rows = [_link(each) for each in SharedLink.objects.select_related("dashboard", "made_by")]
    emit({"links": rows}, as_json=as_json, show=lambda: _links(rows))


@command.command()
@click.argument("link", metavar="LINK")
@home_option
@json_option
def revoke(link: str, home: Path | None, as_json: bool) -> None:
    """End a link at once, by its number in `throughline dashboard links`.

    \b
    Example:
      throughline dashboard revoke 1
    """
    open_home(there(home))
    from throughline.dashboards.models import SharedLink
    from throughline.dashboards.sharing import revoke as end

    is_number = link.isascii() and link.isdigit() and len(link) < 16
    found = (
        SharedLink.objects.filter(pk=int(link)).select_related("dashboard", "made_by").first()
        if is_number
        else None
    )
    if found is None:
        raise Refused(f"there is no link '{link}': `throughline dashboard links` lists them", place="LINK")
    end(ACTOR, found, now=now())
    found.refresh_from_db()
    emit(_link(found), as_json=as_json, show=lambda: click.echo("The link shows nothing any more."))


def _seen(slug: str, email: str, team: str) -> tuple[Dashboard, User]:
    """The dashboard and as whom it is looked at; left out, as its owner."""
    from django.http import Http404

    if team:
        _require_team(slug, team, is_for_somebody=bool(email))

    from throughline.accounts.queries import person_by_email
    from throughline.dashboards.access import dashboard_for
    from throughline.dashboards.models import READY, Dashboard

    if email:
        with placed({"": "--as"}):
            person: User | None = person_by_email(email)
    else:
        owned = Dashboard.objects.filter(slug=slug, removed_at=None, ready="").select_related("owner").first()
        person = owned.owner if owned else None
        if person is None and slug in READY:
            raise Refused(
                f"'{slug}' is ready-made, and shows everybody something else: say as whom", place="--as"
            )
    try:
        if person is None:
            raise Http404
        return dashboard_for(person, slug), person
    except Http404:
        said = f"there is no dashboard '{slug}' to see: `throughline dashboard list` shows all"
        raise Refused(said, place="SLUG", code="unknown") from None


def _require_team(slug: str, team: str, *, is_for_somebody: bool) -> None:
    """Raises Refused for a team beside a dashboard that is no team's, and for one that there is not.

    Which teams somebody sees is looked at with her dashboard.
    """
    from throughline.accounts.models import Team

    if slug != "team":
        said = f"'{slug}' shows no team's slice: only the dashboard 'team' does"
        raise Refused(said, place="--team")
    if is_for_somebody:
        return
    names = list(Team.objects.values_list("name", flat=True))
    if team not in names:
        way_out = f"expected one of {', '.join(names)}" if names else "there is none yet"
        raise Refused(f"there is no team '{team[:60]}': {way_out}", place="--team", code="unknown_team")


def _link(link: SharedLink) -> dict[str, Any]:
    return {
        "id": link.pk,
        "dashboard": link.dashboard.slug,
        "made_by": link.made_by.name,
        "note": link.note,
        "team": link.team,
        "made_at": link.made_at,
        "expires_at": link.expires_at,
        "revoked_at": link.revoked_at,
        "opened_at": link.opened_at,
        "opened": link.opened,
    }


def _list(rows: list[dict[str, Any]]) -> None:
    for each in rows:
        click.echo(f"{each['slug']}: {each['name']} ({'ready-made' if each['ready'] else each['owner']})")


def _show(board: Dashboard, shown: Sequence[Shown]) -> None:
    click.echo(board.name)
    for each in shown:
        click.echo(f"  {each.title}: {_said(each.figure) if each.figure else each.withheld}")
    if not shown:
        click.echo("  No tile yet.")


def _said(figure: Figure) -> str:
    """The figure as its tile says it."""
    value = figure.value_said if figure.value is not None or figure.said else "no figure"
    whole = f"{value} {figure.range_said}" if figure.range_said else value
    interval = "" if figure.range_said else figure.interval
    before = f"was {figure.before.said}" if figure.before else ""
    return ", ".join(filter(None, [whole, interval, before, figure.target, figure.status.replace("_", " ")]))


def _links(rows: list[dict[str, Any]]) -> None:
    for each in rows:
        end = (
            f"revoked {each['revoked_at']:%Y-%m-%d}"
            if each["revoked_at"]
            else f"until {each['expires_at']:%Y-%m-%d}"
        )
        opened = f"opened {each['opened']} times" if each["opened"] else "never opened"
        what = f"{each['dashboard']} of {each['team']}" if each["team"] else each["dashboard"]
        click.echo(f"{each['id']}: {what} for {each['note'] or 'nobody named'}, {end}, {opened}")
    if not rows:
        click.echo("No link was made.")
