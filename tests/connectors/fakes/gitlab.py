"""GitLab's GraphQL API: one address, cursors, errors with 200, no way to ask for what changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from tests.connectors.fakes.declared import Endpoint, Fake
from tests.connectors.fakes.tool import Answered, Asked

# What a vulnerability can be asked for; another name is an error, as it is there.
FIELDS = re.findall(
    r"\w+",
    """
    id title description state severity reportType detectedAt updatedAt resolvedAt resolvedOnDefaultBranch
    dismissalReason stateComment falsePositive solution webUrl scanner name vendor project fullPath
    primaryIdentifier identifiers externalType externalId url location __typename file startLine
    vulnerableClass vulnerableMethod crashType image operatingSystem dependency version package hostname path
    param requestMethod cvss vector stateTransitions nodes fromState toState createdAt comment
    vulnerabilities pageInfo hasNextPage endCursor currentUser username group
    """,
)
_WORD = re.compile(r"[A-Za-z_]+")
_ARGUMENTS = re.compile(r"\([^)]*\)")


def _is_query(body: Any) -> str:
    if (
        not isinstance(body, dict)
        or set(body) - {"query", "variables"}
        or not isinstance(body.get("query"), str)
    ):
        return "expected an object with query and variables"
    return ""


class GitLab(Fake):
    """`vulnerabilities` in the order of the server; `gone` are fields that this version does not have."""

    headers: ClassVar[Mapping[str, str]] = {"content-type": "application/json"}
    endpoints = (Endpoint("POST", r"(?:/gitlab)?/api/graphql", "asked_for", body=_is_query),)

    def __init__(self) -> None:
        super().__init__()
        self.vulnerabilities: list[dict[str, Any]] = []
        self.gone: set[str] = set()
        self.groups = {"shop"}
        self.projects = {"shop/api", "shop/web"}
        self.repeats = False

    def signed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("authorization") == f"Bearer {self.token}"

    def asked_for(self, asked: Asked) -> Answered:
        query, variables = asked.body["query"], asked.body.get("variables", {})
        plain = _ARGUMENTS.sub("", re.sub(r"\.\.\. on \w+", "", query))
        unknown = sorted(
            set(_WORD.findall(plain)) - set(FIELDS) - {"query"} | set(_WORD.findall(plain)) & self.gone
        )
        if unknown:
            # As it answers what it cannot do: with 200.
            said = f"Field '{unknown[0]}' doesn't exist on type 'Vulnerability'"
            if unknown[0] not in self.gone:
                self.wrong.append(said)
            return Answered({"errors": [{"message": said}]})
        if "currentUser" in query and "vulnerabilities" not in query:
            return Answered({"data": {"currentUser": {"username": "robot"}}})
        within = "group" if "group(" in query else "project"
        path = variables["path"]
        if path not in (self.groups if within == "group" else self.projects):
            return Answered({"data": {within: None}})
        if "vulnerabilities" not in query:
            return Answered({"data": {within: {"fullPath": path}}})
        if self.is_expired(variables.get("after") is not None):
            return Answered({"errors": [{"message": "Please provide a valid cursor"}]})
        return Answered({"data": {within: {"vulnerabilities": self._page(within, path, variables)}}})

    def _page(self, within: str, path: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        if not 0 < variables["first"] <= 100:
            self.wrong.append(f"first={variables['first']}: at most 100 come at once")
        found = [
            each
            for each in self.vulnerabilities
            if each["project"]["fullPath"] == path
            or (within == "group" and each["project"]["fullPath"].startswith(f"{path}/"))
        ]
        start = int((variables.get("after") or "c0")[1:])
        end = start + min(variables["first"], 2)
        cursor = "c2" if self.repeats and start else f"c{end}"
        return {"nodes": found[start:end], "pageInfo": {"hasNextPage": end < len(found), "endCursor": cursor}}


def vulnerability(number: int, *, project: str = "shop/api", **more: Any) -> dict[str, Any]:
    identifier = {"externalType": "semgrep_id", "externalId": "py.eval", "name": "py.eval", "url": None}
    return {
        "id": f"gid://gitlab/Vulnerability/{number}",
        "title": "Eval of user input",
        "description": "What a person types is run.",
        "state": "DETECTED",
        "severity": "HIGH",
        "reportType": "SAST",
        "detectedAt": "2026-01-05T10:00:00Z",
        "updatedAt": "2026-01-05T10:00:00Z",
        "resolvedAt": None,
        "resolvedOnDefaultBranch": False,
        "dismissalReason": None,
        "stateComment": None,
        "falsePositive": False,
        "solution": None,
        "webUrl": f"https://gitlab.example/{project}/-/security/vulnerabilities/{number}",
        "scanner": {"name": "Semgrep"},
        "project": {"fullPath": project},
        "primaryIdentifier": identifier,
        "identifiers": [
            identifier,
            {"externalType": "cwe", "externalId": "95", "name": "CWE-95", "url": None},
        ],
        "location": {"__typename": "VulnerabilityLocationSast", "file": "app.py", "startLine": str(number)},
        "cvss": [],
        "stateTransitions": {"nodes": []},
        **more,
    }
