"""What stands on a chart: what people wrote, and what the plan says of a key result by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse

from throughline.annotations.models import Annotation
from throughline.annotations.subjects import EVERY_CHART, subject_of, under
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


def about_chart(found: QuerySet[Annotation], subject: str, *, place: str = "") -> QuerySet[Annotation]:
    """Those that stand on the chart of a subject, and on every chart. Raises Refused where there is none."""
    # What is written stays readable after the series that it is about was taken away.
    kept = subject if found.filter(subject=subject).exists() else subject_of(subject, place=place)
    return found.filter(subject__in=[kept, EVERY_CHART])


def by_subject() -> dict[str, list[Happening]]:
    """What people wrote on any chart, by its subject: for pages of many charts."""
    found: dict[str, list[Happening]] = {}
    for each in Annotation.objects.filter(removed_at=None):
        found.setdefault(each.subject, []).append(Happening(each.start, each.end, each.text, each))
    return found


def on_key_result(versions: Sequence[Version]) -> list[Happening]:
    """What stands on the chart of a key result, by its versions, oldest first.

    What people wrote, its changes, and the work that is to move it.
    """
    plan = by_plan([versions[-1].key_result_id], versions=versions)[versions[-1].key_result_id]
    return by_day([*on(under(versions[-1])), *plan])


def by_plan(ids: Iterable[int], *, versions: Sequence[Version] = ()) -> dict[int, list[Happening]]:
    """What the plan itself says on the charts of key results: their changes, and the work for them."""
    found: dict[int, list[Happening]] = {id: [] for id in ids}
    for each in versions or Version.objects.filter(key_result__in=found, number__gt=1).order_by("number"):
        found[each.key_result_id] += _change(each)
    is_work = Q(initiative__archived_at=None) & ~Q(initiative__status=Initiative.Status.DROPPED)
    effects = Effect.objects.filter(is_work, key_result_id__in=found).select_related("initiative")
    for effect in effects:
        found[effect.key_result_id] += _work(effect.initiative)
    return found


def by_day(happenings: Iterable[Happening]) -> list[Happening]:
    """The same in the order of their days."""
    return sorted(happenings, key=lambda each: (each.start, each.end or each.start))


def _change(version: Version) -> Iterator[Happening]:
    if version.number > 1:
        address = reverse("key-result", args=[version.key_result_id]) + "#versions"
        text = f"Version {version.number}: {version.reason}"
        yield Happening(version.created_at.date(), None, text, address=address)


def _work(work: Initiative) -> Iterator[Happening]:
    start, end = work.start or work.due, work.due
    if start is None:
        return
    address = reverse("initiative", args=[work.key])
    if end is None:
        yield Happening(start, None, f"{work.title}: begins", address=address)
    else:
        text = f"{work.title}{'' if work.start else ': due'}"
        yield Happening(start, end if end > start else None, text, address=address)
