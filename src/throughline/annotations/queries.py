"""What stands on a chart: what people wrote, and what the plan says of a key result by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from throughline.annotations.models import Annotation
from throughline.annotations.subjects import EVERY_CHART, under
from throughline.objectives.models import Effect, Initiative, Version


@dataclass(frozen=True, slots=True)
class Happening:
    """Something on a chart. `annotation` is None where the plan itself says it, at `address`."""

    start: date
    end: date | None
    text: str
    annotation: Annotation | None = None
    address: str = ""


def on(subjects: Iterable[str]) -> list[Happening]:
    """What people wrote on the charts of any of the subjects, and on every chart, by day."""
    found = Annotation.objects.filter(removed_at=None).filter(subject__in=[*subjects, EVERY_CHART])
    return [Happening(each.start, each.end, each.text, each) for each in found]


def on_key_result(versions: Sequence[Version]) -> list[Happening]:
    """What stands on the chart of a key result, by its versions, oldest first.

    What people wrote, its changes, and the work that is to move it.
    """
    found = [*on(under(versions[-1])), *_changes(versions), *_work(versions[-1])]
    return sorted(found, key=lambda each: (each.start, each.end or each.start))


def _changes(versions: Sequence[Version]) -> Iterator[Happening]:
    address = reverse("key-result", args=[versions[0].key_result_id]) + "#versions"
    for each in versions[1:]:
        text = f"Version {each.number}: {each.reason}"
        yield Happening(each.created_at.date(), None, text, address=address)


def _work(version: Version) -> Iterator[Happening]:
    is_work = Q(initiative__archived_at=None) & ~Q(initiative__status=Initiative.Status.DROPPED)
    effects = Effect.objects.filter(is_work, key_result_id=version.key_result_id).select_related("initiative")
    for effect in effects:
        work = effect.initiative
        start, end = work.start or work.due, work.due
        if start is not None and end is not None:
            address = reverse("initiative", args=[work.key])
            text = f"{work.title}{'' if work.start else ': due'}"
            yield Happening(start, end if end > start else None, text, address=address)
        elif start is not None:
            address = reverse("initiative", args=[work.key])
            yield Happening(start, None, f"{work.title}: begins", address=address)
