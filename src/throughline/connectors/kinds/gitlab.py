"""GitLab's vulnerabilities by its GraphQL API, of projects and of groups with all of their projects.

https://docs.gitlab.com/api/graphql/reference/#vulnerability. It cannot be asked what changed: everything is
read each time, and a project of which nothing changed within a day is not stored again. Errors come with 200.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Literal

from throughline.connectors.asking import Asking
from throughline.connectors.listing import SERVICE, Listing, Record, document, encoded, gone_on
from throughline.connectors.shape import Check, Field, Keep, Progress, Pulled, SecretField, Settings
from throughline.engine.dates import iso
from throughline.engine.refusals import Refused
from throughline.sources.formats.loose import told

_PAGE = 100
_LEAST = 10
# Silence is believed once a day at most, so that is how often it is said.
_SAID_AGAIN = timedelta(days=1)
_STATES = "DETECTED, CONFIRMED, DISMISSED, RESOLVED"
# What servers of some versions do not have, and a vulnerability can do without.
_OPTIONAL = {
    "cvss": "cvss { vendor vector }",
    "stateTransitions": "stateTransitions { nodes { toState createdAt comment dismissalReason } }",
    "dismissalReason": "dismissalReason",
    "stateComment": "stateComment",
    "updatedAt": "updatedAt",
}
_MISSING = re.compile(r"Field '(\w+)' doesn't exist")
_FIELDS = """
id title description state severity reportType detectedAt resolvedAt resolvedOnDefaultBranch falsePositive
solution webUrl scanner { name } project { fullPath }
primaryIdentifier { externalType externalId name url }
identifiers { externalType externalId name url }
location {
  ... on VulnerabilityLocationSast { file startLine vulnerableClass vulnerableMethod }
  ... on VulnerabilityLocationSecretDetection { file startLine }
  ... on VulnerabilityLocationDependencyScanning { file dependency { version package { name } } }
  ... on VulnerabilityLocationContainerScanning {
    image operatingSystem dependency { version package { name } }
  }
  ... on VulnerabilityLocationDast { hostname path param requestMethod }
}
"""
_QUERY = """query($path: ID!, $first: Int!, $after: String) {
%(within)s(fullPath: $path) {
vulnerabilities(first: $first, after: $after, sort: detected_asc, state: [%(states)s]) {
nodes { %(fields)s } pageInfo { hasNextPage endCursor } } } }"""


class GitLab:
    """The kind."""

    name = "gitlab"
    title = "GitLab"
    lead = (
        "Reads the vulnerabilities of projects and groups with what was decided of them. The token needs the "
        "scope read_api and a role that sees the vulnerability report (Developer and up; GitLab Ultimate)."
    )
    gives: Literal["findings", "series"] = "findings"
    hook = "Add it under Settings → Webhooks of the project or group, for vulnerability and pipeline events."
    settings = (
        Field("address", "Address", "Of the server.", reads="address", default="https://gitlab.com"),
        Field(
            "paths",
            "Projects and groups",
            "Full paths, such as shop/api; a group has all within.",
            reads="names",
        ),
        SERVICE,
    )
    secrets = (SecretField("token", "Access token", "With the scope read_api."),)

    def base(self, settings: Settings) -> str:
        """Where its API is."""
        return f"{settings['address']}/api"

    def headers(self, settings: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
        """The token."""
        return {"authorization": f"Bearer {secrets['token']}"}

    def check(self, asking: Asking, settings: Settings) -> list[Check]:
        """Whether the token signs in, and sees each project and group."""
        user = _answered(asking, "query { currentUser { username } }", {}).get("currentUser")
        if not isinstance(user, dict):
            said = f"{asking.host} does not know the token."
            return [Check(False, said, "Make one with the scope read_api and enter it.")]
        asks = _Asks(asking, first=1)
        for path in settings["paths"]:
            asks.page(path, asks.within(path), None)
        return [Check(True, f"The vulnerabilities of {path} can be read.") for path in settings["paths"]]

    def pull(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        """All vulnerabilities, and which projects have changed since they were stored last."""
        return gone_on(keep, lambda: self._pulled(asking, settings, state, keep, progress))

    def _pulled(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        listing = Listing(asking, keep, progress, state)
        asks = _Asks(asking)
        sums: dict[str, str] = dict(keep.cursor.get("sums", {}))
        for number, path in enumerate(settings["paths"]):
            if number >= keep.cursor.get("path", 0):
                _read(asks, path, listing, number, sums)
        now = {name: {"sum": said, "at": iso(listing.began_at)} for name, said in sums.items()}
        stored = [name for name in listing.documents if _is_told_again(now[name], state.get(name))]
        return Pulled(
            state={name: said if name in stored else state[name] for name, said in now.items()},
            documents=[
                document(
                    name, settings, format="gitlab_vulnerabilities", source="GitLab", scope=name, whole=True
                )
                for name in stored
            ],
            notices=asks.notices,
        )


def _is_told_again(now: Mapping[str, str], before: Mapping[str, str] | None) -> bool:
    """Whether a project is to be stored: it changed, or its silence has not been said for a day."""
    if before is None or now["sum"] != before["sum"]:
        return True
    return datetime.fromisoformat(now["at"]) - datetime.fromisoformat(before["at"]) >= _SAID_AGAIN


def _read(asks: _Asks, path: str, listing: Listing, number: int, sums: dict[str, str]) -> None:
    cursor, tokens = listing.keep.cursor, asks.asking.tokens()
    after = cursor.get("after") if cursor.get("path") == number else None
    within = asks.within(path)
    while True:
        nodes, after = asks.page(path, within, after)
        records = list(_records(nodes))
        for record in records:
            if f"{record.document}#{record.id}" not in listing.seen:
                sums[record.document] = _added(sums.get(record.document, ""), record.content)
        goes_on = (
            {"path": number, "after": tokens.take(after)} if after else {"path": number + 1, "after": None}
        )
        listing.put(records, **goes_on, sums=sums)
        if after is None:
            return


def _records(nodes: list[dict[str, Any]]) -> Iterator[Record]:
    for node in nodes:
        yield Record(str(node["project"]["fullPath"]), str(node["id"]), encoded(node))


def _added(sum: str, record: bytes) -> str:
    """A sum of records in which their order does not count."""
    one = int.from_bytes(blake2b(record, digest_size=16).digest(), "big")
    return f"{(int(sum or '0', 16) + one) % (1 << 128):032x}"


class _Asks:
    """What one server can be asked: fewer fields of an old one, smaller pages of one with a low limit."""

    def __init__(self, asking: Asking, *, first: int = _PAGE) -> None:
        self.asking, self.first = asking, first
        self.optional = dict(_OPTIONAL)
        self.notices: list[str] = []

    def within(self, path: str) -> str:
        """Whether a path is that of a project or of a group. Raises Refused where it is neither."""
        for within in ("project", "group"):
            query = f"query($path: ID!) {{ {within}(fullPath: $path) {{ fullPath }} }}"
            if _answered(self.asking, query, {"path": path}).get(within):
                return within
        message = f"{self.asking.host} has no project or group '{path}', or hides it from this token"
        raise Refused(
            f"{message}: look for a typo, or give the token a role there.", place="paths", code="paths"
        )

    def page(self, path: str, within: str, after: str | None) -> tuple[list[dict[str, Any]], str | None]:
        """The vulnerabilities of a page, and the cursor of the next one. Raises Refused."""
        fields = f"{_FIELDS}{' '.join(self.optional.values())}"
        query = _QUERY % {"within": within, "fields": fields, "states": _STATES}
        variables = {"path": path, "first": self.first, "after": after}
        try:
            said = _answered(self.asking, query, variables)
        except Refused as refused:
            if not self._asks_for_less(refused):
                raise
            return self.page(path, within, after)
        around = said.get(within)
        found = around.get("vulnerabilities") if isinstance(around, dict) else None
        if not isinstance(found, dict):
            message = f"{self.asking.host} shows this token no vulnerabilities of '{path}'"
            raise Refused(f"{message}: it needs the role Developer there, and GitLab Ultimate.", code="role")
        nodes, info = found.get("nodes"), found.get("pageInfo")
        if not isinstance(nodes, list) or not isinstance(info, dict) or not all(map(_is_whole, nodes)):
            raise self.asking.nonsense("a page of vulnerabilities was expected", found, place="/graphql")
        return nodes, told(info, "endCursor") or None if info.get("hasNextPage") is True else None

    def _asks_for_less(self, refused: Refused) -> bool:
        """Whether a refusal is of a field that can be left out, or of a page that can be smaller."""
        if missing := _MISSING.search(refused.message):
            without = [name for name, fields in self.optional.items() if missing[1] in fields.split()]
            for name in without:
                del self.optional[name]
                self.notices.append(f"{self.asking.host} has no {name}: it is an older version")
            return bool(without)
        if "complexity" in refused.message and self.first > _LEAST:
            self.first //= 2
            return True
        return False


def _is_whole(node: Any) -> bool:
    return isinstance(node, dict) and "id" in node and told(node, "project", "fullPath") != ""


def _answered(asking: Asking, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an answer. Raises Refused where it holds errors, which come with 200."""
    said = asking.post("graphql", {"query": query, "variables": dict(variables)})
    if not isinstance(said, dict):
        raise asking.nonsense("an answer of GraphQL was expected", said, place="/graphql")
    errors = said.get("errors")
    if isinstance(errors, list) and errors:
        first = errors[0].get("message", "") if isinstance(errors[0], dict) else str(errors[0])
        message = f"{asking.host} does not answer: {' '.join(str(first).split())[:300].rstrip('.')}."
        raise Refused(message, code="graphql")
    data = said.get("data")
    if not isinstance(data, dict):
        raise asking.nonsense("an answer of GraphQL was expected", said, place="/graphql")
    return data


kind = GitLab()
