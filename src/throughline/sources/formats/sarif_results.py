"""What one SARIF result says, apart from where it is: message, severity, state, identity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from throughline.engine.identity import LONGEST_PART
from throughline.sources import values
from throughline.sources.formats.findings import CREDENTIALS
from throughline.sources.formats.packages import package_of
from throughline.sources.formats.sarif_model import Result, plain
from throughline.sources.formats.sarif_places import Place
from throughline.sources.formats.sarif_rules import LEVELS, Rule, package_in, rated, target_ids
from throughline.sources.formats.sarif_runs import Run
from throughline.sources.formats.shapes import cwes, masked, text, unique, without

# Grype's first SARIF marks every result as suppressed.
_SUPPRESSES_ALL = "Anchore Container Vulnerability Report (T0)"
_FINDINGS = frozenset(["", "fail", "review", "open"])
_LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\(\d+\)")
_ARGUMENT = re.compile(r"\{(\d)\}")
_OPENING = re.compile(r"""(?<!\w)["'`]""")
_CLOSING = {mark: re.compile(rf"{mark}(?!\w)|$", re.MULTILINE) for mark in "\"'`"}
_AT = re.compile(r"[^\s@][^\s@]*@v?\d[^\s@:]*|@[^\s@]+@v?\d[^\s@:]*")
_NAMED = re.compile(r"\b[Pp]ackage '([^'\s]+)@([^'@\s]+)'")
_REPORTS = re.compile(r"\breports ([^\s]+) at version ([^\s]+)")
_IN = re.compile(r"\bpackage: ([^\s,]+), version ([^\s]+) was found")
# What moves with the line, or is made anew for each scan or each row of an export.
_MOVING = re.compile(r"line(?!Hash)|column|row|guid|date|time|commit|author|email|sha$", re.IGNORECASE)
_OF_TEXT = re.compile(r"hash|context|snippet|fingerprint|equalIndicator", re.IGNORECASE)
_IS_ID = re.compile(r"[^\s]{6,}")
_FALSE = re.compile(r"false[-_ ]?positive|not[-_ ]vulnerable", re.IGNORECASE)


def is_finding(result: Result, run: Run) -> bool:
    """Whether a result is a weakness of this scan: not a check that passed, and not one that is gone.

    One that is gone since the baseline is told of where the log says when it was looked for.
    """
    if plain(result.kind).lower() not in _FINDINGS:
        return False
    return result.baseline_state != "absent" or bool(run.date)


def message_of(result: Result, rule: Rule, run: Run) -> str:
    """The message with its arguments filled in and its embedded links unwrapped."""
    said = result.message
    if said is None or isinstance(said, str):
        return plain(said)
    found = plain(said.text)
    if not found:
        name = plain(said.id)
        found = rule.messages.get(name) or run.messages.get(name) or plain(said.markdown)
    if "{" in found and (arguments := said.arguments):
        found = _ARGUMENT.sub(lambda match: _argument(arguments, match), found)
    return _LINK.sub(r"\1", found) if "](" in found else found


def _argument(arguments: list[Any], match: re.Match[str]) -> str:
    place = int(match[1])
    return str(arguments[place]) if place < len(arguments) else match[0]


def shows_credentials(cwes: list[str]) -> bool:
    """Whether what is flagged is a password or a key in the open."""
    return not CREDENTIALS.isdisjoint(cwes)


def uncovered(message: str, snippet: str) -> str:
    """A message about a credential, without what it quotes: that is the credential, for many tools."""
    plain = without(message, snippet) if len(snippet) > 3 else message
    return "".join(_without_quoted(plain))


def _without_quoted(said: str) -> Iterator[str]:
    at, barren = 0, dict.fromkeys(_CLOSING, 0)
    for opening in _OPENING.finditer(said):
        start, mark = opening.end(), opening[0]
        # That no quotation ends in the rest of a line is found once, not by each that begins there.
        if opening.start() < at or start < barren[mark] or said[start : start + 1] in ("", "\n"):
            continue
        closing = _CLOSING[mark].search(said, start + 1)
        if closing and closing[0]:
            yield f"{said[at:start]}{masked(said[start : closing.start()])}{mark}"
            at = closing.end()
        else:
            barren[mark] = closing.end() if closing else len(said)
    yield said[at:]


def severity_of(result: Result, rule: Rule, properties: dict[str, Any]) -> int | None:
    """The tool's own rating (of the result, then of its check), else the level as SARIF defaults it."""
    own = rated(properties) if properties else None
    if own is not None:
        return own
    if rule.severity is not None:
        return rule.severity
    level = LEVELS.get(plain(result.level).lower())
    if level is not None:
        return level
    return rule.level if rule.level is not None else LEVELS["warning"]


def state_of(result: Result, properties: dict[str, Any], run: Run) -> tuple[str, str]:
    """What a person said of it, with the reason: suppressed, where no suppression waits or was refused."""
    suppressions = [each for each in result.suppressions or () if each is not None]
    statuses = {plain(each.status).lower() or "accepted" for each in suppressions}
    if statuses == {"accepted"} and run.driver != _SUPPRESSES_ALL:
        reason = next(filter(None, (plain(each.justification) for each in suppressions)), "")
        category = text(suppressions[0].properties, "category")
        state = "false positive" if _FALSE.search(f"{category} {reason}") else "accepted"
        return state, reason or f"suppressed {_where(plain(suppressions[0].kind))}"
    return (
        (_state(text(properties, "remediationStatus")), "") if "remediationStatus" in properties else ("", "")
    )


def _where(kind: str) -> str:
    return "in the source" if kind == "inSource" else "in the tool"


def _state(word: str) -> str:
    if word.lower() == "ignored":
        return "accepted"
    try:
        found = values.state(word) or ""
    except values.NotAValue:
        return ""
    return "" if found == "potential" else found


def weaknesses_of(result: Result, properties: dict[str, Any], rule: Rule, run: Run) -> list[str]:
    """The weaknesses of a result and of its check, its own first."""
    own = cwes(properties.get("cwe")) if "cwe" in properties else []
    if result.taxa:
        own += target_ids(result.taxa, run.taxonomies)
    return unique([*own, *rule.cwes]) if own else list(rule.cwes)


def package_of_result(
    rule: Rule, properties: dict[str, Any], message: str, place: Place
) -> tuple[str, str, str]:
    """Name, version and fixed version of the package that a result is about; empty for a line of code."""
    for kind in ("component", "package"):
        if version := text(properties, f"{kind}Version"):
            name = text(properties, kind) or text(properties, f"{kind}Name")
            return name, version, text(properties, "fixedVersion")
    if not rule.ids:
        return "", "", ""
    if purl := text(properties, "purl"):
        found = package_of(purl)
        return found.name, found.version, ""
    fixed = rule.package[2]
    name, version, said_fixed = package_in(message)
    if name:
        return name, version or rule.package[1], said_fixed or fixed
    for pattern in (_NAMED, _REPORTS, _IN):
        if match := pattern.search(message):
            return match[1], match[2], fixed
    return _of_logical(place.logical, fixed) or rule.package


def _of_logical(logical: str, fixed: str) -> tuple[str, str, str] | None:
    if logical.startswith("pkg:"):
        found = package_of(logical)
        return found.name, found.version, fixed
    if not _AT.fullmatch(logical):
        return None
    name, _, version = logical.rpartition("@")
    return name, version, fixed


def tool_id_of(result: Result, rule: Rule) -> str:
    """An id that the tool keeps from scan to scan: its fingerprint of the result, or its correlation id.

    A fingerprint of the flagged text alone is the same for two such texts: it is context, not identity.
    """
    prints = result.fingerprints
    if prints:
        for name in sorted(prints, key=lambda name: (name != "identity", name)):
            value = _fingerprint(prints[name])
            if value and not _moves(name) and not _is_of_text(name):
                return _bounded(f"{rule.id}|{name}|{value}")
    return f"{rule.id}|{guid}" if (guid := plain(result.correlation_guid)) else ""


def context_of(result: Result, snippet: str) -> str:
    """The tool's hash of the flagged text, or that text."""
    for prints in (result.partial_fingerprints, result.fingerprints):
        for name in sorted(prints) if prints else ():
            value = _fingerprint(prints[name]) if prints else ""
            if value and _is_of_text(name) and not _moves(name):
                return f"{name}:{value.partition(':')[0]}"
    return snippet


@lru_cache(maxsize=1000)
def _moves(name: str) -> bool:
    return bool(_MOVING.search(name))


@lru_cache(maxsize=1000)
def _is_of_text(name: str) -> bool:
    return bool(_OF_TEXT.search(name))


def _fingerprint(value: Any) -> str:
    said = value.get("value") if isinstance(value, dict) else value
    # "requires login" stands where Semgrep gives none.
    return said if isinstance(said, str) and _IS_ID.fullmatch(said) else ""


def _bounded(said: str) -> str:
    return said if len(said) <= LONGEST_PART else said[:LONGEST_PART]


def attributes_of(
    result: Result, rule: Rule, properties: dict[str, Any], ids: list[str]
) -> dict[str, str | float | bool]:
    """Further facts that people ask about."""
    found: dict[str, str | float | bool] = {}
    own = text(properties, "issue_confidence") or text(properties, "confidence") if properties else ""
    if confidence := own.lower() or rule.confidence:
        found["confidence"] = confidence
    if rule.score is not None and not ids:
        found["security_severity"] = rule.score
    prints = result.partial_fingerprints
    if prints and "commitSha" in prints:
        named = (("commit", "commitSha"), ("author", "author"))
        found |= {attribute: said for attribute, name in named if (said := text(prints, name))}
    return found
