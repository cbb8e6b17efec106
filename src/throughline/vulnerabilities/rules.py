"""Triage rules: kept in versions, tried on the past, and applied to what nobody decided about yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.http import Http404

from throughline.accounts.access import actor_name, require
from throughline.accounts.models import Role, User
from throughline.audit.actions import record
from throughline.engine.dates import iso
from throughline.engine.refusals import Refused
from throughline.engine.triage import NAMES, Past, Pattern, Rule, deciding, ordered, past
from throughline.engine.vulnerabilities import Values, diff
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.actions import DECIDED, REASON_NEEDED, measure_again
from throughline.vulnerabilities.bulk import Author, Happening
from throughline.vulnerabilities.models import Event, State, TriageRule, TriageRuleVersion, Vulnerability

ACTION = "triaged by rule"
MOST_MARKS = 12
_COLUMNS = {"source": "source", "rule": "rule", "path": "file", "cwe": "cwe", "component": "component"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person asks of a rule."""

    name: str
    pattern: Pattern
    state: str
    reason: str
    days: int | None = None


def rules_in_force() -> list[Rule]:
    """The newest version of every rule that is on, in the order in which they are asked."""
    newest: dict[int, TriageRuleVersion] = {}
    versions = TriageRuleVersion.objects.filter(rule__is_on=True).select_related("rule")
    for version in versions.order_by("rule_id", "number"):
        newest[version.rule_id] = version
    return ordered([rule_of(version) for version in newest.values()])


def rule_of(version: TriageRuleVersion) -> Rule:
    """A version as the engine takes it."""
    return Rule(
        id=version.rule_id,
        version=version.number,
        name=version.rule.name,
        pattern=pattern_of(version),
        state=version.state,
        reason=version.reason,
        days=version.days,
    )


def pattern_of(version: TriageRuleVersion) -> Pattern:
    """What a version is about."""
    return Pattern(version.source, version.check_name, version.path, version.cwe, version.component)


def decided_by(rule: Rule, values: Mapping[str, Any], *, at: datetime) -> Values:
    """The values of a record after a rule's decision at an instant."""
    decision: Values = {
        "state": rule.state,
        "state_reason": rule.reason,
        "triaged_at": iso(at),
        "triaged_basis": "inferred",
    }
    if rule.state == State.ACCEPTED:
        decision["accepted_at"] = iso(at)
        if rule.days:
            decision["accepted_until"] = iso(at + timedelta(days=rule.days))
    return {**values, **decision}


@dataclass(frozen=True, slots=True)
class Preview:
    """A rule tried on everything that came in: the sum of it, and the newest records that it fits."""

    past: Past
    examples: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A rule as the list shows it: its newest version, and how often any version of it decided."""

    version: TriageRuleVersion
    decided: int

    @property
    def rule(self) -> TriageRule:
        return self.version.rule


def listed() -> list[Listed]:
    """Every rule by name."""
    newest = {
        version.rule_id: version
        for version in TriageRuleVersion.objects.select_related("rule").order_by("number")
    }
    actors = Event.objects.filter(action=ACTION).values_list("actor").annotate(n=Count("pk")).order_by()
    decided: Counter[int] = Counter()
    for actor, n in actors:
        decided[int(actor.removeprefix("rule:").partition(" ")[0])] += n
    return sorted(
        (Listed(version, decided[id]) for id, version in newest.items()), key=lambda each: each.rule.name
    )


def tried(user: User, terms: Terms, *, examples: int = 10) -> Preview:
    """Try a rule on the past. Raises Refused for a pattern that no rule can have."""
    require(user, Role.MANAGER)
    check_pattern(terms.pattern)
    found = [values for values in _candidates(terms.pattern) if terms.pattern.fits(values)]
    return Preview(past(terms.pattern, terms.state, found), found[:examples])


@transaction.atomic
def save(user: User, terms: Terms, *, now: datetime, rule: TriageRule | None = None) -> TriageRuleVersion:
    """A new rule, or a new version of one. Raises Refused."""
    require(user, Role.MANAGER)
    check(terms)
    twin = TriageRule.objects.filter(name=terms.name).first()
    if twin is not None and twin != rule:
        raise Refused(
            f"There is a rule '{terms.name}' already: change that one, or name this another way.", code="name"
        )
    if rule is None:
        rule = TriageRule.objects.create(name=terms.name)
    elif rule.name != terms.name:
        rule.name = terms.name
        rule.save(update_fields=["name"])
    last = rule.versions.first()
    pattern = terms.pattern
    version = TriageRuleVersion.objects.create(
        rule=rule,
        number=last.number + 1 if last else 1,
        source=pattern.source,
        check_name=pattern.rule,
        path=pattern.path,
        cwe=pattern.cwe,
        component=pattern.component,
        state=terms.state,
        reason=terms.reason,
        days=terms.days,
        actor=actor_name(user),
        made_at=now,
    )
    detail = {"version": version.number, "state": terms.state, **{n: getattr(pattern, n) for n in NAMES}}
    record(actor_name(user), "triage rule", object_type="rule", object_id=rule.pk, detail=detail, now=now)
    return version


@transaction.atomic
def switch(user: User, id: int, *, on: bool, now: datetime) -> TriageRule:
    """Put a rule in force or out of it; its decisions stand."""
    require(user, Role.MANAGER)
    rule = TriageRule.objects.filter(pk=id).first()
    if rule is None:
        raise Http404
    rule.is_on = on
    rule.save(update_fields=["is_on"])
    action = "triage rule on" if on else "triage rule off"
    record(actor_name(user), action, object_type="rule", object_id=rule.pk, now=now)
    return rule


@transaction.atomic
def apply(user: User, version: TriageRuleVersion, *, now: datetime) -> int:
    """Decide about everything that waits and that a rule fits; how many. Its events name the rule."""
    require(user, Role.MANAGER)
    rule = rule_of(version)
    waiting = [v["id"] for v in _candidates(rule.pattern, waiting=True) if deciding([rule], v)]
    decided = sum(_apply(rule, step, known_at=now, now=now) for step in bulk.steps(waiting))
    detail = {"version": version.number, "count": decided, "ids": waiting[:200]}
    record(
        actor_name(user), "triage rule applied", object_type="rule", object_id=rule.id, detail=detail, now=now
    )
    if decided:
        measure_again(now)
    return decided


def decide_new(
    rules: Sequence[Rule], records: Mapping[int, Values], *, known_at: datetime, now: datetime
) -> int:
    """Let rules decide about records that just came in; how many they did."""
    chosen: dict[Rule, list[int]] = defaultdict(list)
    for id, values in records.items():
        rule = deciding(rules, values)
        if rule is not None:
            chosen[rule].append(id)
    return sum(_apply(rule, ids, known_at=known_at, now=now) for rule, ids in chosen.items())


def _apply(rule: Rule, ids: Sequence[int], *, known_at: datetime, now: datetime) -> int:
    events = []
    for id, (old, pinned) in bulk.values_by_id(ids).items():
        if not set(DECIDED) & set(pinned):
            events.append((id, Happening(known_at, ACTION, diff(old, decided_by(rule, old, at=known_at)))))
    bulk.insert_events(events, author=Author(rule.author, now))
    cells = {name: _cell(name, value) for name, value in decided_by(rule, {}, at=known_at).items()}
    for step in bulk.steps([id for id, _ in events], 500):
        # What a rule decided no import changes, as with the decisions of people.
        Vulnerability.objects.filter(pk__in=step).update(**cells, pinned=list(DECIDED))
    return len(events)


def _cell(name: str, value: str) -> Any:
    return datetime.fromisoformat(value) if name.endswith(("_at", "_until")) else value


def check(terms: Terms) -> None:
    """Raises Refused for terms that no rule can have."""
    if not terms.name.strip():
        raise Refused("Name the rule: its name stands beside every decision that it makes.", code="name")
    check_pattern(terms.pattern)
    if terms.state not in State.values or terms.state == State.POTENTIAL:
        states = ", ".join(state for state in State.values if state != State.POTENTIAL)
        raise Refused(f"Say what the findings become: {states}.", code="state")
    if terms.state in REASON_NEEDED and not terms.reason.strip():
        raise Refused(f"Say why they are {terms.state}: the next person will ask.", code="reason")
    if terms.days is not None and terms.state != State.ACCEPTED:
        raise Refused("Days are only given where the risk is accepted.", code="days")


def check_pattern(pattern: Pattern) -> None:
    """Raises Refused for a pattern that takes everything, or that is too long to try."""
    if pattern.is_empty:
        raise Refused("Say what the rule is about: a source, a check or a path.", code="source")
    for name in NAMES:
        if sum(getattr(pattern, name).count(mark) for mark in "*?") > MOST_MARKS:
            raise Refused(f"At most {MOST_MARKS} * and ? stand in one text.", code=name)


def _candidates(pattern: Pattern, *, waiting: bool = False) -> Iterator[dict[str, Any]]:
    """Records that may fit, as few as the database can tell."""
    found = Vulnerability.objects.filter(vanished_at=None)
    if waiting:
        found = found.filter(state=State.POTENTIAL, triaged_at=None)
    for name, column in _COLUMNS.items():
        wanted = getattr(pattern, name)
        if wanted and name != "path" and not set("*?") & set(wanted):
            found = found.filter(**{f"{column}__iexact": wanted.strip()})
    fields = ("id", "title", "state", "triaged_at", "triaged_basis", *_COLUMNS.values())
    yield from found.order_by("-id").values(*fields).iterator(chunk_size=2_000)
