"""DefectDojo's findings by its API (/api/v2/findings/): https://docs.defectdojo.com/automation/api/api-v2-docs/

It sorts by the last change of a status and filters by none: what changed is read from the newest on, and
other changes come with the reading of everything, once a day. Pages are counted here, since the address that
it names for the next one is wrong behind some proxies. Dates of mitigation are doubtful (formats/defectdojo).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal

from throughline.connectors.asking import Asking
from throughline.connectors.listing import SERVICE, Listing, Record, Span, document, encoded
from throughline.connectors.shape import Check, Field, Keep, Progress, Pulled, SecretField, Settings
from throughline.engine.refusals import Refused
from throughline.sources.formats.loose import told

_PAGE = 250
_FINDINGS = "api/v2/findings/"
_WHOLE_EVERY = timedelta(days=1)
_ALL = "all products"
# So often all is begun again that became shorter while it was read.
_ATTEMPTS = 3


class DefectDojo:
    """The kind."""

    name = "defectdojo"
    title = "DefectDojo"
    lead = (
        "Reads the findings of products with their states. The API key belongs to a user who may read these "
        "products (the role Reader)."
    )
    gives: Literal["findings", "series"] = "findings"
    settings = (
        Field("address", "Address", "Of the server, such as https://dojo.example.org.", reads="address"),
        Field(
            "products",
            "Products",
            "Their names; empty for all that the key may read.",
            reads="names",
            is_required=False,
        ),
        SERVICE,
    )
    secrets = (SecretField("token", "API key", "Under API v2 Key in the menu of the user."),)

    def base(self, settings: Settings) -> str:
        """Where it is."""
        return str(settings["address"])

    def headers(self, settings: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
        """The key."""
        return {"authorization": f"Token {secrets['token']}"}

    def check(self, asking: Asking, settings: Settings) -> list[Check]:
        """Whether findings can be read, and whether each product has any."""
        found = []
        for product in settings["products"] or [_ALL]:
            said = asking.get(_FINDINGS, {**_of(product), "limit": 1})
            count = said.get("count") if isinstance(said, dict) else None
            if not isinstance(count, int):
                raise asking.nonsense("a page of findings was expected", said, place=f"/{_FINDINGS}")
            mend = "" if count else "Look for a typo, or give the user of the key the role Reader there."
            found.append(Check(count > 0, f"{count:,} findings of {product} can be read.", mend))
        return found

    def pull(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        """All findings of each product, or those whose status changed since they were read last."""
        products = settings["products"] or [_ALL]
        for _ in range(_ATTEMPTS):
            listing = Listing(asking, keep, progress, state)
            spans = {product: listing.span(product, whole_every=_WHOLE_EVERY) for product in products}
            if all(_read(asking, each, spans[each], listing, number) for number, each in enumerate(products)):
                break
            keep.begin_again()
        else:
            message = f"{asking.host} loses findings faster than they can be read: sync again later."
            raise Refused(message, code="moving")
        whole = {name: spans.get(name) or spans[_ALL] for name in listing.documents}
        return Pulled(
            state={product: listing.after(product, span) for product, span in spans.items()},
            documents=[
                document(name, settings, format=self.name, source=self.title, scope=name, whole=span.is_whole)
                for name, span in whole.items()
            ],
        )


def _of(product: str) -> dict[str, Any]:
    found = {"related_fields": "true"}
    return found if product == _ALL else {**found, "product_name": product}


def _read(asking: Asking, product: str, span: Span, listing: Listing, number: int) -> bool:
    """Read the findings of a product; whether none of them went meanwhile, so that all places are right."""
    cursor = listing.keep.cursor
    if number < cursor.get("product", 0):
        return True
    is_begun = cursor.get("product") == number
    offset, count = (cursor.get("offset", 0), cursor.get("count", 0)) if is_begun else (0, 0)
    order = "id" if span.is_whole else "-last_status_update"
    while True:
        said = asking.get(_FINDINGS, {**_of(product), "limit": _PAGE, "offset": offset, "o": order})
        findings, total = _page(asking, said)
        if total < count:
            # What stood behind them stands on a page that was read already.
            return False
        offset, count = offset + len(findings), total
        # Findings without a date of their status come first.
        changed = span.within(findings, "last_status_update")
        is_last = not findings or offset >= total or len(changed) < len(findings)
        goes_on = (
            {"product": number + 1} if is_last else {"product": number, "offset": offset, "count": count}
        )
        listing.put(_records(changed, product), **goes_on)
        if is_last:
            return True


def _page(asking: Asking, said: Any) -> tuple[list[dict[str, Any]], int]:
    found = said.get("results") if isinstance(said, dict) else None
    if not isinstance(found, list) or not all(isinstance(each, dict) and "id" in each for each in found):
        raise asking.nonsense("a page of findings was expected", said, place=f"/{_FINDINGS}")
    count = said.get("count")
    return found, count if isinstance(count, int) else len(found)


def _records(findings: list[dict[str, Any]], product: str) -> Iterator[Record]:
    for each in findings:
        named = told(each, "related_fields", "test", "engagement", "product", "name")
        # What the server adds for the asking is no word of the finding.
        kept = {name: value for name, value in each.items() if name != "related_fields"}
        yield Record(product if product != _ALL else named or _ALL, str(each["id"]), encoded(kept))


kind = DefectDojo()
