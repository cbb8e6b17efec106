"""Each scanner's fake with five findings, how it is connected, and how one of them comes to be fixed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.connectors.fakes import defectdojo, github, gitlab, hackerone, snyk, tenable
from tests.connectors.fakes.declared import Fake, running
from tests.organisation import NOW

LATER = NOW + timedelta(hours=1)
FIVE = range(1, 6)


def before(number: int) -> str:
    """An instant of some days ago."""
    return said(NOW - timedelta(days=number))


def said(instant: datetime) -> str:
    """An instant as tools write it."""
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True)
class Scanner:
    """`fixes` mends the third of the five findings, `pages` are the requests of a first sync."""

    kind: str
    fake: Callable[[], Fake]
    fixes: Callable[[Any], None]
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=lambda: {"token": ""})
    revoked_at: int = 2


def _github() -> github.GitHub:
    fake = github.GitHub()
    fake.alerts["dependabot"] = [github.dependabot_alert(number, before(number)) for number in FIVE]
    return fake


def _gitlab() -> gitlab.GitLab:
    fake = gitlab.GitLab()
    fake.vulnerabilities = [gitlab.vulnerability(number) for number in FIVE]
    return fake


def _hackerone() -> hackerone.HackerOne:
    fake = hackerone.HackerOne()
    fake.reports = [hackerone.report(number, before(number)) for number in FIVE]
    return fake


def _defectdojo() -> defectdojo.DefectDojo:
    fake = defectdojo.DefectDojo()
    fake.findings = [defectdojo.finding(number, before(number)) for number in FIVE]
    return fake


def _tenable() -> tenable.Tenable:
    fake = tenable.Tenable()
    fake.vulnerabilities = [tenable.vulnerability(number, before(number)) for number in FIVE]
    return fake


def _snyk() -> snyk.Snyk:
    fake = snyk.Snyk()
    fake.issues = [snyk.issue(number, before(number)) for number in FIVE]
    return fake


SCANNERS = (
    Scanner(
        "github",
        _github,
        lambda fake: fake.alerts["dependabot"][2].update(
            state="fixed", fixed_at=said(LATER), updated_at=said(LATER)
        ),
        {"repositories": "shop", "scanners": "dependabot"},
    ),
    Scanner(
        "gitlab",
        _gitlab,
        lambda fake: fake.vulnerabilities[2].update(state="RESOLVED", resolvedAt=said(LATER)),
        {"paths": "shop/api"},
        revoked_at=4,
    ),
    Scanner(
        "hackerone",
        _hackerone,
        lambda fake: fake.reports[2]["attributes"].update(
            state="resolved", closed_at=said(LATER), last_activity_at=said(LATER)
        ),
        {"programs": "shop"},
        {"identifier": "robot", "token": ""},
    ),
    Scanner(
        "defectdojo",
        _defectdojo,
        lambda fake: fake.findings[2].update(
            is_mitigated=True, active=False, mitigated=said(LATER), last_status_update=said(LATER)
        ),
    ),
    Scanner(
        "tenable",
        _tenable,
        lambda fake: fake.vulnerabilities[2].update(
            state="FIXED", last_fixed=said(LATER), indexed=said(LATER)
        ),
        {},
        {"access_key": "robot", "secret_key": ""},
        revoked_at=5,
    ),
    Scanner(
        "snyk",
        _snyk,
        lambda fake: fake.issues[2]["attributes"].update(
            status="resolved", resolution={"resolved_at": said(LATER)}, updated_at=said(LATER)
        ),
        {"organisations": snyk.ORGANISATION},
        revoked_at=4,
    ),
)


@contextmanager
def connected(
    kind: str, fake: Fake, settings: Mapping[str, Any], secrets: Mapping[str, str]
) -> Iterator[Any]:
    """A connector to a running fake; the secret that is empty is its token."""
    from throughline.connectors.actions import Wish, connect

    with running(fake):
        wish = Wish(
            name="scanner",
            settings={"address": fake.address, **settings},
            secrets={name: value or fake.token for name, value in secrets.items()},
        )
        yield connect("test", kind, wish, now=NOW)


def synced(connector: Any, waiting: Any, *, hours: float = 0, **how: Any) -> Any:
    """The sync of some hours later, in this process."""
    from throughline.connectors.actions import begin
    from throughline.connectors.syncing import run

    waiting.at += timedelta(hours=hours)
    connector.refresh_from_db()
    return run(begin(connector, actor="test", now=waiting.at, **how), clock=waiting.clock)


def told(sync: Any) -> dict[str, int]:
    """What a sync that came to its end did, without what it read and did not do."""
    assert sync.outcome == "done", sync.said
    return {name: count for name, count in sync.counts.items() if count and name != "read"}
