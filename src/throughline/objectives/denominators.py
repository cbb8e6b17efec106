"""A ratio whose denominator moved (D30): the share may have moved without anybody having done more."""

from __future__ import annotations

from datetime import datetime

from throughline.engine.windows import Span, Window
from throughline.objectives.figures import Figure
from throughline.objectives.kinds import Kind
from throughline.objectives.models import Version
from throughline.objectives.subjects import Subject, figure_of_subject

# By more than this share of what it was; less is the ordinary coming and going of records.
MOVED = 0.2
CODE = "denominator_moved"


def moved(
    version: Version, subject: Subject, window: Window, found: Figure, *, now: datetime
) -> list[dict[str, str]]:
    """The note that a grade carries where the share is one of many more, or many fewer, than its baseline.

    Only of what has ended, whose baseline was measured, and whose two windows are of one length.
    """
    is_ratio = subject.metric is not None and version.unit == "share" and version.kind == Kind.MOVE
    if not is_ratio or now < version.due or not version.baseline_measured or window.kind == "all":
        return []
    before = figure_of_subject(subject, _baseline_span(version, window), now=now).n
    if not before or abs(found.n - before) <= MOVED * before:
        return []
    return [{"code": CODE, "message": _said(before, found.n)}]


def _baseline_span(version: Version, window: Window) -> Span:
    # A baseline of a start that was still to come looked back from the day on which it was measured.
    measured = version.baseline_as_of or version.start
    return window.baseline_span(version.start, version.due, now=measured)


def _said(before: int, after: int) -> str:
    way, other = ("fell", "fewer") if after < before else ("grew", "more")
    return (
        f"The denominator {way} from {before:,} to {after:,} records since the baseline: a part of the "
        f"change may come from {other} being counted, not from what was done. Say in the post-mortem which."
    )
