"""Snyk's issues by its REST API (`/rest/orgs/…/issues`): https://docs.snyk.io/snyk-api/reference/issues

Each region has an address of its own. The next page is named by a path that may begin with /rest or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from throughline.connectors.asking import Asking
from throughline.connectors.listing import SERVICE, Listing, Record, Span, document, encoded
from throughline.connectors.shape import Check, Field, Keep, Progress, Pulled, SecretField, Settings
from throughline.engine.dates import iso

_PAGE = 100
_VERSION = "2024-10-15"


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
        """Whether the issues of each organisation can be read."""
        for organisation in settings["organisations"]:
            asking.get(_path(organisation), {"version": _VERSION, "limit": 10})
        return [Check(True, f"The issues of {each} can be read.") for each in settings["organisations"]]

    def pull(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        """All issues of each organisation, or those that changed since they were read last."""
        listing = Listing(keep, progress, state, now=asking.clock.now())
        organisations = settings["organisations"]
        spans = {each: listing.span(each) for each in organisations}
        for number, organisation in enumerate(organisations):
            if number >= keep.cursor.get("organisation", 0):
                _read(asking, organisation, spans[organisation], listing, number)
        return Pulled(
            state={each: listing.after(each, span) for each, span in spans.items()},
            documents=[
                document(
                    name, settings, format="snyk_issue_api", source=self.title, scope=name,
                    whole=spans[name].is_whole,
                )
                for name in listing.documents
            ],
        )  # fmt: skip


def _path(organisation: str) -> str:
    return f"orgs/{organisation}/issues"


def _read(asking: Asking, organisation: str, span: Span, listing: Listing, number: int) -> None:
    cursor, tokens = listing.keep.cursor, asking.tokens()
    following = cursor.get("next", "") if cursor.get("organisation") == number else ""
    params = {"version": _VERSION, "limit": _PAGE, "updated_after": iso(span.since) if span.since else None}
    while True:
        said = asking.get(following or _path(organisation), None if following else params)
        records = list(_records(asking, said, organisation))
        following = _following(said)
        if not following:
            listing.put(records, organisation=number + 1)
            return
        listing.put(records, organisation=number, next=tokens.take(following))


def _records(asking: Asking, said: Any, organisation: str) -> Iterator[Record]:
    issues = said.get("data") if isinstance(said, dict) else None
    if not isinstance(issues, list) or not all(isinstance(each, dict) and each.get("id") for each in issues):
        raise asking.nonsense("a page of issues was expected", said, place=f"/{_path(organisation)}")
    yield from (Record(organisation, str(issue["id"]), encoded(issue)) for issue in issues)


def _following(said: Mapping[str, Any]) -> str:
    """The path of the next page below /rest, or its whole address; empty on the last."""
    found = (said.get("links") or {}).get("next") or ""
    found = found.get("href", "") if isinstance(found, dict) else str(found)
    return found.removeprefix("/rest/") if found.startswith("/rest/") else found


kind = Snyk()
