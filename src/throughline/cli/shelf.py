"""`throughline shelf`: what can be read for a cycle, who reads it, and what each takes from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import bar, emit, home_option, json_option, now, placed, there
from throughline.cli.finding import cycle_of
from throughline.cli.given import content_of, name_of
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.accounts.models import User
    from throughline.inspiration.bringing import Brought
    from throughline.inspiration.models import Item, Reading

ACTOR = "command line"
OPTIONS = {"title": "TITLE", "kind": "--kind", "address": "--address", "text": "--text"}
OPTIONS |= {"person": "--to", "takeaway": "TEXT", "to_board": "--note"}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Keep what is worth reading, and what was taken from it.

    \b
    Example:
      throughline shelf list 2027-q1
    """


@command.command("list")
@click.argument("cycle", metavar="CYCLE")
@click.option("--kind", default="", metavar="KIND", help="article, video, practice or card.")
@click.option("--words", default="", metavar="TEXT", help="Those that hold all of these words.")
@click.option("--read", is_flag=True, help="Those that somebody reads for the cycle.")
@home_option
@json_option
def list_(cycle: str, kind: str, words: str, read: bool, home: Path | None, as_json: bool) -> None:
    """List what is on the shelf, with who reads it for a cycle and what was taken from it.

    \b
    Example:
      throughline shelf list 2027-q1 --kind practice --words "signed build"
    """
    open_home(there(home))
    from throughline.inspiration import queries
    from throughline.inspiration.actions import known_kind
    from throughline.inspiration.models import Item

    found = cycle_of(cycle, place="CYCLE")
    with placed(OPTIONS):
        wanted = queries.Wanted(known_kind(kind) if kind else "", words, read=read)
    items = queries.wanted_items(Item.objects.filter(withdrawn_at=None), wanted, found)
    rows = [
        dict(zip(queries.COLUMNS, row, strict=True))
        for row in queries.rows_of(queries.shelved(list(items), found))
    ]
    emit({"cycle": found.key, "items": rows}, as_json=as_json, show=lambda: _list(rows))


@command.command()
@click.argument("title", metavar="TITLE")
@click.option("--kind", default="article", metavar="KIND", help="article, video, practice or card.")
@click.option("--address", default="", metavar="URL", help="Where it is.")
@click.option("--text", default="", metavar="TEXT", help="What it is about.")
@home_option
@json_option
def add(title: str, home: Path | None, as_json: bool, **said: str) -> None:
    """Put an item on the shelf.

    \b
    Example:
      throughline shelf add "A talk on signed builds" --kind video --address https://example.org/talk
    """
    open_home(there(home))
    from throughline.inspiration.actions import Said, put

    with placed(OPTIONS):
        made = put(ACTOR, Said(title=title, **said), now=now())
    emit(_document(made), as_json=as_json, show=lambda: click.echo(f"{made.pk}: on the shelf."))


@command.command("import")
@click.argument("file", metavar="FILE|-")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["csv", "yaml"]),
    help="How to read it (default: by the file's ending).",
)
@home_option
@json_option
def import_(file: str, format_: str | None, home: Path | None, as_json: bool) -> None:
    """Bring a table or the model.yaml of the OWASP DevSecOps Maturity Model in: all of it, or nothing.

    A table has the columns title, address, kind and text; only title must be there.

    \b
    Examples:
      throughline shelf import model.yaml
      throughline shelf import - --format csv < reading.csv
    """
    open_home(there(home))
    from throughline.inspiration.bringing import MOST_BYTES, bring_file

    content, name = content_of(file, most=MOST_BYTES), Path(name_of(file)).name
    with bar() as progress:
        brought = bring_file(ACTOR, content, name=name, format=format_ or "", now=now(), progress=progress)
    _brought(brought, as_json=as_json)


@command.command()
@home_option
@json_option
def cards(home: Path | None, as_json: bool) -> None:
    """Put the narrative cards of the product on the shelf: ways to tell a piece of security work.

    \b
    Example:
      throughline shelf cards
    """
    open_home(there(home))
    from throughline.inspiration.bringing import bring_cards

    _brought(bring_cards(ACTOR, now=now()), as_json=as_json)


@command.command()
@click.argument("item", metavar="ITEM")
@click.argument("cycle", metavar="CYCLE")
@click.option("--to", "email", required=True, metavar="E-MAIL", help="Who reads it.")
@home_option
@json_option
def assign(item: str, cycle: str, email: str, home: Path | None, as_json: bool) -> None:
    """Have somebody read an item for a cycle.

    \b
    Example:
      throughline shelf assign 7 2027-q1 --to mia@example.org
    """
    open_home(there(home))
    from throughline.inspiration import actions

    found, person = _item(item), _person(email, place="--to")
    with placed(OPTIONS):
        reading = actions.assign(ACTOR, found, to=person, cycle=cycle_of(cycle, place="CYCLE"), now=now())
    said = f"{person.name} reads “{found.title}”."
    emit(_reading(reading), as_json=as_json, show=lambda: click.echo(said))


@command.command()
@click.argument("item", metavar="ITEM")
@click.argument("cycle", metavar="CYCLE")
@click.argument("text", metavar="TEXT")
@click.option("--by", "email", required=True, metavar="E-MAIL", help="Who takes it.")
@click.option("--note", is_flag=True, help="Put it on the board of ideas, as a note of that person.")
@home_option
@json_option
def takeaway(
    item: str, cycle: str, text: str, email: str, note: bool, home: Path | None, as_json: bool
) -> None:
    """Keep the one thing that a reader takes from an item.

    \b
    Example:
      throughline shelf takeaway 7 2027-q1 "Sign what we ship" --by mia@example.org
    """
    open_home(there(home))
    from throughline.inspiration import actions

    reading = _reading_of(item, cycle, _person(email, place="--by"))
    with placed(OPTIONS):
        made = actions.take(reading.person, reading, takeaway=text, to_board=note, now=now())
    reading.refresh_from_db()
    document = _reading(reading) | {"note": made.handle if made else None}
    said = "It is kept, and a note of yours." if made else "It is kept."
    emit(document, as_json=as_json, show=lambda: click.echo(said))


@command.command()
@click.argument("item", metavar="ITEM")
@home_option
@json_option
def archive(item: str, home: Path | None, as_json: bool) -> None:
    """Take an item off the shelf; what was taken from it stays.

    \b
    Example:
      throughline shelf archive 7
    """
    open_home(there(home))
    from throughline.inspiration.actions import withdraw

    found = _item(item)
    withdraw(ACTOR, found, now=now())
    said = f"“{found.title}” is off the shelf."
    emit(_document(found), as_json=as_json, show=lambda: click.echo(said))


def _item(number: str) -> Item:
    from throughline.inspiration.models import Item

    is_number = number.isdecimal() and len(number) < 16
    found = Item.objects.filter(pk=int(number), withdrawn_at=None).first() if is_number else None
    if found is None:
        message = f"there is no item '{number}' on the shelf: `throughline shelf list CYCLE` lists them"
        raise Refused(message, place="ITEM", code="unknown")
    return found


def _reading_of(item: str, cycle: str, person: User) -> Reading:
    from throughline.inspiration.access import may_add
    from throughline.inspiration.models import Reading

    found, within = _item(item), cycle_of(cycle, place="CYCLE")
    reading = Reading.objects.filter(item=found, cycle=within, person=person).first()
    if not may_add(person):
        raise Refused(f"{person.name} is a {person.role}: a member reads for the team", place="--by")
    if reading is None:
        said = f"`throughline shelf assign {found.pk} {within.key} --to {person.email}` has it read"
        raise Refused(f"{person.name} does not read “{found.title}” for {within.title}: {said}", place="--by")
    return reading


def _person(email: str, *, place: str) -> User:
    from throughline.accounts.queries import person_by_email

    with placed({"": place}):
        return person_by_email(email)


def _document(item: Item) -> dict[str, Any]:
    names = ("id", "kind", "title", "address", "text", "source", "source_id")
    return {name: getattr(item, name) for name in names}


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "item": reading.item_id,
        "title": reading.item.title,
        "cycle": reading.cycle.key,
        "person": reading.person.name,
        "takeaway": reading.takeaway,
    }


def _brought(brought: Brought, *, as_json: bool) -> None:
    document = {"new": brought.new, "changed": brought.changed, "same": brought.same}
    emit(document, as_json=as_json, show=lambda: click.echo(f"{brought}."))


def _list(rows: list[dict[str, Any]]) -> None:
    if not rows:
        click.echo("Nothing like that is on the shelf.")
    for each in rows:
        readers = f"  (read by {each['readers']})" if each["readers"] else ""
        click.echo(f"{each['id']}: {each['title']} [{each['kind']}]{readers}")
        for line in filter(None, each["takeaways"].split("\n")):
            click.echo(f"    “{line}”")
