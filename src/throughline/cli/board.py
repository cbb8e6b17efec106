"""`throughline board`: boards from the command line, also for those who take part in their own time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option, now, placed, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.accounts.models import User
    from throughline.workshops.models import Board

OPTIONS = {"text": "TEXT", "order": "CLUSTER", "notes": "NOTE", "to": "--to", "title": "--title"} | {
    name: f"--{name.replace('_', '-')}" for name in ("column", "link", "key_result")
}
_by = click.option("--by", "email", required=True, metavar="E-MAIL", help="Who does it.")


@click.group("board")
def command() -> None:
    """See boards, take part in them, and export what was revealed.

    \b
    Example:
      throughline board list
      throughline board show 3 --by mia@example.org
    """


@command.command("list")
@click.option("--by", "email", default="", metavar="E-MAIL", help="Say what waits for this person.")
@home_option
@json_option
def list_boards(email: str, home: Path | None, as_json: bool) -> None:
    """List boards with their phase, and how many notes and ballots they have.

    \b
    Example:
      throughline board list --by mia@example.org
    """
    open_home(there(home))
    from throughline.workshops.documents import summary
    from throughline.workshops.models import Board
    from throughline.workshops.queries import listed

    person = _person(email) if email else None
    found = [summary(each) for each in listed(Board.objects.select_related("cycle", "facilitator"), person)]

    def show() -> None:
        for each in found:
            waits = f", waits for {each['waits_for_you']}" if each["waits_for_you"] else ""
            click.echo(
                f"{each['id']}  {each['title']}: {each['phase']}, {each['notes']} notes, "
                f"{each['ballots']} of {each['seats']} ballots{waits}"
            )
        if not found:
            click.echo("There is no board yet.")

    emit({"boards": found}, as_json=as_json, show=show)


@command.command()
@click.argument("id", type=int, metavar="ID")
@click.option("--by", "email", default="", metavar="E-MAIL", help="Add the notes that are this person's own.")
@home_option
@json_option
def show(id: int, email: str, home: Path | None, as_json: bool) -> None:
    """Show a board as a page shows it: notes from the reveal on, the count once the vote is over.

    \b
    Example:
      throughline board show 3 --json
    """
    open_home(there(home))
    from throughline.workshops.access import own_notes
    from throughline.workshops.documents import document

    board, person = _board(id), _person(email) if email else None
    answer = document(board)
    if person is not None:
        answer["own_notes"] = [{"id": each.handle, "text": each.text} for each in own_notes(person, board)]
    emit(answer, as_json=as_json, show=lambda: _show(answer))


def _show(answer: dict[str, Any]) -> None:
    click.echo(f"{answer['title']}\n{answer['sentence']}")
    for each in answer.get("own_notes", ()):
        click.echo(f"  yours {each['id']}: {each['text']}")
    for cluster in answer["clusters"]:
        click.echo(f"{cluster['id']}  {cluster['title']}")
        for note in cluster["notes"]:
            click.echo(f"   - {note['id']}: {note['text']}")
    for note in answer["loose"]:
        click.echo(f"   - {note['id']}: {note['text']}")
    for each in (answer["result"] or {}).get("points", ()):
        click.echo(f"{each['rank']}. {each['option']}: {each['points']} points")


@command.command()
@click.argument("id", type=int, metavar="ID")
@click.option(
    "--as", "kind", type=click.Choice(["markdown", "csv", "ballots"]), default="markdown", show_default=True
)
@home_option
@json_option
def export(id: int, kind: str, home: Path | None, as_json: bool) -> None:
    """Write what was revealed as Markdown or CSV, or the nameless ballots of a vote that is over.

    \b
    Example:
      throughline board export 3 --as ballots > ballots.csv
    """
    open_home(there(home))
    from throughline.site.exports import csv_lines
    from throughline.workshops import documents
    from throughline.workshops.models import Board

    board = _board(id)
    if board.revealed_at is None:
        raise Refused("its notes are private until the reveal: there is nothing to export yet", place="ID")
    if kind == "ballots" and (board.phase != Board.Phase.RESULT or board.cleared_at is not None):
        why = "were removed after the meeting" if board.cleared_at else "are private until the vote is over"
        raise Refused(f"its ballots {why}", place="ID")
    if kind == "markdown":
        text = documents.markdown(board)
    else:
        header = documents.BALLOTS if kind == "ballots" else documents.NOTES
        rows = documents.ballot_rows(board) if kind == "ballots" else documents.table(board)
        text = "".join(csv_lines(header, rows))
    emit({"board": id, kind: text}, as_json=as_json, show=lambda: click.echo(text, nl=False))


@command.command()
@click.argument("id", type=int, metavar="ID")
@click.argument("text", metavar="TEXT")
@click.option("--column", default="", metavar="NAME", help="Under which column; the first where left out.")
@click.option("--link", default="", metavar="ADDRESS", help="What it rests on.")
@click.option("--key-result", type=int, default=None, metavar="ID", help="The key result it would move.")
@_by
@home_option
@json_option
def note(id: int, text: str, email: str, home: Path | None, as_json: bool, **more: Any) -> None:
    """Write a note; nobody else sees it before the reveal.

    \b
    Example:
      throughline board note 3 "Rotate the keys" --by mia@example.org
    """
    open_home(there(home))
    from throughline.workshops import actions

    board, person = _board(id), _member(email)
    with placed(OPTIONS):
        made = actions.write(person, board, actions.Written(text=text, **more), now=now())
    emit(
        {"board": id, "note": made.handle}, as_json=as_json, show=lambda: click.echo(f"Kept: {made.handle}.")
    )


@command.command()
@click.argument("id", type=int, metavar="ID")
@click.argument("notes", nargs=-1, required=True, metavar="NOTE…")
@click.option("--to", required=True, metavar="CLUSTER", help="The id of a cluster, new, or out.")
@click.option("--title", default="", metavar="TEXT", help="What a new cluster is called.")
@_by
@home_option
@json_option
def move(
    id: int, notes: tuple[str, ...], to: str, title: str, email: str, home: Path | None, as_json: bool
) -> None:
    """Put notes into a cluster, into a new one, or out of all.

    \b
    Example:
      throughline board move 3 5f0c2a81b2d94e07 --to new --title Keys --by mia@example.org
    """
    open_home(there(home))
    from throughline.site.numbers import whole_number
    from throughline.workshops import sorting

    board, person = _board(id), _member(email)
    cluster = whole_number(to)
    if to not in ("new", "out") and cluster is None:
        raise Refused(f"expected the id of a cluster, new or out; found '{to[:40]}'", place="--to")
    with placed(OPTIONS):
        if to == "new":
            made = sorting.put_together(person, board, notes, title=title, now=now())
        else:
            made = sorting.move(person, board, notes, to=cluster, now=now())
    answer = {"board": id, "moved": made is not None}
    emit(answer, as_json=as_json, show=lambda: click.echo("Moved." if made else "They are there already."))


@command.command()
@click.argument("id", type=int, metavar="ID")
@click.argument("order", nargs=-1, required=True, type=int, metavar="CLUSTER…")
@_by
@home_option
@json_option
def vote(id: int, order: tuple[int, ...], email: str, home: Path | None, as_json: bool) -> None:
    """Rank exactly five clusters by their ids, best first; all where there are fewer.

    \b
    Example:
      throughline board vote 3 12 15 11 19 14 --by mia@example.org
    """
    open_home(there(home))
    from throughline.workshops import voting

    board, person = _board(id), _member(email)
    with placed(OPTIONS):
        made = voting.rank(person, board, order, now=now())
    emit({"board": id, "order": made.order}, as_json=as_json, show=lambda: click.echo("Your ballot is kept."))


def _board(id: int) -> Board:
    from throughline.workshops.models import Board

    found = Board.objects.filter(pk=id).select_related("cycle", "facilitator").first()
    if found is None:
        raise Refused(f"there is no board {id}; `throughline board list` names those there are", place="ID")
    return found


def _person(email: str) -> User:
    from throughline.accounts.queries import person_by_email

    return person_by_email(email)


def _member(email: str) -> User:
    """The person, if she may take part as on the page. Raises Refused."""
    from throughline.workshops.access import takes_part

    person = _person(email)
    if not takes_part(person):
        raise Refused(f"{person.name} is a {person.role}: members take part in boards", place="--by")
    return person
