"""The quarter at a glance: what the home page says, read and counted in the scope of the person who looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Exists, Value

from throughline.accounts.access import at_least, scope_of
from throughline.accounts.models import Role, User
from throughline.audit.models import Entry
from throughline.cycles.queries import halves_waiting_for, open_comments
from throughline.engine import metrics, sla
from throughline.engine.calendar import Period, Week, quarter_of, week_of
from throughline.engine.definitions import Definition
from throughline.engine.intervals import count
from throughline.forecasts.outcomes import waiting_for
from throughline.forecasts.queries import waiting_for as rooms_waiting_for
from throughline.measures.evaluation.several import Reading, reading
from throughline.objectives.access import visible
from throughline.objectives.cards import Card, cards
from throughline.objectives.figures import Lexicon, lexicon, newest_data
from throughline.objectives.queries import Stand, stands
from throughline.outcomes.access import own_waiting
from throughline.reviews.queries import asked_of, with_post_mortems, without_post_mortem
from throughline.risk.access import visible as scenarios_of
from throughline.risk.documents import Estimated, estimated
from throughline.risk.glance import Money, money_at_a_glance
from throughline.surveys.queries import to_be_closed
from throughline.ui.comparing import Was, was
from throughline.vulnerabilities.models import SlaPolicy
from throughline.workshops.queries import waiting_for as boards_waiting_for

WAITING = "state = 'potential' and status = 'open'"
STALE_AFTER = timedelta(days=10)
WEEK = timedelta(days=7)
POLICY_SET = "SLA policy changed"
WORRIES = ("off_track", "at_risk", "stale")


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a sentence; a figure leads to what it counts."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """A number with its name and the rows behind it."""

    name: str
    n: int
    address: str
    was: Was | None = None
    # What leads to the same rows where an address is read as text.
    short: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """Everything on the home page."""

    quarter: Period
    week: Week
    sentence: tuple[Said, ...]
    running: list[Card]
    past: list[tuple[str, list[Card]]]
    data_as_of: datetime | None
    overdue: list[Counted]
    has_policy: bool
    # The days came with the product, and nobody has said yet that they are hers.
    policy_is_usual: bool
    arrived: Counted
    closed: Counted
    needs: list[Counted]
    # Empty until a scenario is estimated.
    money: Money | None

    # Older than any cadence allows: the page says so where it says the date.
    data_is_old: bool

    @property
    def net(self) -> int:
        return self.arrived.n - self.closed.n


def glance(user: User, *, now: datetime) -> Glance:
    """The page for one person at one instant."""
    quarter, record = quarter_of(now), reading(scope_of(user), now=now)
    words = lexicon(record.schema)
    found = stands(with_post_mortems(visible(user)), now=now, series=words.series.values())
    # What was given up runs no more, and is no part of how the quarter goes.
    kept = [stand for stand in found if stand.key_result.dropped_at is None]
    running = [stand for stand in kept if stand.version.due > quarter.start]
    # Asked together: a page answers in twenty questions.
    policies = SlaPolicy.objects.annotate(is_ours=Exists(Entry.objects.filter(action=POLICY_SET)))
    policy = overdue_where(policies, now=now)
    data_as_of, scenarios = newest_data(now), estimated(scenarios_of(user))
    arrived, closed = last_week(record)
    return Glance(
        quarter=quarter,
        week=week_of(quarter, now),
        sentence=tuple(sentence(running)),
        running=cards(running, words),
        past=_past(found, quarter, words),
        data_as_of=data_as_of,
        data_is_old=data_as_of is None or now - data_as_of > STALE_AFTER,
        overdue=by_team(policy, record) if policy else [],
        has_policy=bool(policy),
        policy_is_usual=not any(each.is_ours for each in policies),
        arrived=arrived,
        closed=closed,
        money=money_at_a_glance(scenarios, now=now),
        needs=list(_needs(user, found, scenarios, record, data_as_of)),
    )


def sentence(running: list[Stand]) -> Iterator[Said]:
    """How the quarter goes, in a sentence made of its key results.

    >>> [said.text for said in sentence([])]
    ['No key result runs this quarter.']
    """
    if not running:
        yield Said("No key result runs this quarter.")
        return
    green = [stand for stand in running if _on_course(stand)]
    yield Said(
        f"{len(green)} of {len(running)}", "/key-results/?status=on_track" if green else "/key-results/"
    )
    plural, verb = "s" if len(running) > 1 else "", "is" if 1 in (len(green), len(running)) else "are"
    yield Said(f" key result{plural} {verb} on course.")
    worst = next((stand for stand in running if stand.status.word in ("off_track", "at_risk")), None)
    if worst is not None:
        yield Said(" ")
        yield Said(worst.title, f"/key-results/{worst.key_result.pk}/")
        yield Said(f" is {worst.status.word.replace('_', ' ')}: {_lowered(worst.status.reason)}")
    silent = sum(stand.status.word == "stale" for stand in running)
    if silent:
        yield Said(" ")
        yield Said(f"{silent}", "/key-results/?status=stale")
        yield Said(f" {'rests' if silent == 1 else 'rest'} on data that is too old to say.")


def _on_course(stand: Stand) -> bool:
    return stand.status.word == "on_track" or stand.verdict == "hit"


def _lowered(reason: str) -> str:
    return reason[:1].lower() + reason[1:]


def _past(found: list[Stand], quarter: Period, words: Lexicon) -> list[tuple[str, list[Card]]]:
    by_quarter: dict[str, list[Stand]] = {}
    for stand in sorted(found, key=lambda stand: stand.version.due, reverse=True):
        if stand.version.due <= quarter.start:
            by_quarter.setdefault(stand.quarter.label, []).append(stand)
    return [(label, cards(group, words)) for label, group in by_quarter.items()]


def overdue_where(policies: Iterable[SlaPolicy], *, now: datetime) -> str:
    """The condition of the open ones whose days are up; empty where no policy says how many days.

    Days are counted in whole days, so that the address of the rows stays the same for a day.
    """
    rows = ((each.severity, each.tier, each.days) for each in policies)
    late = sla.past_due(rows, at=now.replace(hour=0, minute=0, second=0, microsecond=0))
    return f"state = 'confirmed' and status = 'open' and ({late})" if late else ""


def rows(where: str, **more: str) -> str:
    """The explorer with a filter."""
    return "/vulnerabilities/?" + urlencode({"where": where, **more})


def overdue_rows(where: str, team: str) -> str:
    """The explorer with what is overdue, of a team where one is named."""
    return rows(f"{where} and {metrics.equals('team', team)}" if team else where)


def by_team(where: str, record: Reading) -> list[Counted]:
    """How many records a condition holds for in each team, the most first."""
    found = record.rows(Definition(measure="count()", where=where, by=("team",)))
    teams = [(row.group["team"], int(row.value or 0)) for row in found if row.value]
    return [
        Counted(
            name="No team" if team == "unknown" else team,
            n=n,
            address=overdue_rows(where, team),
            short=f"/overdue/?{urlencode({'team': team})}",
        )
        for team, n in sorted(teams, key=lambda each: -each[1])
    ]


def last_week(record: Reading) -> tuple[Counted, Counted]:
    """What arrived and what was closed in the last seven days, today included, beside the week before."""
    since = record.now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=6)
    found = []
    for name, at in (("arrived", "identified"), ("closed", "mitigated")):
        n = record.count(metrics.ASSUMED_WHERE, at=at, since=since)
        begin, end = since - WEEK, record.now - WEEK
        then = record.count(metrics.ASSUMED_WHERE, at=at, since=begin, until=end)
        before = was(count(n), count(then), when="the week before", unit="count")
        asked = {"at": at, "from": since.date().isoformat()}
        found.append(Counted(name, n, rows(metrics.ASSUMED_WHERE, **asked), before))
    return found[0], found[1]


def _needs(
    user: User,
    found: list[Stand],
    scenarios: list[Estimated],
    record: Reading,
    data_as_of: datetime | None,
) -> Iterator[Counted]:
    """What waits for this person, the most urgent first; what is zero is not said."""
    now = record.now
    yield from _own_worries(user, found)
    yield from _to_be_answered(user)
    yield from _to_be_said(user, found, now)
    yield from _to_be_judged(user, scenarios, now)
    yield from _to_be_forecast(user, now)
    yield from _to_be_ended(user, now)
    yield from _to_be_written(user)
    if at_least(user, Role.MEMBER):
        ran_out = f"state = 'accepted' and accepted_until < '{now.date()}'"
        waits = [
            Counted("accepted risks have run out", record.count(ran_out), rows(ran_out)),
            Counted("findings wait for triage", record.count(WAITING), rows(WAITING)),
        ]
        yield from (each for each in waits if each.n)
    if at_least(user, Role.MANAGER):
        ended = [stand for stand in found if stand.key_result.closed_at is None and stand.version.due <= now]
        if ended:
            words = {stand.status.word for stand in ended}
            # One address filters by one status; where there are two, the whole list has both.
            asked = urlencode({"status": words.pop()}) if len(words) == 1 else ""
            yield Counted("key results ended and wait for data", len(ended), f"/key-results/?{asked}")
        if data_as_of is not None and now - data_as_of > STALE_AFTER:
            days = (now - data_as_of) // timedelta(days=1)
            yield Counted("days since the last import: bring newer data", days, "/imports/new")


def _to_be_answered(user: User) -> Iterator[Counted]:
    """Finished work of hers, halves that her teams are asked for, and for who leads a plan its comments."""
    halves, finished = _halves_and_finished(user)
    if finished:
        name = "piece of finished work waits" if finished == 1 else "pieces of finished work wait"
        yield Counted(f"{name} for your grades", finished, "/me/outcomes/")
    if halves:
        name = "half that your team is asked for" if halves == 1 else "halves that your team is asked for"
        yield Counted(f"{name} and has not answered", halves, "/cycles/#asked")
    if at_least(user, Role.MANAGER):
        for key, title, n in open_comments():
            plural = "s" if n > 1 else ""
            yield Counted(f"open comment{plural} on {title}", n, f"/cycles/{key}/published/#talk")


def _halves_and_finished(user: User) -> tuple[int, int]:
    """How many halves and how much finished work wait, asked together: a page answers in twenty questions."""
    halves = halves_waiting_for(user).order_by().values_list(Value("half"), "pk")
    works = own_waiting(user) if at_least(user, Role.MEMBER) else ()
    finished = [each.order_by().values_list(Value("finished"), "pk") for each in works]
    found = Counter(what for what, _ in halves.union(*finished, all=True))
    return found["half"], found["finished"]


def _to_be_said(user: User, found: list[Stand], now: datetime) -> Iterator[Counted]:
    """Check-ins that are due, and ended key results that nobody has looked back on."""
    if not at_least(user, Role.MEMBER):
        return
    due = [each for each in asked_of(user, found, now=now) if each.is_due(now)]
    if due:
        yield Counted("check-in is due" if len(due) == 1 else "check-ins are due", len(due), "/check-ins/")
    own = [stand for stand in found if stand.version.owner_id == user.pk]
    silent = without_post_mortem(own)
    if silent:
        first = silent[0].key_result
        address = (
            f"/key-results/{first.pk}/post-mortem/" if len(silent) == 1 else "/key-results/?status=closed"
        )
        yield Counted("of your key results ended without a post-mortem", len(silent), address)


def _to_be_judged(user: User, scenarios: list[Estimated], now: datetime) -> Iterator[Counted]:
    """Scenarios whose period is over, for who says what came of them."""
    over = waiting_for(user, scenarios, now=now)
    if over:
        name = (
            "scenario is over: say what came of it" if len(over) == 1 else "scenarios are over: say what came"
        )
        yield Counted(name, len(over), f"/scenarios/{over[0].key}/resolve/")


def _to_be_forecast(user: User, now: datetime) -> Iterator[Counted]:
    """Rooms that wait for the person's number, and rooms of hers in which everybody has answered."""
    waits, ready = rooms_waiting_for(user, now=now)
    if waits:
        name = "forecast room waits" if len(waits) == 1 else "forecast rooms wait"
        address = f"/rooms/{waits[0].pk}/" if len(waits) == 1 else "/rooms/"
        yield Counted(f"{name} for your number", len(waits), address)
    if ready:
        name = "room of yours is all in" if len(ready) == 1 else "rooms of yours are all in"
        yield Counted(f"{name}: reveal", len(ready), f"/rooms/{ready[0].pk}/")


def _to_be_ended(user: User, now: datetime) -> Iterator[Counted]:
    """Surveys that were asked two weeks ago and are still open."""
    found = to_be_closed(now=now) if at_least(user, Role.MEMBER) else []
    if found:
        name = "survey has been" if len(found) == 1 else "surveys have been"
        address = f"/surveys/{found[0].pk}/" if len(found) == 1 else "/surveys/"
        yield Counted(f"{name} open for two weeks: close the wave", len(found), address)


def _to_be_written(user: User) -> Iterator[Counted]:
    """Boards that wait for the person's notes or for her ballot."""
    found = boards_waiting_for(user)
    for what in ("notes", "ballot"):
        waits = [each.board for each in found if each.waits == what]
        if waits:
            name = "board waits" if len(waits) == 1 else "boards wait"
            address = f"/boards/{waits[0].pk}/" if len(waits) == 1 else "/boards/"
            yield Counted(f"{name} for your {what}", len(waits), address)


def _own_worries(user: User, found: list[Stand]) -> Iterator[Counted]:
    for word in WORRIES:
        own = [stand for stand in found if stand.version.owner_id == user.pk and stand.status.word == word]
        if own:
            said = f"of your key results {'is' if len(own) == 1 else 'are'} {word.replace('_', ' ')}"
            asked = urlencode({"owner": own[0].version.owner_name, "status": word})
            yield Counted(said, len(own), f"/key-results/?{asked}")
