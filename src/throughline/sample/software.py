"""What Fernwood builds from, and what is wrong with it: all invented, to say nothing of real software.

No authority gives out CVE ids with such numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from throughline.engine.cvss import score
from throughline.sample.organisation import SERVICES, SampleService

# The services whose images and code are scanned.
SCANNED = tuple(
    service for service in SERVICES if service.name in ("checkout", "search", "event-pipeline", "reports")
)
ADVISORIES = 52
FIRST_NUMBER = 990_000


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the base image (`deb`) or of the application (`python`)."""

    name: str
    kind: str
    upstream: str

    def version(self, upgrades: int) -> str:
        """Its version after so many upgrades."""
        return f"{self.upstream}-{upgrades + 1}" if self.kind == "deb" else f"{self.upstream}.{upgrades}"


@dataclass(frozen=True, slots=True)
class Advisory:
    """What is published about a package; `epss` is the chance that it is exploited within 30 days."""

    cve: str
    ghsa: str
    package: Package
    title: str
    cwe: str
    severity: str
    vector: str
    score: float
    published: datetime
    has_fix: bool
    epss: float


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the code scanner, and what it says where it fires."""

    id: str
    name: str
    cwe: int
    level: str
    message: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """A place in the code at which a check fires; in `file` {package} stands for the service's own folder.

    `growth` is by how many lines it moves down a week, as the code above it grows.
    """

    check: str
    file: str
    line: int
    text: str
    growth: int = 0


PACKAGES = (
    Package("libbirch2", "deb", "2.4.1"),
    Package("libalder-ssl3", "deb", "3.0.11"),
    Package("aspen-utils", "deb", "9.1"),
    Package("libhazel-xml", "deb", "1.8.10"),
    Package("librowan-png", "deb", "1.6.39"),
    Package("elder-shell", "deb", "5.2.15"),
    Package("libwillow-zip", "deb", "1.2.13"),
    Package("libmaple-http", "deb", "1.52.0"),
    Package("linden", "python", "2.28"),
    Package("juniper-web", "python", "3.2"),
    Package("cedar-template", "python", "3.1"),
    Package("spruce-yaml", "python", "5.3"),
    Package("larch-crypto", "python", "41.0"),
    Package("poplar-image", "python", "9.4"),
    Package("hornbeam-http", "python", "1.26"),
    Package("yew-archive", "python", "0.9"),
)

# Every service has Fernwood's own library, in the version of the week.
OWN = Package("fernwood-base", "python", "7")

# (CWE, title) by what a package is.
_WRONG = {
    "deb": (
        ("CWE-787", "{name}: out-of-bounds write while a header is read"),
        ("CWE-416", "{name}: use after free when a stream ends early"),
        ("CWE-190", "{name}: integer overflow in a length field"),
        ("CWE-125", "{name}: read beyond a buffer for a crafted file"),
        ("CWE-400", "{name}: endless loop on nested input"),
    ),
    "python": (
        ("CWE-1333", "{name}: a pattern takes quadratic time"),
        ("CWE-502", "{name}: loading a document runs what it names"),
        ("CWE-295", "{name}: certificates are not checked after a redirect"),
        ("CWE-22", "{name}: a path leaves its folder"),
        ("CWE-444", "{name}: two readings of one request"),
        ("CWE-770", "{name}: a small file unpacks without limit"),
    ),
}
_VECTORS = {
    "low": ("CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:L", "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N"),
    "medium": (
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:L/I:L/A:N",
        "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H",
        "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N",
    ),
    "high": ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H"),
    "critical": ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",),
}
_SHARES = (("low", 0.28), ("medium", 0.41), ("high", 0.24), ("critical", 0.07))

CHECKS = (
    Check("B101", "assert_used", 703, "note", "An assertion goes away when Python optimises."),
    Check(
        "B113", "request_without_timeout", 400, "warning", "A request without a timeout may wait for ever."
    ),
    Check("B301", "pickle", 502, "warning", "Unpickling runs what the data says."),
    Check("B311", "random", 330, "note", "These random numbers can be foretold."),
    Check("B314", "xml", 20, "warning", "This parser of XML expands entities."),
    Check("B324", "hashlib", 327, "error", "This hash is broken for signatures."),
    Check("B501", "request_with_no_cert_validation", 295, "error", "The certificate is not checked."),
    Check("B506", "yaml_load", 20, "warning", "Loading YAML this way makes any object."),
    Check("B602", "subprocess_popen_with_shell", 78, "error", "A shell reads this command."),
    Check("B608", "hardcoded_sql_expressions", 89, "warning", "A query is put together from text."),
)

FLAGGED = (
    Flagged("B101", "tests/test_{package}.py", 41, "assert answer.status == 200"),
    Flagged("B101", "tests/test_retries.py", 18, "assert attempts == 3"),
    Flagged("B101", "tests/unit/test_dates.py", 77, "assert day.isoformat() in said"),
    Flagged("B101", "tests/unit/test_limits.py", 23, "assert not over(limit)"),
    Flagged("B311", "tests/unit/test_shuffle.py", 12, "order = random.sample(rows, 5)"),
    Flagged("B314", "src/{package}/_vendor/markup.py", 210, "tree = ElementTree.fromstring(body)"),
    Flagged("B324", "src/{package}/_vendor/digest.py", 66, "return hashlib.md5(chunk).hexdigest()"),
    Flagged("B608", "src/{package}/queries.py", 58, 'sql = f"SELECT * FROM {table} WHERE day = %s"'),
    Flagged("B608", "src/{package}/export.py", 131, 'where = "state = \'" + state + "\'"'),
    Flagged("B113", "src/{package}/clients.py", 34, "answer = http.get(address)"),
    Flagged("B501", "src/{package}/partners.py", 92, "http.post(address, body, verify=False)"),
    Flagged("B602", "src/{package}/convert.py", 47, "run(command, shell=True)"),
    Flagged("B301", "src/{package}/cache.py", 29, "return pickle.loads(cell)"),
    Flagged("B506", "src/{package}/settings.py", 15, "return yaml.load(text, Loader)"),
    Flagged("B311", "src/{package}/sampling.py", 20, "if random.random() < share:"),
    Flagged("B324", "src/{package}/etags.py", 9, "return hashlib.sha1(body).hexdigest()"),
    Flagged("B101", "src/{package}/guards.py", 25, "assert amount >= 0", growth=4),
)


def advisories(draw: np.random.Generator, *, day: datetime, window: timedelta) -> Iterator[Advisory]:
    """What was published until `day`: a third before the window that ends then, the rest within it."""
    for number in range(ADVISORIES):
        package = PACKAGES[number % len(PACKAGES)]
        cwe, title = _WRONG[package.kind][int(draw.integers(len(_WRONG[package.kind])))]
        severity = str(draw.choice([name for name, _ in _SHARES], p=[share for _, share in _SHARES]))
        vector = str(draw.choice(_VECTORS[severity]))
        days = float(draw.uniform(0, 1)) * window.days + (window.days if number < ADVISORIES // 3 else 0)
        published = (day - timedelta(days=days)).replace(microsecond=0)
        yield Advisory(
            cve=f"CVE-{published.year}-{FIRST_NUMBER + number}",
            ghsa=f"GHSA-fern-wood-{number:04d}",
            package=package,
            title=title.format(name=package.name),
            cwe=cwe,
            severity=severity,
            vector=vector,
            score=score(vector).base,
            published=published,
            has_fix=bool(draw.random() < 0.8) or severity == "critical",
            epss=_chance(draw, severity),
        )


def of_own(day: datetime) -> Advisory:
    """What is known of Fernwood's own library: small, old, and no version mends it yet."""
    return Advisory(
        cve=f"CVE-{day.year}-{FIRST_NUMBER + ADVISORIES}",
        ghsa=f"GHSA-fern-wood-{ADVISORIES:04d}",
        package=OWN,
        title=f"{OWN.name}: a log line may hold the name of a customer",
        cwe="CWE-532",
        severity="low",
        vector=_VECTORS["low"][0],
        score=score(_VECTORS["low"][0]).base,
        published=day,
        has_fix=False,
        epss=0.0002,
    )


def _chance(draw: np.random.Generator, severity: str) -> float:
    """A chance of exploitation within 30 days: tiny for most, as published scores are."""
    typical = {"low": 0.0006, "medium": 0.002, "high": 0.01, "critical": 0.08}[severity]
    return round(min(0.94, typical * float(draw.lognormal(0.0, 1.3))), 5)


def package_name(service: SampleService) -> str:
    """The folder of a service's code."""
    return service.name.replace("-", "_")
