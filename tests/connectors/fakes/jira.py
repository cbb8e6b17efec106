"""A Jira of this machine that remembers: issues, their changelogs, and the quirks that real ones have.

Each request is checked against what the endpoint takes; what it does not is in `Tool.wrong`. Sources of the
quirks are named in docs/jira.md.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.connectors.fakes import jira_writing as writing
from tests.connectors.fakes.tool import Answered, Asked, Broken

STATUSES = {
    "1": ("To Do", "new"), "3": ("In Progress", "indeterminate"), "10001": ("Done", "done"),
    "10002": ("False positive", "done"), "4": ("Reopened", "indeterminate"),
}  # fmt: skip
FIELDS = {
    "summary": "Summary", "status": "Status", "issuetype": "Issue Type", "project": "Project",
    "created": "Created", "updated": "Updated", "resolution": "Resolution", "priority": "Priority",
    "components": "Components", "labels": "Labels", "customfield_10010": "Severity",
    "customfield_10011": "CWE", "customfield_10012": "Found by", "customfield_10013": "Introduced",
    "customfield_10014": "Team",
}  # fmt: skip
JQL = re.compile(
    r'project = "(?P<project>[A-Z]+)"(?P<types> AND issuetype in \([^)]*\))?'
    r"(?: AND \((?P<more>[^)]*)\))?(?: AND updated >= -(?P<age>\d+)(?P<unit>[md]))?"
    r'(?: AND description ~ "(?P<marker>[a-z0-9]+)")?'
    r'(?: AND issuekey > "(?P<after>[A-Z]+-\d+)")? ORDER BY key ASC'
)


@dataclass
class Issue:
    """One issue: the steps of its status, and further fields by id."""

    number: int
    created: datetime
    moves: list[tuple[datetime, str, str]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    updated: datetime | None = None
    # Until then the index answers as it was before.
    indexed_at: datetime | None = None

    @property
    def status(self) -> str:
        return self.moves[-1][2] if self.moves else "1"

    def move(self, at: datetime, to: str) -> None:
        """Change its status."""
        self.moves.append((at, self.status, to))
        self.updated = at


@dataclass
class JiraSite:
    """A site with one project SEC of type Bug. `now` is its clock, `lag` how far its index is behind."""

    now: datetime
    is_cloud: bool = True
    token: str = "good-token"
    issues: list[Issue] = field(default_factory=list)
    statuses: dict[str, tuple[str, str]] = field(default_factory=lambda: dict(STATUSES))
    fields: dict[str, str] = field(default_factory=lambda: dict(FIELDS))
    lag: timedelta = timedelta(0)
    page: int = 100
    changes: int = 5_000
    repeats: bool = False
    tokens: dict[str, tuple[str, int]] = field(default_factory=dict)
    searched: int = 0
    # Of the workflow: to which statuses each leads, where it is not to every one.
    leads: dict[str, list[str]] = field(default_factory=dict)
    # What screens hold, by field: as createmeta and transitions.fields describe it.
    screen: dict[str, dict[str, Any]] = field(default_factory=dict)
    moving: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_administrator: bool = True
    rights: set[str] = field(default_factory=lambda: {"CREATE_ISSUES", "TRANSITION_ISSUES"})
    # Of custom fields: what each is, what it offers, and which are on the default screen.
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)

    def add(self, created: datetime, *moves: tuple[datetime, str], **more: Any) -> Issue:
        """A new issue, moved so."""
        found = Issue(len(self.issues) + 1, created, title=f"Finding {len(self.issues) + 1}", more=more)
        for at, to in moves:
            found.move(at, to)
        found.updated = found.updated or created
        self.issues.append(found)
        return found

    def answer(self, asked: Asked) -> Answered:
        """What Jira says."""
        if asked.headers.get("authorization") != self._signed():
            return Answered({"errorMessages": ["Client must be authenticated to access this resource."]}, 401)
        root = "/rest/api/3" if self.is_cloud else "/rest/api/2"
        if not asked.path.startswith(f"{root}/"):
            return Answered({"errorMessages": ["No such API"]}, 404)
        name = asked.path.removeprefix(f"{root}/").strip("/")
        answers = {
            "myself": self._myself, "field": self._field, "resolution": self._resolution,
            "search/jql": self._search_jql, "changelog/bulkfetch": self._bulkfetch, "search": self._search,
            "project/SEC": self._project, "project/SEC/statuses": self._statuses,
        }  # fmt: skip
        if name not in answers and (found := writing.answer(self, name, asked)) is not None:
            return found
        if name not in answers:
            return Answered({"errorMessages": ["No project could be found with key 'NO'."]}, 404)
        return answers[name](asked)

    def _signed(self) -> str:
        if not self.is_cloud:
            return f"Bearer {self.token}"
        return f"Basic {b64encode(f'bot@example.org:{self.token}'.encode()).decode()}"

    def _myself(self, asked: Asked) -> Answered:
        _takes(asked, "GET", query=set())
        return Answered({"accountId": "5b10", "displayName": "Throughline bot"})

    def _field(self, asked: Asked) -> Answered:
        if asked.method == "POST":
            return writing.make_field(self, asked)
        _takes(asked, "GET", query=set())
        return Answered(
            [
                {
                    "id": id,
                    "name": name,
                    "custom": id.startswith("customfield_"),
                    "schema": self.forms.get(id, {}),
                }
                for id, name in self.fields.items()
            ]
        )

    def _resolution(self, asked: Asked) -> Answered:
        _takes(asked, "GET", query=set())
        return Answered([{"id": "1", "name": "Done"}, {"id": "2", "name": "Won't Do"}])

    def _project(self, asked: Asked) -> Answered:
        _takes(asked, "GET", query=set())
        types = [{"id": "10004", "name": "Bug"}, {"id": "10005", "name": "Task"}]
        return Answered({"key": "SEC", "name": "Security", "issueTypes": types})

    def _statuses(self, asked: Asked) -> Answered:
        _takes(asked, "GET", query=set())
        known = [
            {"id": id, "name": name, "statusCategory": {"key": category}}
            for id, (name, category) in self.statuses.items()
        ]
        return Answered([{"id": "10004", "name": "Bug", "statuses": known}])

    def _search_jql(self, asked: Asked) -> Answered:
        if not self.is_cloud:
            return Answered({"errorMessages": ["null for uri"]}, 404)
        body = _takes(asked, "POST", body={"jql", "fields", "maxResults"}, maybe={"nextPageToken"})
        if not isinstance(body["fields"], list) or not 1 <= body["maxResults"] <= 5000:
            raise Broken("fields is a list, maxResults from 1 to 5000")
        found, at = self._found(body["jql"]), 0
        token = body.get("nextPageToken")
        if token is not None:
            # A token leads on for the question that it was made for, and for some days.
            jql, at = self.tokens.get(token, ("", 0))
            if jql != body["jql"]:
                return Answered(
                    {"errorMessages": ["The provided next page token is invalid or expired."]}, 400
                )
        step = min(self.page, body["maxResults"], 100 if body["fields"] else 5000)
        shown = [self._shown(issue, body["fields"]) for issue in found[at : at + step]]
        said: dict[str, Any] = {"issues": shown, "isLast": at + step >= len(found)}
        if not said["isLast"]:
            said["nextPageToken"] = token if self.repeats and token else f"opaque-{self.searched}"
            self.tokens[said["nextPageToken"]] = (body["jql"], at if self.repeats else at + step)
        self.searched += 1
        return Answered(said)

    def _search(self, asked: Asked) -> Answered:
        if self.is_cloud:
            message = "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API."
            return Answered({"errorMessages": [message]}, 410)
        body = _takes(asked, "POST", body={"jql", "fields", "maxResults", "startAt"}, maybe={"expand"})
        if body["startAt"] + body["maxResults"] > 10_000:
            return Answered({"errorMessages": ["The result window is too large."]}, 400)
        found = self._found(body["jql"])
        if found is None:
            return Answered(
                {"errorMessages": ["An issue with that key does not exist for field 'issuekey'."]}, 400
            )
        shown = []
        for issue in found[body["startAt"] :][: min(self.page, body["maxResults"])]:
            said = self._shown(issue, body["fields"])
            if "changelog" in body.get("expand", []):
                said["changelog"] = {"histories": self._histories(issue, epoch=False)}
            shown.append(said)
        return Answered({"startAt": body["startAt"], "total": len(found), "issues": shown})

    def _found(self, jql: str) -> list[Issue]:
        asked = JQL.fullmatch(jql)
        if not asked or asked["project"] != "SEC":
            raise Broken(f"this JQL is not known here: {jql}")
        found = self.issues
        if asked["age"]:
            age = timedelta(**{{"m": "minutes", "d": "days"}[asked["unit"]]: int(asked["age"])})
            found = [each for each in found if each.updated >= self.now - age]
        if self.lag:
            found = [each for each in found if each.updated <= self.now - self.lag]
        if asked["marker"]:
            found = [each for each in found if asked["marker"] in str(each.more.get("description"))]
        if asked["after"]:
            number = int(asked["after"].split("-")[1])
            found = [each for each in found if each.number > number]
        return found

    def _shown(self, issue: Issue, fields: list[str]) -> dict[str, Any]:
        shown: dict[str, Any] = {"id": str(10_000 + issue.number)}
        if not fields:
            return shown
        name, category = self.statuses[issue.status]
        known = {
            "summary": issue.title, "created": f"{issue.created:%Y-%m-%dT%H:%M:%S}.000+0000",
            "updated": f"{issue.updated:%Y-%m-%dT%H:%M:%S}.000+0000",
            "status": {"id": issue.status, "name": name, "statusCategory": {"key": category}},
            "issuetype": {"id": "10004", "name": "Bug"}, "project": {"key": "SEC"}, "resolution": None,
            **{name: issue.more[name] for name in issue.more if name != "description"},
        }  # fmt: skip
        return {**shown, "key": f"SEC-{issue.number}", "fields": {each: known.get(each) for each in fields}}

    def _bulkfetch(self, asked: Asked) -> Answered:
        body = _takes(
            asked, "POST", body={"issueIdsOrKeys"}, maybe={"fieldIds", "maxResults", "nextPageToken"}
        )
        if not 1 <= len(body["issueIdsOrKeys"]) <= 1000 or len(body.get("fieldIds", [])) > 10:
            raise Broken("from 1 to 1000 issues and at most 10 fields")
        if not 1 <= body.get("maxResults", 1000) <= 10_000:
            raise Broken("maxResults from 1 to 10000")
        every = [
            (id, history)
            for id in body["issueIdsOrKeys"]
            for history in self._histories(self.issues[int(id) - 10_001], epoch=True)
        ]
        at = int(body.get("nextPageToken", "changes-0").split("-")[1])
        told: dict[str, list[Any]] = {}
        for id, history in every[at : at + self.changes]:
            told.setdefault(id, []).append(history)
        said: dict[str, Any] = {
            "issueChangeLogs": [{"issueId": id, "changeHistories": each} for id, each in told.items()]
        }
        if at + self.changes < len(every):
            said["nextPageToken"] = f"changes-{at + self.changes}"
        return Answered(said)

    def _histories(self, issue: Issue, *, epoch: bool) -> list[dict[str, Any]]:
        """Newest first, with changes of other fields between, as Jira tells them."""
        told = [
            {
                "id": f"{issue.number}{number:03}",
                # Documented as a date and time; it is milliseconds.
                "created": int(at.timestamp() * 1000) if epoch else f"{at:%Y-%m-%dT%H:%M:%S}.000+0000",
                "items": [
                    {"field": "status", "fieldId": "status", "from": old, "to": new},
                    {"field": "assignee", "fieldId": "assignee", "from": None, "to": "5b10"},
                ],
            }
            for number, (at, old, new) in enumerate(issue.moves)
        ]
        return told[::-1]


def _takes(
    asked: Asked,
    method: str,
    *,
    query: set[str] | None = None,
    body: set[str] = frozenset(),
    maybe: set[str] = frozenset(),
) -> Any:
    """The body, where the request is one that the endpoint takes."""
    if asked.method != method:
        raise Broken(f"expected {method}")
    if set(asked.query) - (query or set()):
        raise Broken(f"unknown parameters {sorted(asked.query)}")
    if method == "GET":
        return None
    if asked.headers.get("content-type") != "application/json":
        raise Broken("expected application/json")
    said = asked.body
    if not body <= set(said) or set(said) - body - maybe:
        raise Broken(f"expected {sorted(body)}, found {sorted(said)}")
    return said
