"""What an annotation is about: a metric, a series, a key result, or every chart."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from throughline.engine.catalogue import READY_MADE
from throughline.engine.refusals import Refused
from throughline.measures.queries import find, metric_of
from throughline.objectives.models import KeyResult, Version
from throughline.series.queries import series_named

EVERY_CHART = ""


@dataclass(frozen=True, slots=True)
class About:
    """A subject as people call it, with the page of its chart."""

    title: str
    address: str


def of_metric(text: str) -> str:
    """The subject of a metric's chart, whatever its slice: by its name, or as it is written."""
    return f"metric:{' '.join(text.split())}"


def of_series(name: str) -> str:
    """The subject of a series' chart."""
    return f"series:{name}"


def of_key_result(id: int) -> str:
    """The subject of a key result's chart."""
    return f"key_result:{id}"


def under(version: Version) -> list[str]:
    """The subjects whose annotations stand on a key result's chart: its own, and that of what it measures."""
    own = [of_key_result(version.key_result_id)]
    return [*own, of_metric(version.metric), of_series(version.metric)] if version.metric else own


def subject_of(text: str, *, place: str = "") -> str:
    """A subject as it is kept. Raises Refused where there is no such metric, series or key result."""
    if text == EVERY_CHART:
        return text
    kind, _, name = text.partition(":")
    if kind == "metric" and name.strip():
        metric_of(find(name))
        return of_metric(name)
    if kind == "series" and series_named(name) is not None:
        return of_series(name)
    if kind == "key_result" and _is_key_result(name):
        return of_key_result(int(name))
    expected = "metric:NAME, series:NAME or key_result:NUMBER"
    raise Refused(
        f"there is no chart of '{text[:60]}': expected {expected}", place=place or None, code="no_chart"
    )


def _is_key_result(name: str) -> bool:
    is_number = name.isascii() and name.isdecimal() and len(name) < 19
    return is_number and KeyResult.objects.filter(pk=int(name), sketch__isnull=True).exists()


def about(subject: str) -> About:
    """What a subject is called, and where its chart is."""
    kind, _, name = subject.partition(":")
    if kind == "metric":
        ready = READY_MADE.get(name)
        title = ready.title if ready else name
        return About(title, f"{reverse('metrics')}?{urlencode({'metric': name})}")
    if kind == "series":
        return About(name, reverse("series", args=[name]))
    if kind == "key_result":
        return About(f"Key result {name}", reverse("key-result", args=[int(name)]))
    return About("Every chart", "")
