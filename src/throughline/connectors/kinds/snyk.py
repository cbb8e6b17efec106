"""Snyk's issues by its REST API (`/rest/orgs/…/issues`): https://docs.snyk.io/snyk-api/reference/issues

Each region has an address of its own. The next page is named by a path that may begin with /rest or not.
An issue names its project by id; what that is of is asked for, and is the scope.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from throughline.connectors.asking import Asking
from throughline.connectors.listing import SERVICE, Listing, Record, Span, document, encoded, gone_on
from throughline.connectors.shape import Check, Field, Keep, Progress, Pulled, SecretField, Settings
from throughline.engine.dates import iso
from throughline.engine.refusals import Refused
from throughline.sources.formats.loose import told

_PAGE = 100
_VERSION = "2024-10-15"
# A project is called shop/api(main):package.json.
_BRANCH = re.compile(r"\([^()]*\)$")


class Snyk:
    """The kind."""

    name = "snyk"
    title = "Snyk"
    lead = (
        "Reads the issues of organisations: open source, code, containers and configuration, resolved and "
        "ignored ones too. The token belongs to a service account with the role Org Viewer."
    )
    gives: Literal["findings", "series"] = "findings"
    settings = (
        Field(
            "address",
            "Address of the API",
            "Of your region, such as https://api.eu.snyk.io.",
            reads="address",
            default="https://api.snyk.io",
        ),
        Field("organisations", "Organisations", "Their ids, as their settings show them.", reads="names"),
        SERVICE,
    )
    secrets = (SecretField("token", "Token"),)

    def base(self, settings: Settings) -> str:
        """Where its REST API is."""
        return f"{str(settings['address']).removesuffix('/rest')}/rest"

    def headers(self, settings: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
        """The token."""
        return {"authorization": f"token {secrets['token']}", "accept": "application/vnd.api+json"}

    def check(self, asking: Asking, settings: Settings) -> list[Check]:
        """Whether the issues and projects of each organisation can be read."""
        for organisation in settings["organisations"]:
            for path in (f"orgs/{organisation}/issues", f"orgs/{organisation}/projects"):
                asking.get(path, {"version": _VERSION, "limit": 10})
        return [Check(True, f"The issues of {each} can be read.") for each in settings["organisations"]]

    def pull(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        """All issues of each organisation, or those that changed since they were read last."""
        return gone_on(keep, lambda: self._pulled(asking, settings, state, keep, progress))

    def _pulled(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        listing = Listing(asking, keep, progress, state)
        organisations = settings["organisations"]
        spans = {each: listing.span(each) for each in organisations}
        for number, organisation in enumerate(organisations):
            if number >= keep.cursor.get("organisation", 0):
                _read(asking, organisation, spans[organisation], listing, number)
        # A repository may be in several organisations.
        whole = all(span.is_whole for span in spans.values())
        return Pulled(
            state={each: listing.after(each, span) for each, span in spans.items()},
            documents=[
                document(name, settings, format="snyk_issue_api", source=self.title, scope=name, whole=whole)
                for name in listing.documents
            ],
        )


def _read(asking: Asking, organisation: str, span: Span, listing: Listing, number: int) -> None:
    cursor, tokens = listing.keep.cursor, asking.tokens()
    projects = _Projects(asking, organisation, all=span.is_whole)
    following = cursor.get("next", "") if cursor.get("organisation") == number else ""
    path = f"orgs/{organisation}/issues"
    params = {"version": _VERSION, "limit": _PAGE, "updated_after": iso(span.since) if span.since else None}
    while True:
        said = asking.get(following or path, None if following else params)
        records = [
            Record(projects.repository_of(issue), str(issue["id"]), encoded(issue))
            for issue in _items(asking, said, path)
        ]
        following = _following(said)
        if not following:
            listing.put(records, organisation=number + 1)
            return
        listing.put(records, organisation=number, next=tokens.take(following))


class _Projects:
    """Which repository or image the projects of an organisation are of: an issue names its project by id."""

    def __init__(self, asking: Asking, organisation: str, *, all: bool) -> None:
        self.asking, self.organisation = asking, organisation
        self.path = f"orgs/{organisation}/projects"
        self.names = dict(self._listed()) if all else {}

    def repository_of(self, issue: Mapping[str, Any]) -> str:
        """The name of its project without branch and file; the organisation where it is of no project."""
        project = told(issue, "relationships", "scan_item", "data", "id")
        if told(issue, "relationships", "scan_item", "data", "type") != "project" or not project:
            return self.organisation
        if project not in self.names:
            self.names[project] = self._asked(project)
        return _BRANCH.sub("", self.names[project].partition(":")[0]) or self.organisation

    def _listed(self) -> Iterator[tuple[str, str]]:
        tokens, following = self.asking.tokens(), ""
        while True:
            params = None if following else {"version": _VERSION, "limit": _PAGE}
            said = self.asking.get(following or self.path, params)
            for each in _items(self.asking, said, self.path):
                yield str(each["id"]), told(each, "attributes", "name")
            following = _following(said)
            if not following:
                return
            tokens.take(following)

    def _asked(self, project: str) -> str:
        try:
            said = self.asking.get(f"{self.path}/{project}", {"version": _VERSION})
        except Refused as refused:
            if refused.code == "answered_404":
                return ""
            raise
        return told(said, "data", "attributes", "name")


def _items(asking: Asking, said: Any, path: str) -> list[dict[str, Any]]:
    found = said.get("data") if isinstance(said, dict) else None
    if not isinstance(found, list) or not all(isinstance(each, dict) and each.get("id") for each in found):
        raise asking.nonsense("a page of JSON:API was expected", said, place=f"/{path}")
    return found


def _following(said: Mapping[str, Any]) -> str:
    """The path of the next page below /rest, or its whole address; empty on the last."""
    return (told(said, "links", "next") or told(said, "links", "next", "href")).removeprefix("/rest/")


kind = Snyk()
