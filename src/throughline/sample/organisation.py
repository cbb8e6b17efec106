"""Who works at Fernwood, the invented company of the sample, and what it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SampleService:
    """A service: its owner, how much it matters (tier 1 most), and the kinds of flaw it attracts."""

    name: str
    team: str
    tier: int
    environment: str
    weight: float


@dataclass(frozen=True, slots=True)
class SamplePerson:
    name: str
    email: str
    role: str
    team: str
    sees_all_teams: bool = False


SERVICES = (
    SampleService("web-shop", "Storefront", 1, "production", 1.5),
    SampleService("search", "Storefront", 2, "production", 0.7),
    SampleService("checkout", "Payments", 1, "production", 1.2),
    SampleService("ledger", "Payments", 1, "production", 0.6),
    SampleService("sign-in", "Identity", 1, "production", 0.9),
    SampleService("mobile-api", "Mobile", 2, "production", 1.3),
    SampleService("mobile-app", "Mobile", 2, "production", 0.8),
    SampleService("event-pipeline", "Data Platform", 2, "production", 0.9),
    SampleService("reports", "Data Platform", 3, "production", 0.6),
    SampleService("cluster", "Cloud Foundation", 1, "production", 1.4),
    SampleService("build-farm", "Developer Experience", 2, "internal", 0.9),
    SampleService("intranet", "Workplace", 3, "internal", 0.6),
)

# How long a team takes to repair, as a multiple of the company's typical time.
PACE = {
    "Storefront": 1.0,
    "Payments": 0.7,
    "Identity": 0.8,
    "Mobile": 1.6,
    "Data Platform": 1.2,
    "Cloud Foundation": 0.9,
    "Developer Experience": 1.1,
    "Workplace": 1.5,
}

PEOPLE = (
    SamplePerson("Ines Halvorsen", "ines@fernwood.example", "administrator", "", sees_all_teams=True),
    SamplePerson("Marek Oyelaran", "marek@fernwood.example", "manager", "", sees_all_teams=True),
    SamplePerson("Yuki Bernard", "yuki@fernwood.example", "member", "", sees_all_teams=True),
    SamplePerson("Tomas Achterberg", "tomas@fernwood.example", "member", "", sees_all_teams=True),
    SamplePerson("Amara Lindqvist", "amara@fernwood.example", "member", "Payments"),
    SamplePerson("Dev Kowalczyk", "dev@fernwood.example", "viewer", "Mobile"),
    SamplePerson("Rosa Nakamura", "rosa@fernwood.example", "viewer", "Storefront"),
)


@dataclass(frozen=True, slots=True)
class SampleSource:
    """A way findings come in: how many a day, how often they are real, how they are shared out.

    `severities` are shares of low, medium, high, critical; `first_state` is what the source itself claims.
    """

    name: str
    kind: str
    a_day: float
    precision: float
    severities: tuple[float, float, float, float]
    introduced: str


SOURCES = (
    SampleSource(
        "Static analysis", "code", 0.50, 0.62, (0.34, 0.44, 0.19, 0.03), "blame of the flagged line"
    ),
    SampleSource("Dependency scan", "dependency", 0.62, 0.86, (0.20, 0.42, 0.30, 0.08), "lockfile history"),
    SampleSource("Container scan", "container", 0.30, 0.80, (0.38, 0.40, 0.18, 0.04), "lockfile history"),
    SampleSource("Cloud posture", "cloud", 0.18, 0.74, (0.30, 0.45, 0.22, 0.03), ""),
    SampleSource("Bug bounty", "web", 0.16, 0.45, (0.25, 0.40, 0.27, 0.08), "reported"),
    SampleSource("Penetration test", "web", 0.0, 0.95, (0.28, 0.40, 0.25, 0.07), "reported"),
    SampleSource("Internal review", "code", 0.09, 0.97, (0.22, 0.46, 0.26, 0.06), "reported"),
)

# (kind, CWE, title with a place): short descriptions of our own.
FLAWS: dict[str, tuple[tuple[str, str], ...]] = {
    "code": (
        ("CWE-79", "Unescaped text reaches the page in {place}"),
        ("CWE-89", "Query built from text in {place}"),
        ("CWE-22", "File path taken from the request in {place}"),
        ("CWE-798", "Credential in the source of {place}"),
        ("CWE-327", "Outdated cipher in {place}"),
        ("CWE-502", "Untrusted object is deserialised in {place}"),
        ("CWE-476", "Missing check before use in {place}"),
    ),
    "dependency": (
        ("CWE-1333", "Slow pattern in a parser used by {place}"),
        ("CWE-400", "Memory exhaustion in a library of {place}"),
        ("CWE-444", "Request smuggling in the HTTP stack of {place}"),
        ("CWE-502", "Unsafe loading in a library of {place}"),
        ("CWE-295", "Certificate not checked by a client of {place}"),
    ),
    "container": (
        ("CWE-787", "Out-of-bounds write in the base image of {place}"),
        ("CWE-416", "Use after free in a system library of {place}"),
        ("CWE-269", "Container of {place} runs as root"),
    ),
    "cloud": (
        ("CWE-284", "Storage readable by anyone, used by {place}"),
        ("CWE-732", "Role wider than needed for {place}"),
        ("CWE-311", "Disk without encryption under {place}"),
        ("CWE-778", "No access log for {place}"),
    ),
    "web": (
        ("CWE-639", "Another customer's record can be read in {place}"),
        ("CWE-79", "Stored script in a form of {place}"),
        ("CWE-352", "Action without a token in {place}"),
        ("CWE-918", "Server fetches an address of the caller's choice in {place}"),
        ("CWE-287", "Second factor can be skipped in {place}"),
        ("CWE-200", "Error page of {place} tells too much"),
    ),
}

PLACES = (
    "invoice notes",
    "the address form",
    "the export job",
    "password reset",
    "gift cards",
    "the webhook receiver",
    "picture upload",
    "order history",
    "the admin search",
    "session renewal",
    "the currency table",
    "the price feed",
    "the consent banner",
    "the audit view",
    "refunds",
)
