"""Vulnerabilities with their history, and where they come from."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, F, Func, Q, TextField, Value, When
from django.db.models.functions import Cast

from throughline.engine.language.fields import SEVERITIES
from throughline.exports.declared import (
    Table,
    day,
    identity,
    instant,
    json,
    number,
    stored,
    text,
    texts,
    truth,
    whole,
)

# A word for each severity, so that no reader needs the numbers.
_SEVERITY = Case(
    *(When(severity=rank, then=Value(name)) for rank, name in enumerate(SEVERITIES)),
    default=None,
    output_field=CharField(),
)
# What a secret was found by is masked at the import; the masked text stays in the house all the same.
_DESCRIPTION = Case(When(~Q(kind="secret"), then=F("description")), default=None, output_field=TextField())


class _WithoutDescription(Func):
    """The changes of an event without the description, which may quote a masked secret."""

    function = "json_remove"
    template = "%(function)s(%(expressions)s, '$.description')"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "((%(expressions)s)::jsonb - 'description')::text"
        return self.as_sql(compiler, connection, template=template, **context)


_BASIS = "reported, inferred, presumed or manual"

RECORD = (
    Table(
        "teams",
        "A team that owns services and work.",
        (identity(), text("name", "Its name, which no other team has.")),
        stored("accounts.Team"),
    ),
    Table(
        "services",
        "Something that runs, and the team that owns it.",
        (
            identity(),
            text("name", "Its name, which no other service has."),
            whole("team_id", "The team that owns it.", to="teams.id"),
            whole("tier", "How much depends on it: 1 is the most important."),
            text("environment", "Where it runs, such as production."),
            text("repository", "The address of its source code."),
        ),
        stored("vulnerabilities.Service"),
    ),
    Table(
        "sources",
        "A source of findings and a scope within it; identity and disappearance are judged inside one only.",
        (
            identity(),
            text("name", "The source, such as a scanner."),
            text("scope", "The part of the source that its files cover."),
            text("service", "The service of findings that name none."),
            text("branch", "The branch of a repository whose scans these are."),
        ),
        stored("sources.Feed"),
    ),
    Table(
        "imports",
        "One file that was read, whole or not at all.",
        (
            identity(),
            whole("source_id", "The source that it is of.", "feed_id", to="sources.id"),
            text("file_name", "The name of the file."),
            text("checksum", "The SHA-256 of the file."),
            text("format", "The format that it was read as."),
            text("tool", "The tool that made it, as the file says."),
            truth("full", "Whether it was a complete listing: what it lacks has vanished."),
            instant("scanned_at", "When the scan was made, as the file says."),
            instant("known_at", "When the content was known."),
            instant("recorded_at", "When it was written down here."),
            text("actor", "Who imported it."),
            whole("read", "The rows in the file.", unit="rows"),
            whole("created", "The records that it added.", unit="rows"),
            whole("updated", "The records that it changed.", unit="rows"),
            whole("unchanged", "The records that were as it said.", unit="rows"),
            whole("vanished", "The records that it no longer lists.", unit="rows"),
            whole("linked", "The findings that another source knew already.", unit="rows"),
            whole("missed", "The findings that it was the first not to see.", unit="rows"),
            whole("skipped", "The rows that were left out as unreadable.", unit="rows"),
        ),
        stored("sources.Import"),
    ),
    Table(
        "vulnerabilities",
        "The present state of a vulnerability; what was decided about it by hand is in `pinned`.",
        (
            identity("Its number, which never changes; pages show it."),
            whole("source_id", "The source that brought it first.", "feed_id", to="sources.id"),
            text("key", "Its name within the source."),
            text("title", "What it is, in a line."),
            text("description", "What it is, at length; null of leaked secrets.", _DESCRIPTION),
            text("rule", "The check that found it, as its tool calls it."),
            text("kind", "code, dependency, container, cloud, web, os, secret or process."),
            text("cwe", "The weakness, such as CWE-89."),
            text("severity", "info, low, medium, high or critical.", _SEVERITY),
            whole("severity_rank", "The severity as a number: 0 is info, 4 critical.", "severity"),
            text("cvss_vector", "The CVSS vector."),
            number("cvss_score", "The CVSS base score.", unit="0 to 10"),
            text("cvss_version", "The version of CVSS."),
            texts("vulnerability_ids", "The advisories that it is known by, such as CVE-2021-44228."),
            truth("kev", "Whether CISA lists it as exploited; null where no catalogue was loaded."),
            instant("kev_added", "When CISA listed it."),
            number("epss", "The chance of exploitation within 30 days, by FIRST.", unit="0 to 1"),
            text("component", "The package or product that has it."),
            text("component_version", "The version that has it."),
            text("fixed_version", "The version that mends it."),
            text("file", "The file in which it is."),
            whole("line", "The line of the file, from 1."),
            text("endpoint", "The address at which it was found."),
            whole("service_id", "The service that has it.", to="services.id"),
            whole("team_id", "The team that mends it.", to="teams.id"),
            text("environment", "Where it was found, such as production."),
            texts("tags", "Its tags."),
            text("source", "Where it comes from, as its row says."),
            text("state", "potential, confirmed, false positive, duplicate, accepted or out of scope."),
            text("state_reason", "Why it has that state."),
            instant("accepted_until", "When its acceptance ends."),
            whole("duplicate_of_id", "What it is a duplicate of.", to="vulnerabilities.id"),
            instant("introduced_at", "When it came to be."),
            text("introduced_basis", f"How that is known: {_BASIS}."),
            text("introduced_method", "How it was inferred."),
            instant("introduced_earliest", "The earliest that it may have come to be."),
            instant("introduced_latest", "The latest that it may have come to be."),
            instant("identified_at", "When it was found."),
            text("identified_basis", f"How that is known: {_BASIS}."),
            instant("triaged_at", "When somebody decided what it is."),
            text("triaged_basis", f"How that is known: {_BASIS}."),
            instant("accepted_at", "When its risk was accepted."),
            instant("mitigated_at", "When it was mended; null while it is open."),
            text("mitigated_basis", f"How that is known: {_BASIS}."),
            instant("vanished_at", "When its register no longer listed it; no figure counts it since."),
            text("ticket_url", "The address of its ticket."),
            number("award", "What was paid for finding it.", unit="award_currency"),
            text("award_currency", "The currency of the award, such as EUR."),
            json("attributes", "Columns of the import that mean no field of ours, by their names."),
            texts("pinned", "The fields that a person decided, which imports leave alone."),
            instant("asserted_at", "When what its source said last was known."),
        ),
        stored("vulnerabilities.Vulnerability"),
    ),
    Table(
        "events",
        "One change of one vulnerability. In the order of known_at, id they fold to the row; none changes.",
        (
            identity("Its number, which grows in the order of writing."),
            whole("vulnerability_id", "The vulnerability.", to="vulnerabilities.id"),
            instant("known_at", "When it was known: what “as known at” asks for."),
            instant("recorded_at", "When it was written down here."),
            text("actor", "Who or what made it."),
            text("action", "What was done, such as created, updated or triaged."),
            json(
                "changes",
                "The fields that it set, by name; descriptions are left out.",
                _WithoutDescription(Cast("changes", TextField())),
            ),
            whole("import_id", "The import that brought it.", "imported_id", to="imports.id"),
        ),
        stored("vulnerabilities.Event"),
    ),
    Table(
        "introductions",
        "What a local clone told of when a vulnerability came in, whether or not the record says it.",
        (
            identity(),
            whole("vulnerability_id", "The vulnerability.", to="vulnerabilities.id"),
            text("subject", "What was asked: a commit, FILE:LINE@REV, a bisect log, a tag, or an advisory."),
            text("repository", "The name of the clone's folder."),
            text("basis", f"How it is known: {_BASIS}."),
            text("method", "How it was found, such as traced blame."),
            instant("introduced", "The estimate."),
            instant(
                "oldest",
                "The oldest candidate, or the release before; null where the clone begins too late to say.",
            ),
            instant("newest", "The newest candidate, or the release."),
            json("candidates", "The commits that it may have been, each with date and weight."),
            text("reason", "Why the record does not say it; empty where it does."),
            text("actor", "Who asked."),
            instant("found_at", "When it was found."),
        ),
        stored("introductions.Estimate"),
    ),
    Table(
        "findings",
        "What one source sees of one vulnerability; several findings can be one vulnerability.",
        (
            identity(),
            whole("source_id", "The source that sees it.", "feed_id", to="sources.id"),
            whole("vulnerability_id", "The vulnerability that it is.", to="vulnerabilities.id"),
            text("tool", "The tool that reports it."),
            text("rule", "The check that found it, as its tool calls it."),
            instant("identified_at", "When the source saw it first."),
            instant("seen_at", "When the source saw it last."),
            instant("missed_at", "The first complete scan that did not see it."),
            whole("misses", "How many complete scans in a row did not see it.", unit="scans"),
            instant("mitigated_at", "When it was mended, as the source says or its silence lets presume."),
            text("mitigated_basis", f"How that is known: {_BASIS}."),
            whole("became_id", "The finding that it became when its tool renamed it.", to="findings.id"),
        ),
        stored("sources.Finding"),
    ),
    Table(
        "advisories",
        "What CISA and FIRST published about the exploitation of one CVE.",
        (
            text("cve", "The CVE."),
            day("kev_added", "When CISA listed it as exploited."),
            day("kev_due", "The day by which CISA wants it mended."),
            truth("kev_ransomware", "Whether CISA knows of its use in ransomware."),
            number("epss", "The chance of exploitation within 30 days, by FIRST.", unit="0 to 1"),
            number("percentile", "The part of all CVEs whose chance is no greater.", unit="0 to 1"),
            day("epss_date", "The day of FIRST's figures."),
        ),
        stored("vulnerabilities.Advisory"),
        key=("cve",),
    ),
)
