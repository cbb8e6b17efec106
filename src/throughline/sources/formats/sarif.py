"""SARIF 2.1.0 of any tool: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.names import short
from throughline.sources.formats.registry import Format
from throughline.sources.formats.sarif_model import RESULTS, Result, plain
from throughline.sources.formats.sarif_places import Place, place_of
from throughline.sources.formats.sarif_results import (
    attributes_of,
    context_of,
    is_finding,
    message_of,
    package_of_result,
    severity_of,
    shows_credentials,
    state_of,
    tool_id_of,
    uncovered,
    weaknesses_of,
)
from throughline.sources.formats.sarif_rules import Rule, advisories
from throughline.sources.formats.sarif_runs import Run, runs_of
from throughline.sources.formats.shapes import instant, unique, untagged
from throughline.sources.formats.tables import BadFile

# What a file of external properties holds (SARIF 2.1.0, section 4).
_EXTERNAL = {
    "runGuid",
    "results",
    "artifacts",
    "invocations",
    "threadFlowLocations",
    "externalizedProperties",
}


def detect(content: Content) -> bool:
    """Whether it names SARIF's schema, or has its version and runs."""
    if "sarif" in str(content.member("$schema", "")).lower():
        return True
    return "runs" in content.members and str(content.member("version", "")).startswith("2.")


def read(content: Content) -> Report:
    """The report; a record is one result, with the run that it is of."""
    if "runs" not in content.members and not content.members.keys().isdisjoint(_EXTERNAL):
        message = "this is a part that a SARIF log refers to, without the log: put its content into the log"
        raise BadFile(message, name=content.name)
    runs = list(runs_of(content))
    if others := unique(name for run in runs for name in run.elsewhere):
        message = (
            f"its results are in other files, which are not in this one: put {', '.join(others)} into it"
        )
        raise BadFile(message, name=content.name)
    covered = [run.covered for run in runs]
    scanned_at = max((run.date for run in runs), default="")
    contexts = {id(run): run.context(scanned_at) for run in runs}
    return Report(
        tool=" + ".join(sorted({run.tool for run in runs})) or "SARIF",
        records=_records(runs),
        findings=_findings,
        scope=", ".join(sorted(unique(run.scope for run in runs))),
        scanned_at=scanned_at,
        rules=_union(covered),
        unit="result",
        succeeded=all(run.succeeded for run in runs),
        branch=", ".join(sorted(unique(run.branch for run in runs))),
        same=lambda record: b"".join((contexts[id(record[0])], record[1])),
    )


def _union(covered: list[frozenset[str] | None]) -> frozenset[str] | None:
    known = [ids for ids in covered if ids is not None]
    return frozenset().union(*known) if covered and len(known) == len(covered) else None


def _records(runs: list[Run]) -> Iterator[tuple[Run, msgspec.Raw]]:
    for run in runs:
        for raw in run.results:
            yield run, raw


def _findings(record: tuple[Run, msgspec.Raw]) -> Iterator[Found]:
    run, raw = record
    result = RESULTS.decode(raw)
    if is_finding(result, run):
        yield _found(result, run, run.rule(result), place_of(result, run))


def _found(result: Result, run: Run, rule: Rule, place: Place) -> Found:
    properties = result.properties or {}
    message = message_of(result, rule, run)
    name, version, fixed = package_of_result(rule, properties, message, place)
    ids = advisories(message[:500]) if name and not rule.ids else list(rule.ids)
    cwes = weaknesses_of(result, properties, rule, run)
    secret = (rule.kind or run.kind) == "secret"
    bare = secret or shows_credentials(cwes)
    shown = "" if secret else uncovered(message, place.snippet) if bare else message
    file, endpoint = ("", place.file) if run.kind == "web" and "://" in place.file else (place.file, "")
    state, reason = state_of(result, properties, run)
    return Found(
        title=rule.title or short(shown) or short(rule.description) or rule.name or rule.id,
        rule="" if name and ids else rule.id,
        kind=_kind(rule, run, name),
        severity=severity_of(result, rule, properties),
        description=_description(shown, rule),
        cwe=cwes[0] if cwes else "",
        cvss_vector=rule.vector,
        cvss_score=rule.score if ids else None,
        vulnerability_ids=ids,
        component=name,
        version=version,
        fixed_version=fixed,
        file=file,
        line=place.line,
        endpoint=endpoint,
        tags=cwes[1:],
        state=state,
        state_reason=reason,
        identified=(instant(seen.first_detection_time_utc) if (seen := result.provenance) else "")
        or run.date,
        mitigated=run.date if result.baseline_state == "absent" else "",
        link=plain(result.hosted_viewer_uri) or rule.link,
        tool_id=tool_id_of(result, rule),
        artefact=_artefact(place.file, version) if name else "",
        logical="" if name else place.logical,
        context=context_of(result, "" if bare else place.snippet),
        attributes=attributes_of(result, rule, properties, ids),
    )


def _first_seen(result: Result) -> str:
    return instant(result.provenance.first_detection_time_utc) if result.provenance else ""


def _description(message: str, rule: Rule) -> str:
    if not rule.description or rule.description == message or rule.kind == "secret":
        return message
    return f"{message}\n\n{rule.description}" if message else rule.description


def _kind(rule: Rule, run: Run, component: str) -> str:
    if component:
        return "container" if run.kind == "container" or "imageName" in run.properties else "dependency"
    return rule.kind or run.kind


def _artefact(file: str, version: str) -> str:
    """What holds a package: its file or image, without tag, and without the version that some tools add."""
    plain = file.partition(" (")[0]
    plain = plain.removesuffix(f"@{version}") if version else plain
    return plain if "\\" in plain else untagged(plain)


FORMAT = Format("sarif", "SARIF", frozenset({"object"}), detect, read)
