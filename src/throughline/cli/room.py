"""`throughline room`: ask a panel, give a number that stays private until the reveal, reveal, close."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option, now, placed, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.accounts.models import User
    from throughline.forecasts.models import Room

OPTIONS = {
    "title": "--title",
    "panel": "--panel",
    "closes_at": "--closes-at",
    "mode": "--apart",
    "probability": "--p",
    "steps": "--p",
    "rationale": "--why",
    "loss_low": "--loss",
    "loss_high": "--loss",
}

_by = click.option("--by", "email", required=True, metavar="E-MAIL", help="Who does it.")
_as = click.option(
    "--by", "email", default="", metavar="E-MAIL", help="Whose own number is shown; nobody's where left out."
)
_closes_at = click.option(
    "--closes-at", default="", metavar="INSTANT", help="Until when a round waits, UTC: 2027-01-15T16:00."
)


@click.group()
def command() -> None:
    """Ask a panel how likely a scenario is; nobody sees another's number before all are revealed.

    \b
    Example:
      throughline room open prod-access --panel mia@example.org --panel max@example.org --by mia@example.org
      throughline room give 1 --p "18 %" --loss 80k 1.5M --by mia@example.org
      throughline room reveal 1 --by mia@example.org
    """


@command.command("list")
@_as
@home_option
@json_option
def list_(email: str, home: Path | None, as_json: bool) -> None:
    """List the rooms, the newest first.

    \b
    Example:
      throughline room list --by mia@example.org
    """
    open_home(there(home))
    from throughline.forecasts.documents import summary
    from throughline.forecasts.models import Room
    from throughline.forecasts.queries import listed

    found = listed(Room.objects.select_related("scenario", "facilitator"), _person(email))
    rows = [summary(each) for each in found]
    emit({"rooms": rows}, as_json=as_json, show=lambda: _show_list(rows))


@command.command()
@click.argument("id", type=int, metavar="ID")
@_as
@home_option
@json_option
def show(id: int, email: str, home: Path | None, as_json: bool) -> None:
    """Show a room as one person sees it: her own number, and everybody's from their reveal on.

    \b
    Example:
      throughline room show 1 --by mia@example.org --json
    """
    open_home(there(home))
    _answer(_found(id), _person(email), as_json=as_json)


@command.command("open")
@click.argument("scenario", metavar="SCENARIO")
@click.option("--panel", multiple=True, metavar="E-MAIL", help="Who is asked; once for each.")
@click.option("--title", default="", metavar="TEXT", help="Its name (default: the scenario's sentence).")
@click.option("--apart", is_flag=True, help="Each answers in her own time, until --closes-at.")
@_closes_at
@click.option("--no-loss", is_flag=True, help="Do not ask for the loss.")
@click.option("--repeats", type=int, metavar="ID", help="The room that it repeats; its panel is asked again.")
@_by
@home_option
@json_option
def open_(
    scenario: str, email: str, home: Path | None, as_json: bool, repeats: int | None, **asked: Any
) -> None:
    """Open a room about a scenario; whoever opens it facilitates.

    \b
    Example:
      throughline room open prod-access --panel mia@example.org --panel max@example.org --by mia@example.org
    """
    open_home(there(home))
    from throughline.forecasts import opening
    from throughline.forecasts.access import may_open

    person, before = _someone(email), _found(repeats, place="--repeats") if repeats else None
    if not may_open(person):
        raise Refused(f"{person.name} is a {person.role}: a member opens rooms", place="--by")
    panel = [_someone(each, place="--panel") for each in asked["panel"]]
    with placed(OPTIONS):
        room = opening.open_room(
            person,
            _scenario(scenario),
            panel=panel or (list(opening.panel_again(before)) if before else []),
            title=asked["title"],
            mode="apart" if asked["apart"] else "together",
            asks_loss=not asked["no_loss"],
            closes_at=_instant(asked["closes_at"]),
            repeats=before,
            now=now(),
        )
    _answer(room, person, as_json=as_json)


@command.command()
@click.argument("id", type=int, metavar="ID")
@click.option(
    "--p", "chances", multiple=True, metavar="P", help="18 % or 0.18; once for each step where there are any."
)
@click.option("--loss", nargs=2, metavar="LOW HIGH", help="The range that you are 90 % sure of.")
@click.option("--why", default="", metavar="TEXT", help="Shown at the reveal, without your name.")
@_by
@home_option
@json_option
def give(
    id: int,
    chances: tuple[str, ...],
    loss: tuple[str, str] | None,
    why: str,
    email: str,
    home: Path | None,
    as_json: bool,
) -> None:
    """Give your number for the open round, or change it; only you see it before the reveal.

    \b
    Example:
      throughline room give 1 --p "18 %" --loss 80k 1.5M --by mia@example.org
    """
    open_home(there(home))
    from throughline.engine.chances import chance_of
    from throughline.forecasts import actions
    from throughline.forecasts.forms import range_of

    person, room = _someone(email), _found(id)
    with placed(OPTIONS):
        said = [chance_of(each, place="probability") for each in chances]
        chain = bool(room.scenario.steps)
        if not chain and len(said) > 1:
            raise Refused("this scenario has no steps: give one probability", place="probability")
        answer = actions.Answer(
            probability=said[0] if said and not chain else None,
            steps=said if chain else (),
            loss=range_of(*loss) if loss else None,
            rationale=why,
        )
        actions.give(person, room, answer, now=now())
    _answer(room, person, as_json=as_json)


@command.command()
@click.argument("id", type=int, metavar="ID")
@_by
@home_option
@json_option
def reveal(id: int, email: str, home: Path | None, as_json: bool) -> None:
    """Show everybody the open round's numbers, without names, and pool them.

    \b
    Example:
      throughline room reveal 1 --by mia@example.org
    """
    open_home(there(home))
    from throughline.forecasts import actions

    _lead(id, email, lambda person, room: actions.reveal(person, room, now=now()), as_json=as_json)


@command.command()
@click.argument("id", type=int, metavar="ID")
@_closes_at
@_by
@home_option
@json_option
def again(id: int, closes_at: str, email: str, home: Path | None, as_json: bool) -> None:
    """Open round two: each answers once more, alone.

    \b
    Example:
      throughline room again 1 --by mia@example.org
    """
    open_home(there(home))
    from throughline.forecasts import actions

    def step(person: User, room: Room) -> None:
        actions.ask_again(person, room, closes_at=_instant(closes_at), now=now())

    _lead(id, email, step, as_json=as_json)


@command.command()
@click.argument("id", type=int, metavar="ID")
@_by
@home_option
@json_option
def close(id: int, email: str, home: Path | None, as_json: bool) -> None:
    """End a room: what the panel said last becomes a value of the scenario's series.

    \b
    Example:
      throughline room close 1 --by mia@example.org
    """
    open_home(there(home))
    from throughline.forecasts import actions

    _lead(id, email, lambda person, room: actions.close(person, room, now=now()), as_json=as_json)


def _lead(id: int, email: str, step: Callable[[User, Room], object], *, as_json: bool) -> None:
    """One step of whoever leads the room."""
    from throughline.forecasts.access import leads

    person, room = _someone(email), _found(id)
    if not leads(person, room):
        message = f"{person.name} does not lead this room: {room.facilitator.name} does, or a manager"
        raise Refused(message, place="--by")
    with placed(OPTIONS):
        step(person, room)
    _answer(_found(id), person, as_json=as_json)


def _answer(room: Room, person: User | None, *, as_json: bool) -> None:
    from throughline.forecasts.documents import document
    from throughline.forecasts.queries import seen_by

    told = document(seen_by(person, room))
    emit(told, as_json=as_json, show=lambda: _show(told))


def _show(told: dict[str, Any]) -> None:
    click.echo(f"{told['id']}: {told['title']} ({told['state']})")
    click.echo(told["sentence"])
    if told["mine"]:
        click.echo(f"Your number in this round: {told['mine']['probability']:.4g}")
    for each in told["rounds"]:
        click.echo(f"Round {each['number']}: {', '.join(_said(each))}")


def _said(round: dict[str, Any]) -> list[str]:
    """The numbers of a round by value; who asks sees which is her own, as on the page."""
    answers, own = round["answers"], round["mine"]
    said = [f"{answer['probability']:.4g}" for answer in answers]
    if own in answers:
        said[answers.index(own)] += " (yours)"
    return said


def _show_list(rows: list[dict[str, Any]]) -> None:
    if not rows:
        click.echo("No room yet: `throughline room open SCENARIO` opens one.")
    for each in rows:
        waits = ", waits for you" if each["waits_for_you"] else ""
        progress = f"{each['answered']} of {each['asked']} in"
        click.echo(f"{each['id']}: {each['title']} ({each['state']}, {progress}{waits})")


def _someone(email: str, *, place: str = "--by") -> User:
    from throughline.accounts.queries import person_by_email

    with placed({"": place}):
        return person_by_email(email)


def _person(email: str) -> User | None:
    return _someone(email) if email else None


def _found(id: int, *, place: str = "ID") -> Room:
    from throughline.forecasts.models import Room

    found = Room.objects.select_related("scenario__series", "facilitator").filter(pk=id).first()
    if found is None:
        raise Refused(f"there is no room {id}; `throughline room list` names those there are", place=place)
    return found


def _scenario(key: str) -> Any:
    from throughline.risk.models import Scenario

    found = Scenario.objects.filter(key=key).first()
    if found is None:
        raise Refused(f"there is no scenario '{key}'", place="SCENARIO")
    return found


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        message = f"expected a day and a time such as 2027-01-15T16:00, found '{text}'"
        raise Refused(message, place="--closes-at") from None
