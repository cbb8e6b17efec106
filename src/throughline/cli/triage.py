"""`throughline triage`: decide what vulnerabilities are, as the person whose decision it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option, now, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.accounts.models import User

STATES = ("potential", "confirmed", "false positive", "duplicate", "accepted", "out of scope")
DAY = click.DateTime(["%Y-%m-%d"])
OPTIONS = {"state": "--as", "reason": "--reason", "until": "--until", "of": "--of"}


@click.command("triage")
@click.argument("numbers", nargs=-1, required=True, type=click.IntRange(min=1, max=10**18), metavar="NUMBER…")
@click.option("--by", "email", required=True, metavar="E-MAIL", help="Whose decision it is.")
@click.option("--as", "state", type=click.Choice(STATES), help="What they are.")
@click.option("--of", default="", metavar="NUMBER|KEY|TITLE", help="The original, of duplicates.")
@click.option("--reason", default="", metavar="TEXT", help="Why; not needed where they are confirmed.")
@click.option("--until", type=DAY, metavar="DATE", help="The last day of an acceptance.")
@click.option("--undo", is_flag=True, help="Take the last decision about each back instead.")
@home_option
@json_option
def command(
    numbers: tuple[int, ...],
    email: str,
    state: str | None,
    of: str,
    reason: str,
    until: datetime | None,
    undo: bool,
    home: Path | None,
    as_json: bool,
) -> None:
    """Decide what vulnerabilities are, by the numbers in their addresses.

    The decision is that of a person, who may decide about what her teams own only, as on the page.

    \b
    Examples:
      throughline triage 17 18 --as duplicate --of 12 --by mia@example.org
      throughline triage 17 --undo --by mia@example.org
    """
    if undo == (state is not None):
        raise Refused("give either --as with what they are, or --undo", place="--as")
    open_home(there(home))
    from throughline.vulnerabilities import actions

    person = _decider(email, numbers)
    ends = (until + timedelta(days=1)).replace(tzinfo=UTC) if until else None
    try:
        if undo:
            count = actions.undo(person, numbers, now=now())
        else:
            said: dict[str, Any] = {"reason": reason, "until": ends, "of": of}
            count = actions.triage(person, numbers, state or "", now=now(), **said)
    except Refused as refused:
        raise Refused(refused.message, place=OPTIONS.get(refused.code), code=refused.code) from refused
    document = {"numbers": list(numbers), "state": state, "changed": count}
    emit(document, as_json=as_json, show=lambda: click.echo(_sentence(count, state)))


def _decider(email: str, numbers: Sequence[int]) -> User:
    """The person, where she may decide about all of these. Raises Refused."""
    from throughline.accounts.access import at_least
    from throughline.accounts.models import Role
    from throughline.accounts.queries import person_by_email
    from throughline.vulnerabilities.access import visible

    person = person_by_email(email)
    if not at_least(person, Role.MEMBER):
        message = f"{person.name} is a {person.role}: somebody with the role member can decide"
        raise Refused(message, place="--by")
    seen = set(visible(person).filter(pk__in=numbers).values_list("pk", flat=True))
    unseen = [str(number) for number in numbers if number not in seen]
    if unseen:
        raise Refused(f"{person.name} sees no vulnerability {', '.join(unseen[:10])}: look for a typo")
    return person


def _sentence(count: int, state: str | None) -> str:
    many = f"{count:,} vulnerabilit{'y' if count == 1 else 'ies'}"
    return f"{many} became {state}." if state else f"Taken back: {many}."
