"""Who reaches what is said of finished work: its writer what she wrote, everybody else only sums.

This is the only module that reads grades. A query below asks for the person's own rows, or for means over all
that counts, by piece of work and without a person. Grades begin to count when those of TOGETHER people wait
(`actions.py`), so that what others see never moves by the grades of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Avg, Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.objectives.models import Initiative, KeyResult, Version
from throughline.outcomes.models import GRADES, Outcome

# A grade begins to count together with those of so many people, its writer's included.
TOGETHER = 3
# The overall grade stands last, as the outcome does in a file of finished work.
OF_A_PIECE = (*GRADES, "overall")


@dataclass(frozen=True, slots=True)
class Piece:
    """A finished piece of work: an initiative that is done, or a key result that was graded."""

    work: Initiative | KeyResult
    # Whether the person who asks did it, or owned it.
    is_own: bool

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return "initiative" if isinstance(self.work, Initiative) else "key result"

    @property
    def cycle(self) -> str:
        """The title of its cycle, or nothing."""
        work = self.work
        home = work if isinstance(work, Initiative) else work.objective
        return home.cycle.title if home is not None and home.cycle is not None else ""

    @property
    def where(self) -> dict[str, Any]:
        """The condition that a grade is of it."""
        return {"initiative" if isinstance(self.work, Initiative) else "key_result": self.work}


def grader(user: User | AnonymousUser) -> User:
    """The person, if she does work or leads it; else the 404 that strangers get."""
    return require(user, Role.MEMBER)


def may_lead(user: User | AnonymousUser) -> bool:
    """Whether the person plans the team's work, and so judges all of it."""
    return at_least(user, Role.MANAGER)


def pieces(person: User) -> list[Piece]:
    """All finished work that the person may grade."""
    return [
        Piece(each, each.is_own)
        for found in (_done_initiatives(person), _closed_key_results(person))
        for each in found
    ]


def _done_initiatives(person: User) -> QuerySet[Any]:
    """The initiatives that are done and that the person may grade: her own, or as a lead all."""
    done = Initiative.objects.filter(status=Initiative.Status.DONE, archived_at=None).select_related("cycle")
    mine = done.filter(Q(assignments__user=person) | Q(owner=person)).values("pk")
    return done.annotate(is_own=Exists(mine.filter(pk=OuterRef("pk")))).filter(
        Q() if may_lead(person) else Q(is_own=True)
    )


def _closed_key_results(person: User) -> QuerySet[Any]:
    """The key results that were graded and that the person may grade as work: her own, or as a lead all."""
    newest = Version.objects.filter(key_result=OuterRef("pk")).order_by("-number")
    closed = KeyResult.objects.filter(closed_at__isnull=False, dropped_at=None).select_related(
        "objective__cycle"
    )
    owned = closed.annotate(owned_by=Subquery(newest.values("owner_id")[:1]))
    mine = owned.filter(owned_by=person.pk).values("pk")
    return owned.annotate(is_own=Exists(mine.filter(pk=OuterRef("pk")))).filter(
        Q() if may_lead(person) else Q(owned_by=person.pk)
    )


def initiative_for(user: User | AnonymousUser, key: str) -> Piece:
    """An initiative that the person may grade, or the 404 that everybody else gets."""
    found = _done_initiatives(grader(user)).filter(key=key).first()
    if found is None:
        raise Http404
    return Piece(found, found.is_own)


def key_result_for(user: User | AnonymousUser, id: int) -> Piece:
    """A key result that the person may grade, or the 404 that everybody else gets."""
    found = _closed_key_results(grader(user)).filter(pk=id).first()
    if found is None:
        raise Http404
    return Piece(found, found.is_own)


def own_ungraded(user: User | AnonymousUser, work: Initiative | KeyResult) -> Piece | None:
    """A piece of work that is finished, that the person did or owned, and of which she said nothing yet."""
    if isinstance(work, Initiative):
        is_finished, found = work.status == Initiative.Status.DONE, _done_initiatives
    else:
        is_finished, found = work.closed_at is not None, _closed_key_results
    if not is_finished or not at_least(user, Role.MEMBER):
        return None
    assert isinstance(user, User)
    made = found(user).filter(pk=work.pk, is_own=True).first()
    piece = None if made is None else Piece(made, True)
    return piece if piece is not None and own_of(user, piece) is None else None


def own_waiting(person: User) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """The initiatives and the key results that the person did or owned and has not graded."""
    said = Outcome.objects.filter(person=person)
    works, results = (
        found(person).filter(is_own=True).exclude(pk__in=said.exclude(**{of: None}).values(of))
        for found, of in ((_done_initiatives, "initiative"), (_closed_key_results, "key_result"))
    )
    return works, results


def own(person: User) -> QuerySet[Outcome]:
    """All that the person said of finished work, the newest first."""
    found = Outcome.objects.filter(person=person)
    return found.select_related("initiative", "key_result").order_by("-at", "-id")


def own_of(person: User, piece: Piece) -> Outcome | None:
    """What the person said of one piece of work, if she did."""
    return own(person).filter(**piece.where).first()


def own_open(user: User | AnonymousUser, id: int) -> Outcome:
    """One of the person's own grades that does not count yet, or the 404 that everybody else gets."""
    found = own(grader(user)).filter(pk=id, counted_at=None).first()
    if found is None:
        raise Http404
    return found


def people_waiting() -> int:
    """How many people's grades wait for others before they count."""
    return Outcome.objects.filter(counted_at=None).values("person").distinct().count()


def people_counted() -> int:
    """How many people's grades count."""
    return Outcome.objects.filter(counted_at__isnull=False).values("person").distinct().count()


def counted_pieces() -> Iterator[tuple[float | None, ...]]:
    """The means of what counts, a piece of work each: impact, engagement, growth and overall, from 1 to 5.

    None where nobody could tell. Without a name, and in the order of the figures, which tells nothing.
    """
    counted = Outcome.objects.filter(counted_at__isnull=False).order_by()
    means = counted.values("initiative_id", "key_result_id").annotate(
        **{f"mean_{name}": Avg(name) for name in OF_A_PIECE}
    )
    rows = means.values_list(*(f"mean_{name}" for name in OF_A_PIECE))
    yield from sorted(rows, key=lambda row: tuple(-1.0 if each is None else each for each in row))
