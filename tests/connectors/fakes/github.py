"""GitHub's three lists of alerts: cursors in the Link header, limits by 403, secrets unless hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from tests.connectors.fakes.declared import Endpoint, Fake
from tests.connectors.fakes.tool import Answered, Asked

SECRET = "ghp_Wh4tNobodyMayEverSee0123456789abcd"
_PAGED = {
    "per_page": r"\d{1,3}",
    "sort": "updated",
    "direction": "desc",
    "after": r"c\d+",
    "state": r"[a-z_,]+",
}
_SCOPE = r"(?:/api/v3)?/(repos/[\w.-]+/[\w.-]+|orgs/[\w.-]+)"
_SCANNERS = ("code-scanning", "dependabot", "secret-scanning")


class GitHub(Fake):
    """`alerts` by scanner, each a list of alerts of all repositories; `off` are scanners nobody turned on."""

    headers: ClassVar[Mapping[str, str]] = {
        "accept": r"application/vnd\.github\+json",
        "x-github-api-version": r"\d{4}-\d\d-\d\d",
        "user-agent": ".+",
    }
    endpoints = (
        Endpoint("GET", rf"{_SCOPE}/(code-scanning)/alerts", "listed", _PAGED),
        Endpoint("GET", rf"{_SCOPE}/(dependabot)/alerts", "listed", _PAGED),
        Endpoint(
            "GET",
            rf"{_SCOPE}/(secret-scanning)/alerts",
            "listed",
            {**_PAGED, "hide_secret": "true"},
            needs=("hide_secret",),
        ),
        Endpoint("GET", _SCOPE, "about"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.alerts: dict[str, list[dict[str, Any]]] = {name: [] for name in _SCANNERS}
        self.off: set[str] = set()
        # Older servers do not know the parameter that hides a secret.
        self.hides = True
        self.size = 2
        # Cursors that come again and again, as a broken server's.
        self.repeats = False

    def signed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("authorization") == f"Bearer {self.token}"

    def about(self, asked: Asked, scope: str) -> Answered:
        return Answered({"full_name": scope.partition("/")[2], "login": scope.partition("/")[2]})

    def listed(self, asked: Asked, scope: str, scanner: str) -> Answered:
        if self.is_expired("after" in asked.query):
            return Answered({"message": "Validation Failed"}, 422)
        if scanner in self.off:
            return Answered({"message": f"{scanner} is not enabled for this repository."}, 403)
        found = [self._shown(each, scope) for each in self.alerts[scanner] if _is_of(each, scope)]
        found.sort(key=lambda each: each["updated_at"], reverse=True)
        start = int(asked.query.get("after", "c0")[1:])
        page, more = found[start : start + self.size], len(found) > start + self.size
        headers = {}
        if more:
            after = "c0" if self.repeats and start else f"c{start + self.size}"
            query = urlencode({**asked.query, "after": after})
            headers["Link"] = f'<{self.address}{asked.path}?{query}>; rel="next", <{self.address}>; rel="x"'
        return Answered(page, headers=headers)

    def _shown(self, alert: dict[str, Any], scope: str) -> dict[str, Any]:
        shown = dict(alert)
        if scope.startswith("repos/"):
            shown.pop("repository", None)
        if self.hides:
            shown.pop("secret", None)
        return shown


def _is_of(alert: dict[str, Any], scope: str) -> bool:
    name = alert["repository"]["full_name"]
    return (
        name == scope.removeprefix("repos/")
        if scope.startswith("repos/")
        else name.startswith(f"{scope[5:]}/")
    )


def code_alert(number: int, updated: str, *, repository: str = "shop/api", **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "state": "open",
        "created_at": "2026-01-05T10:00:00Z",
        "updated_at": updated,
        "fixed_at": None,
        "dismissed_reason": None,
        "html_url": f"https://github.example/{repository}/security/code-scanning/{number}",
        "rule": {
            "id": "js/xss",
            "severity": "warning",
            "description": "Cross-site scripting",
            "security_severity_level": "high",
            "tags": ["security", "external/cwe/cwe-079"],
        },
        "tool": {"name": "CodeQL"},
        "most_recent_instance": {
            "ref": "refs/heads/main",
            "location": {"path": "src/a.js", "start_line": number},
        },
        "repository": {"full_name": repository},
        **more,
    }


def dependabot_alert(
    number: int, updated: str, *, repository: str = "shop/api", **more: Any
) -> dict[str, Any]:
    package = {"ecosystem": "npm", "name": "lodash"}
    return {
        "number": number,
        "state": "open",
        "dependency": {"package": package, "manifest_path": "package-lock.json", "scope": "runtime"},
        "security_advisory": {
            "ghsa_id": "GHSA-35jh-r3h4-6jhm",
            "cve_id": f"CVE-2021-{23000 + number}",
            "summary": "Command injection in lodash",
            "severity": "high",
            "identifiers": [{"type": "CVE", "value": f"CVE-2021-{23000 + number}"}],
        },
        "security_vulnerability": {"package": package, "severity": "high"},
        "html_url": f"https://github.example/{repository}/security/dependabot/{number}",
        "created_at": "2026-01-06T10:00:00Z",
        "updated_at": updated,
        "fixed_at": None,
        "dismissed_reason": None,
        "repository": {"full_name": repository},
        **more,
    }


def secret_alert(number: int, updated: str, *, repository: str = "shop/api", **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "state": "open",
        "secret_type": "github_personal_access_token",
        "secret_type_display_name": "GitHub Personal Access Token",
        "secret": SECRET,
        "resolution": None,
        "resolved_at": None,
        "validity": "active",
        "html_url": f"https://github.example/{repository}/security/secret-scanning/{number}",
        "created_at": "2026-01-07T10:00:00Z",
        "updated_at": updated,
        "repository": {"full_name": repository},
        **more,
    }
