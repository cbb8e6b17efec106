"""What work needs as a file: written from the records, and brought back, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.accounts.models import User
from throughline.assignments.access import works_of
from throughline.assignments.format.staffing import staffing_text
from throughline.assignments.models import Work
from throughline.assignments.naming import name_of
from throughline.assignments.staffing import TIES, Item, Said, describe
from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused, each_of
from throughline.objectives.models import Cycle, Initiative, KeyResult
from throughline.objectives.people import person_named
from throughline.plans.format.problems import Problem, Problems
from throughline.plans.format.reading import Block

# By the name in the record: the name in the file, where it is another.
NAMES: Mapping[str, str] = {"least": "min", "most": "max", "has_mentor": "mentor"}


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import did: the entries that changed something, and those that said what was known."""

    changed: tuple[str, ...]
    same: tuple[str, ...]


def export(cycle: Cycle | None = None) -> str:
    """What all work needs, or that of a cycle, as a file."""
    return staffing_text(pieces(cycle))


def pieces(cycle: Cycle | None = None) -> list[dict[str, Any]]:
    """The entries of the file as data, in the order of the plan."""
    return [_piece(each) for each in (works_of(cycle) if cycle else _every())]


def bring(actor: str, blocks: Iterable[Block], *, dry_run: bool = False, now: datetime) -> Brought:
    """Describe each piece of work as the file does, all or nothing. Raises Problems with their places."""
    problems: list[Problem] = []
    changed: list[str] = []
    same: list[str] = []
    with transaction.atomic():
        for block in blocks:
            try:
                is_new = describe(actor, _item(block), _said(block), now=now)
                (changed if is_new else same).append(block.key)
            except Problems as found:
                problems += found.found
            except Refused as refused:
                problems += [_problem(block, each) for each in each_of(refused)]
        transaction.set_rollback(dry_run or bool(problems))
    if problems:
        raise Problems(problems)
    return Brought(tuple(changed), tuple(same))


def _every() -> list[Work]:
    found = Work.objects.select_related("initiative", "key_result").prefetch_related("ties__person")
    return sorted(found, key=lambda each: (each.initiative is None, _name(each)))


def _name(work: Work) -> str:
    item = work.initiative or work.key_result
    assert item is not None
    return name_of(item)


def _piece(work: Work) -> dict[str, Any]:
    """An entry; numbers of key results stay out of it, since another installation counts them otherwise."""
    ties = work.ties.all()
    return {
        "of": _name(work),
        "kinds": work.kinds or None,
        "grows": work.grows,
        "value": work.value,
        "value_why": work.value_why,
        "weeks": work.weeks,
        "min": work.least,
        "max": work.most if work.most != work.least else None,
        "skills": work.skills or None,
        "mentor": work.has_mentor,
        **{kind: sorted(each.person.email for each in ties if each.kind == kind) for kind in TIES},
    }


def _item(block: Block) -> Item:
    kind, _, key = block.key.partition(":")
    model = Initiative if kind == "initiative" else KeyResult
    found: Item | None = model.objects.filter(key=key).first()
    if found is None:
        keys = model.objects.values_list("key", flat=True)
        word = kind.replace("_", " ")
        raise Refused(f"there is no {word} '{key}'{nearest(key, list(keys))}", place="of", code="unknown")
    return found


def _said(block: Block) -> Said:
    people = {kind: list(_people(block, kind)) for kind in TIES}
    problems = [each for found in people.values() for each in found if isinstance(each, Problem)]
    if problems:
        raise Problems(problems)
    return Said(
        kinds=block["kinds"] or {},
        grows=block["grows"],
        value=block["value"],
        value_why=block["value_why"],
        weeks=block["weeks"],
        least=block["min"],
        most=block["min"] if block["max"] is None else block["max"],
        skills=block["skills"] or {},
        has_mentor=block["mentor"],
        ties={kind: [each for each in found if isinstance(each, User)] for kind, found in people.items()},
    )


def _people(block: Block, kind: str) -> Iterator[User | Problem]:
    for number, name in enumerate(block[kind]):
        # Who has left may still be named where a tie of theirs stands.
        found = person_named(name) or User.objects.filter(email__iexact=name).first()
        if found is not None:
            yield found
            continue
        several = User.objects.filter(name__iexact=name, is_active=True).exists()
        message = (
            f"{kind}: several people are called '{name}': write the e-mail address"
            if several
            else f"{kind}: nobody here is called '{name}': write a name or an e-mail address from People"
        )
        yield Problem(block.at(kind, number), message, "unknown")


def _problem(block: Block, refused: Refused) -> Problem:
    name = NAMES.get(refused.place or "", refused.place or "")
    said = f"{name}: {refused.message}" if name else refused.message
    return Problem(block.at(name) if name else block.place, said, refused.code)
