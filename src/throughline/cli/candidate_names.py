"""Cycles and candidates as the command line names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from throughline.engine.refusals import Refused

if TYPE_CHECKING:
    from throughline.objectives.models import Cycle
    from throughline.portfolio.models import Candidate


def cycle_named(key: str) -> Cycle:
    """The cycle of a key. Raises Refused."""
    from throughline.objectives.models import Cycle

    found = Cycle.objects.filter(key=key).first()
    if found is None:
        raise Refused(
            f"there is no cycle '{key}': `throughline cycle list` lists them", place="CYCLE", code="unknown"
        )
    return found


def candidate_named(name: str, *, place: str = "CANDIDATE") -> Candidate:
    """The candidate by its number, or by its key, which ends in it. Raises Refused."""
    from throughline.portfolio.models import Candidate
    from throughline.portfolio.stored import key_of

    number = name.rpartition("-")[2]
    is_number = number.isdecimal() and len(number) < 16
    found = Candidate.objects.select_related("cycle").filter(pk=int(number)).first() if is_number else None
    if found is None or name not in (str(found.pk), key_of(found)):
        raise Refused(
            f"there is no candidate '{name}': `throughline candidate list CYCLE` lists them",
            place=place,
            code="unknown",
        )
    return found
