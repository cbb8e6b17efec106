"""The vulnerability that another one is a duplicate of: looked for, named, and linked both ways."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, When

from throughline.engine.refusals import Refused
from throughline.vulnerabilities.access import Person, visible
from throughline.vulnerabilities.models import State, Vulnerability

OFFERED = 6
LISTED = 20
MOST_WORDS = 8
LONGEST_NUMBER = 18
# What is real has duplicates sooner than what nobody looked at, and that sooner than what was ruled out.
_LIKELY = Case(
    When(state__in=[State.CONFIRMED, State.ACCEPTED], then=0),
    When(state=State.POTENTIAL, then=1),
    default=2,
    output_field=IntegerField(),
)
_NUMBER = re.compile(rf"(?:#|.*/vulnerabilities/)?(\d{{1,{LONGEST_NUMBER}}})/?")


@dataclass(frozen=True, slots=True)
class Links:
    """A duplicate's original, and the duplicates of an original, as far as somebody may see them.

    `hidden` says that there is an original which the person may not see; `more` counts the duplicates
    beyond those listed.
    """

    original: Vulnerability | None
    hidden: bool
    duplicates: list[Vulnerability]
    more: int


def offered(user: Person, text: str, *, besides: Sequence[int] = ()) -> list[Vulnerability]:
    """The few that a person who writes this may mean: by number, key, title or component."""
    found = _matching(user, text, besides)
    named = [] if not text.strip() else list(_named(user, text).exclude(pk__in=besides)[:OFFERED])
    others = found.exclude(pk__in=[each.pk for each in named]).order_by(_LIKELY, "mitigated_at", "-pk")
    return (named + list(others[:OFFERED]))[:OFFERED]


def original_of(user: Person, text: str, *, duplicates: Sequence[int]) -> Vulnerability | None:
    """The one vulnerability that the text means, None for an empty one.

    Raises Refused, with what to write instead, where it means none or several that the person may see, or
    one that cannot be the original of these.
    """
    said = text.strip()
    if not said:
        return None
    named = list(_named(user, said)[:2]) or list(_matching(user, said, duplicates)[:2])
    if not named:
        raise _refused(
            f"You see no vulnerability '{said[:60]}': give its number, its key or words of its title."
        )
    if len(named) > 1:
        raise _refused(f"Several are meant by '{said[:60]}': choose one, or give its number, such as #17.")
    (found,) = named
    if found.pk in duplicates:
        raise _refused(f"Vulnerability {found.pk} is no duplicate of itself: name another one.")
    if found.state == State.DUPLICATE:
        of = found.duplicate_of_id
        known = f", of {of}" if of and visible(user).filter(pk=of).exists() else ""
        raise _refused(f"Vulnerability {found.pk} is a duplicate itself{known}: name the one that it is of.")
    return found


def links(user: Person, found: Vulnerability) -> Links:
    """What leads from a duplicate to its original and back."""
    seen = visible(user)
    original = seen.filter(pk=found.duplicate_of_id).first() if found.duplicate_of_id else None
    duplicates = seen.filter(duplicate_of=found.pk).order_by("pk")
    listed = list(duplicates[:LISTED])
    more = duplicates.count() - len(listed) if len(listed) == LISTED else 0
    return Links(original, bool(found.duplicate_of_id) and original is None, listed, more)


def _named(user: Person, text: str) -> QuerySet[Vulnerability]:
    """Those whose number, key or whole title this is; what is written #17 is a number only."""
    said = text.strip()
    number = _NUMBER.fullmatch(said)
    meant = Q(pk=int(number[1])) if number else Q(pk=None)
    if not said.startswith("#"):
        meant |= Q(key=said) | Q(title__iexact=said)
    return visible(user).filter(meant).order_by("pk")


def _matching(user: Person, text: str, besides: Sequence[int]) -> QuerySet[Vulnerability]:
    """Those that could be an original and have all the words in their title, key or component."""
    found = visible(user).filter(vanished_at=None).exclude(state=State.DUPLICATE).exclude(pk__in=besides)
    for word in text.split()[:MOST_WORDS]:
        found = found.filter(Q(title__icontains=word) | Q(key__icontains=word) | Q(component__icontains=word))
    return found


def _refused(message: str) -> Refused:
    return Refused(message, code="of")
