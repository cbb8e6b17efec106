"""`throughline outcomes`: grade finished work, and learn from what is graded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option, now, placed, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.accounts.models import User
    from throughline.outcomes.access import Piece

OPTIONS = {name: f"--{name}" for name in ("impact", "engagement", "growth", "overall", "note")}
LONGEST_NUMBER = 12
_WORK = "initiative:KEY or key_result:KEY"


@click.group()
def command() -> None:
    """Grade finished work, and learn from it what business value, interest and growth should count.

    \b
    Example:
      throughline outcomes waiting --by ana@example.org
      throughline outcomes learn
    """


@command.command()
@home_option
@json_option
def learn(home: Path | None, as_json: bool) -> None:
    """Say what the grades that count say of the weights, or why it is too early.

    A piece of work counts as the mean of its grades, as soon as three people gave some.

    \b
    Example:
      throughline outcomes learn --json
    """
    open_home(there(home))
    from throughline.cli.next_learn import show
    from throughline.outcomes import queries, shown
    from throughline.outcomes.documents import learnt_document

    found = queries.learning()
    answer: dict[str, Any] = {
        "learnt": learnt_document(found.learnt, queries.GRADED_ON) if found.learnt else None,
        "people": found.people,
        "people_waiting": found.people_waiting,
        "left_out": found.left_out,
    }

    def told() -> None:
        if answer["learnt"]:
            show(answer["learnt"])
        else:
            click.echo("Nothing counts yet: grades count as soon as three people gave some.")
        if found.people_waiting:
            click.echo(shown.waiting(found))

    emit(answer, as_json=as_json, show=told)


@command.command()
@home_option
@json_option
def rows(home: Path | None, as_json: bool) -> None:
    """Write what is learnt from as CSV, a finished piece of work a line, for `throughline next learn`.

    Without names, in the order of the figures. In a small team a row can still be somebody's: only who has
    the data folder, and so the records themselves, gets it; no page hands it out.

    \b
    Example:
      throughline outcomes rows > finished.csv
      throughline outcomes rows | throughline next learn -
    """
    open_home(there(home))
    from throughline.outcomes import queries
    from throughline.outcomes.documents import COLUMNS
    from throughline.site.exports import csv_lines

    found = queries.rows()
    emit(
        [dict(zip(COLUMNS, row, strict=True)) for row in found],
        as_json=as_json,
        show=lambda: click.echo("".join(csv_lines(COLUMNS, found)), nl=False),
    )


@command.command()
@click.option("--by", "email", required=True, metavar="E-MAIL", help="Whose finished work.")
@home_option
@json_option
def waiting(email: str, home: Path | None, as_json: bool) -> None:
    """List the finished work that waits for a person's grades.

    \b
    Example:
      throughline outcomes waiting --by ana@example.org
    """
    open_home(there(home))
    from throughline.outcomes import queries

    found = [_waiting(each) for each in queries.mine(_person(email)).waiting]

    def told() -> None:
        for each in found:
            click.echo(f"{each['work']}  {each['title']}")
        if not found:
            click.echo("Nothing waits.")

    emit(found, as_json=as_json, show=told)


def _waiting(each: Any) -> dict[str, Any]:
    work = each.piece.work
    name = "initiative" if each.piece.kind == "initiative" else "key_result"
    return {"work": f"{name}:{work.key}", "title": each.title, "own": each.piece.is_own}


@command.command()
@click.argument("work", metavar="WORK")
@click.option("--by", "email", required=True, metavar="E-MAIL", help="Who says it.")
@click.option("--overall", type=int, required=True, metavar="1-5", help="Was it the right work?")
@click.option("--impact", type=int, metavar="1-5", help="What it did for the business.")
@click.option("--engagement", type=int, metavar="1-5", help="How absorbing it was; of one's own work.")
@click.option("--growth", type=int, metavar="1-5", help="How much one learnt by it; of one's own work.")
@click.option("--note", default="", metavar="TEXT", help="A note to oneself.")
@home_option
@json_option
def grade(work: str, email: str, home: Path | None, as_json: bool, **said: Any) -> None:
    """Say how a finished piece of work turned out; WORK is initiative:KEY or key_result:KEY.

    \b
    Example:
      throughline outcomes grade initiative:paved-road --by ana@example.org --overall 5 --impact 4
    """
    open_home(there(home))
    from throughline.outcomes import actions

    person = _person(email)
    piece = _piece(person, work)
    with placed(OPTIONS):
        made = actions.grade(person, piece, **said, now=now())
    answer = {"work": work, "counts": made.counted_at is not None}
    counts = "It counts now." if made.counted_at else "It counts once the grades of three people are in."
    emit(answer, as_json=as_json, show=lambda: click.echo(f"{work} is graded. {counts}"))


def _person(email: str) -> User:
    from throughline.accounts.access import at_least
    from throughline.accounts.models import Role
    from throughline.accounts.queries import person_by_email

    with placed({"": "--by"}):
        person = person_by_email(email)
    if not at_least(person, Role.MEMBER):
        message = f"{person.name} is a {person.role}: whoever does work or leads it grades it"
        raise Refused(message, place="--by")
    return person


def _piece(person: User, said: str) -> Piece:
    from django.http import Http404

    from throughline.outcomes import access

    kind, _, key = said.partition(":")
    try:
        if kind == "initiative":
            return access.initiative_for(person, key)
        if kind == "key_result" and key:
            return access.key_result_for(person, _number_of(key))
    except Http404:
        message = f"'{said}' is no finished work of {person.name}: see `throughline outcomes waiting`"
        raise Refused(message, place="WORK", code="unknown") from None
    raise Refused(f"expected {_WORK}, found '{said}'", place="WORK", code="work")


def _number_of(key: str) -> int:
    """The number of a key result by its key in the plan, or that number itself; 0 is none."""
    from throughline.objectives.models import KeyResult

    found = KeyResult.objects.filter(key=key).values_list("pk", flat=True).first()
    is_number = key.isascii() and key.isdecimal() and len(key) <= LONGEST_NUMBER
    return found or (int(key) if is_number else 0)
