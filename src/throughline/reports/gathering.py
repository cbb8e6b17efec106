"""A quarter's report as it stands: gathered from what any viewer may see, whoever asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta

from throughline.charts import Chart
from throughline.engine.calendar import Period, week_of
from throughline.objectives import charts, kinds
from throughline.objectives.figures import newest_data
from throughline.objectives.history import Step, steps
from throughline.objectives.models import (
    Cycle,
    Edge,
    Goal,
    ItemKind,
    KeyResult,
    LongTermObjective,
    Measurement,
    Version,
)
from throughline.objectives.queries import Stand, aim_of, stands
from throughline.objectives.scores import scores
from throughline.reports import comparing, drafts
from throughline.reports.content import Lesson, Objective, Report, Result, Text, cleaned
from throughline.reports.models import Words
from throughline.reports.risks import risk_between
from throughline.reports.working import following_of, work_of
from throughline.reviews.models import PostMortem
from throughline.ui import words

DAY = timedelta(days=1)
ALONE = "Serves no objective"
# What changes the meaning of a grade; what else is to be minded of a figure stands on its page.
TOLD = ("denominator_moved",)


@dataclass(slots=True)
class _Around:
    """What belongs to the key results of a cycle, by their numbers."""

    measured: Mapping[int, list[Measurement]]
    lessons: Mapping[int, PostMortem]
    before: Mapping[int, str]
    history: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def report_of(cycle: Cycle, *, now: datetime) -> Report:
    """The report as it stands at `now`, or as it stood when the cycle's days were over."""
    until = min(now, _end(cycle))
    found = _objectives(cycle, now=now)
    results = [each for objective in found for each in objective.results if each.is_kept]
    before = comparing.before(cycle, now=now)
    risk = risk_between(_start(cycle), until)
    work, following = work_of(cycle), following_of(cycle)
    told = Report(
        key=cycle.key,
        title=cycle.title,
        span=_span(cycle),
        state=cycle.state,
        week=_week(cycle, now),
        at=now.isoformat(),
        data_as_of=words.day(newest_data(until)),
        headline=drafts.headline(cycle.state, results),
        compared=comparing.said(before, results),
        figures=comparing.figures(cycle.state, results, before, risk),
        texts=(),
        objectives=found,
        risk=risk,
        work=work,
        following=following,
        reviews=tuple((f"{each.month:%B %Y}", each.text) for each in cycle.reviews.order_by("month", "id")),
    )
    return cleaned(with_texts(told, cycle))


def with_texts(report: Report, cycle: Cycle) -> Report:
    """The report with its three texts as they are written now."""
    written = {each.part: each for each in Words.objects.filter(cycle=cycle)}
    return replace(
        report, texts=tuple(_text(part, draft, written.get(part)) for part, draft in drafts.of(report))
    )


def _text(part: str, draft: str, written: Words | None) -> Text:
    if written is None:
        return Text(part=part, draft=draft)
    by = written.author.partition(" ")[2] if written.author.startswith("person:") else written.author
    return Text(part=part, draft=draft, written=written.text, author=by, at=words.day(written.at))


def _objectives(cycle: Cycle, *, now: datetime) -> tuple[Objective, ...]:
    every = list(cycle.objectives.filter(archived_at=None))
    scored = scores(every, now=now)
    kept = [stand for each in scored.values() for stand in (*each.counted, *each.guardrails)]
    # A key result may count for several objectives, and is told where it is at home.
    own = {stand.key_result.pk: stand for stand in kept if stand.key_result.objective_id in scored}
    dropped = KeyResult.objects.filter(objective__in=every, dropped_at__isnull=False, sketch__isnull=True)
    if dropped.exists():
        own |= {stand.key_result.pk: stand for stand in stands(dropped, now=now)}
    alone = {stand.key_result.pk: stand for stand in comparing.without_objective(cycle, now=now)}
    around = _around(own | alone)
    guards = {stand.key_result.pk for each in scored.values() for stand in each.guardrails}
    serves = _serves([each.pk for each in every])
    told = tuple(
        Objective(
            key=each.key,
            title=each.title,
            why=each.description.strip(),
            owner=each.owner_name,
            serves=tuple(serves.get(each.pk, ())),
            results=tuple(
                _result(stand, around, now=now, guards=stand.key_result.pk in guards)
                for stand in sorted(own.values(), key=_place)
                if stand.key_result.objective_id == each.pk
            ),
            committed=scored[each.pk].score.committed.value,
            aspirational=scored[each.pk].score.aspirational.value,
            breached=tuple(stand.name for stand in scored[each.pk].breached),
        )
        for each in every
    )
    return (*told, _alone(alone.values(), around, now=now)) if alone else told


def _alone(found: Iterable[Stand], around: _Around, *, now: datetime) -> Objective:
    """What home counts as well: key results that run in the quarter and belong to no objective of it."""
    return Objective(
        key="",
        title=ALONE,
        why="",
        owner="",
        serves=(),
        committed=None,
        aspirational=None,
        breached=(),
        results=tuple(_result(stand, around, now=now, guards=False) for stand in sorted(found, key=_place)),
    )


def _place(stand: Stand) -> tuple[int, int]:
    return stand.key_result.position, stand.key_result.pk


def _around(own: Mapping[int, Stand]) -> _Around:
    measured: dict[int, list[Measurement]] = defaultdict(list)
    for each in (
        Measurement.objects.filter(version__key_result__in=own).select_related("version").order_by("at", "id")
    ):
        measured[each.version.key_result_id].append(each)
    return _Around(
        measured,
        {each.key_result_id: each for each in PostMortem.objects.filter(key_result__in=own)},
        _carried(own.values()),
        _history(own),
    )


def _carried(own: Iterable[Stand]) -> dict[int, str]:
    """What each said in the quarter that it was carried over from."""
    sources = {stand.key_result.pk: stand.key_result.carried_from_id for stand in own}
    known = KeyResult.objects.filter(pk__in=[each for each in sources.values() if each])
    graded = {each.pk: each for each in known.select_related("objective__cycle")}
    found = {}
    for pk, source in sources.items():
        earlier = graded.get(source or 0)
        if earlier and earlier.objective and earlier.grade is not None:
            found[pk] = f"{earlier.grade:.2f} in {earlier.objective.cycle.title}"
    return found


def _history(own: Mapping[int, Stand]) -> dict[int, tuple[str, ...]]:
    """How the wording changed, of those that have a second version."""
    return {
        pk: tuple(_changed(step) for step in steps(stand.key_result) if step.version.number > 1)
        for pk, stand in own.items()
        if stand.version.number > 1
    }


def _changed(step: Step) -> str:
    version = step.version
    what = "; ".join(f"{each.field} from {each.old} to {each.new}" for each in step.changes)
    why = f" ({version.reason_text})" if version.reason_text else ""
    return f"Version {version.number}, {words.day(version.created_at)}: {version.reason}{why}. {what}".strip()


def _result(stand: Stand, around: _Around, *, now: datetime, guards: bool) -> Result:
    key_result, version = stand.key_result, stand.version
    low, high = stand.bounds
    outlook = stand.outlook
    word = _word(stand)
    return Result(
        id=key_result.pk,
        key=key_result.key,
        name=stand.name,
        sentence=stand.sentence,
        owner=version.owner_name,
        commitment=version.commitment,
        aim=aim_of(version),
        value=stand.value,
        low=low,
        high=high,
        unit=version.unit,
        n=_counted(stand),
        now=_now(stand),
        interval=words.interval(low, high, version.unit),
        score=None if key_result.dropped_at else stand.score,
        chance=outlook.get("chance"),
        word=word,
        said=words.look_of(word).word,
        reason=key_result.dropped_reason if key_result.dropped_at else stand.status.reason,
        outlook=_outlook(stand),
        check_in=_check_in(stand),
        is_guardrail=guards,
        original_grade=key_result.original_grade if version.number > 1 else None,
        override=_override(stand),
        before=around.before.get(key_result.pk, ""),
        lesson=_lesson(around.lessons.get(key_result.pk)),
        history=around.history.get(key_result.pk, ()),
        warnings=tuple(each["message"] for each in stand.warnings if each["code"] in TOLD),
        chart=_chart(stand, around, now=now),
    )


def _word(stand: Stand) -> str:
    if stand.key_result.dropped_at is not None:
        return "dropped"
    return stand.verdict if stand.verdict in ("hit", "missed") else stand.status.word


def _now(stand: Stand) -> str:
    """The value in words; of what people do by hand, whether it is done."""
    if stand.version.kind == Version.Kind.MILESTONE:
        return f"{words.figure(stand.value, 'share')} done"
    if stand.version.kind == Version.Kind.BINARY:
        return "done" if stand.value else "not yet"
    return words.figure(stand.value, stand.version.unit)


def _chart(stand: Stand, around: _Around, *, now: datetime) -> Chart | None:
    """Its course; an event has none."""
    if stand.version.kind == Version.Kind.BINARY:
        return None
    return charts.progress(stand, around.measured.get(stand.key_result.pk, []), now=now)


def _counted(stand: Stand) -> int:
    """Of how many records or readings the value is; nothing of what people say is done."""
    if stand.measurement is None or stand.version.kind in kinds.BY_HAND:
        return 0
    return stand.measurement.n


def _outlook(stand: Stand) -> str:
    found, unit = stand.outlook, stand.version.unit
    if not found or found.get("value") is None:
        return ""
    likely = f"Likely {words.figure(found['value'], unit)} at the end"
    between = words.interval(found.get("low"), found.get("high"), unit)
    return f"{likely}, eight times in ten {between}." if between else f"{likely}."


def _check_in(stand: Stand) -> str:
    said = stand.check_in
    if said is None:
        return ""
    line = f": {said.line}" if said.line else ""
    return f"{words.day(said.at)}, {said.confidence:.0%} sure{line}"


def _override(stand: Stand) -> str:
    found = stand.override
    if found is None or stand.key_result.closed_at is None:
        return ""
    computed = stand.key_result.grade
    instead = f" instead of {computed:.2f}" if computed is not None else ""
    return f"Graded {found.grade:.2f}{instead}: {found.reason}"


def _lesson(found: PostMortem | None) -> Lesson | None:
    if found is None:
        return None
    return Lesson(
        cause=found.get_cause_display(),
        next_step=found.get_next_step_display(),
        lesson=found.lesson,
        worked=found.worked,
        did_not=found.did_not,
    )


def _serves(objectives: Sequence[int]) -> dict[int, list[str]]:
    """What each objective serves, by its title."""
    lines = list(Edge.objects.filter(from_kind=ItemKind.OBJECTIVE, from_id__in=objectives))
    titles: dict[tuple[str, int], str] = {}
    for kind, model in ((ItemKind.LONG_TERM, LongTermObjective), (ItemKind.GOAL, Goal)):
        wanted = [line.to_id for line in lines if line.to_kind == kind]
        found = model.objects.filter(pk__in=wanted) if wanted else ()
        titles |= {(str(kind), each.pk): each.title for each in found}
    said: dict[int, list[str]] = defaultdict(list)
    for line in lines:
        if (line.to_kind, line.to_id) in titles:
            said[line.from_id].append(titles[line.to_kind, line.to_id])
    return said


def _start(cycle: Cycle) -> datetime:
    return datetime.combine(cycle.start, time(), UTC)


def _end(cycle: Cycle) -> datetime:
    return datetime.combine(cycle.end + DAY, time(), UTC)


def _span(cycle: Cycle) -> str:
    year = "" if cycle.start.year == cycle.end.year else f" {cycle.start.year}"
    return f"{cycle.start.day} {cycle.start:%b}{year} to {cycle.end.day} {cycle.end:%b %Y}"


def _week(cycle: Cycle, now: datetime) -> str:
    """Which week of it runs; nothing before and after."""
    if not _start(cycle) <= now < _end(cycle):
        return ""
    return str(week_of(Period(cycle.title, _start(cycle), _end(cycle)), now))
