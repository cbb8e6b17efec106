"""Four months of scanning lived through: reports come in, rules and people decide, through their actions."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from throughline.accounts.models import User
from throughline.engine.triage import Pattern
from throughline.sample import documents
from throughline.sample.organisation import SampleService
from throughline.sample.scans import (
    ACCEPTED,
    CODE_SCANNER,
    CONFIRMED,
    FALSE,
    IMAGE_SCANNERS,
    MOVES,
    WAITING,
    Plan,
    plan,
)
from throughline.sample.software import SCANNED
from throughline.sources.actions import import_file
from throughline.sources.models import Import, Rekey
from throughline.sources.scans import joining
from throughline.sources.wishes import Wish
from throughline.vulnerabilities import rules
from throughline.vulnerabilities.actions import triage
from throughline.vulnerabilities.exploitation import enrich_file
from throughline.vulnerabilities.models import Catalogue, State, TriageRule, Vulnerability

Step = Callable[[datetime], None]
Writer = Callable[[Plan, SampleService, datetime], bytes]
MANAGER, ENGINEER = "marek", "tomas"
WRITERS: dict[str, Writer] = {
    "Trivy": documents.trivy,
    "Grype": documents.grype,
    CODE_SCANNER: documents.sarif,
}
RULES = (
    rules.Terms(
        name="Asserts in tests",
        pattern=Pattern(source=CODE_SCANNER, rule="B101", path="tests/**"),
        state=State.OUT_OF_SCOPE.value,
        reason="Tests are there to assert, and are not shipped.",
    ),
    rules.Terms(
        name="Vendored code",
        pattern=Pattern(source=CODE_SCANNER, path="src/*/_vendor/**"),
        state=State.OUT_OF_SCOPE.value,
        reason="We do not change vendored code: its releases are followed as dependencies.",
    ),
)
REASONS = {
    CONFIRMED: "",
    FALSE: "The flawed function is never called here: read in the source.",
    ACCEPTED: "No way to reach it from outside; looked at again with the next base image.",
}
ACCEPTED_FOR = timedelta(days=180)


def live_through(now: datetime, *, seed: int, actor: str) -> None:
    """Bring the reports of four months in, each on its day, with what people did meanwhile.

    Can be repeated: reports that are in stay, and what is decided is not decided again.
    """
    for at, step in sorted(_steps(plan(now, seed=seed), now, actor), key=lambda pair: pair[0]):
        if at <= now:
            step(at)


def _steps(story: Plan, now: datetime, actor: str) -> Iterator[tuple[datetime, Step]]:
    for day in story.days:
        for place, (service, scanner) in enumerate((s, each) for s in SCANNED for each in WRITERS):
            yield day + timedelta(minutes=10 * place), partial(_scan, story, service, scanner, actor)
        yield day + timedelta(days=1, hours=7, minutes=30), partial(_session, story)
    for week, terms in enumerate(RULES, start=3):
        yield story.days[week] + timedelta(days=2, hours=9), partial(_rule, terms)
    yield story.days[-1 - MOVES[0].weeks_ago] + timedelta(days=3, hours=8), _same
    yield now - timedelta(weeks=6), partial(_enrich, story, actor, timedelta(0))
    # Released a while ago, so that the catalogues that somebody fetches today are newer.
    yield now, partial(_enrich, story, actor, timedelta(days=8))


def _scan(story: Plan, service: SampleService, scanner: str, actor: str, at: datetime) -> None:
    name = f"{scanner.lower()}-{service.name}-{at:%Y-%m-%d}.json"
    if Import.objects.filter(feed__name=scanner, feed__service=service.name, file_name=name).exists():
        return
    file = io.BytesIO(WRITERS[scanner](story, service, at))
    wish = Wish(service=service.name, full=True)
    import_file(file, name=name, wish=wish, actor=actor, now=at)


def _session(story: Plan, at: datetime) -> None:
    """The weekly hour in which an engineer decides about what waits."""
    verdicts = {flaw.named: flaw.verdict for flaw in story.flaws if flaw.decided and flaw.decided <= at}
    chosen: dict[str, list[int]] = defaultdict(list)
    for id, named in _waiting():
        chosen[verdicts.get(named, WAITING)].append(id)
    for verdict, reason in REASONS.items():
        until = at + ACCEPTED_FOR if verdict == ACCEPTED else None
        if chosen[verdict]:
            triage(_person(ENGINEER), chosen[verdict], verdict, reason=reason, until=until, now=at)


def _waiting() -> Iterator[tuple[int, tuple[str, str, str]]]:
    fields = ("id", "service__name", "vulnerability_ids", "component", "rule", "file")
    waiting = Vulnerability.objects.filter(
        source__in=(*IMAGE_SCANNERS, CODE_SCANNER), state=State.POTENTIAL, triaged_at=None
    )
    for id, service, ids, component, rule, file in waiting.values_list(*fields).iterator():
        yield id, (service, ids[0], component) if ids else (service, rule, file)


def _rule(terms: rules.Terms, at: datetime) -> None:
    if not TriageRule.objects.filter(name=terms.name).exists():
        manager = _person(MANAGER)
        rules.apply(manager, rules.save(manager, terms, now=at), now=at)


def _same(at: datetime) -> None:
    """An engineer sees that a file only moved."""
    for suspected in Rekey.objects.filter(decided="", imported__known_at__lt=at):
        joining.decide(_person(ENGINEER), suspected.pk, same=True, now=at)


def _enrich(story: Plan, actor: str, age: timedelta, at: datetime) -> None:
    released = (at - age).replace(microsecond=0)
    files = {
        "kev": ("known_exploited_vulnerabilities.json", documents.exploited),
        "epss": (f"epss_scores-{released:%Y-%m-%d}.csv", documents.scores),
    }
    for kind, (name, written) in files.items():
        if not Catalogue.objects.filter(kind=kind, released__gte=released).exists():
            enrich_file(io.BytesIO(written(story, released)), name=name, actor=actor, now=at)


def _person(first_name: str) -> User:
    return User.objects.get(email=f"{first_name}@fernwood.example")
