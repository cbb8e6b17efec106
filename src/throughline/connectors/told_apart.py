"""Records of a pull that are tickets of vulnerabilities which are known already: no records of their own."""

from __future__ import annotations

import json
from typing import Any

from throughline.connectors.models import Connector, Step, Ticket, Writing
from throughline.connectors.shape import Document

# The column in which a kind says how its tool calls the status.
STATUS = "jira_status"
# Tools cut titles that are longer than this.
TITLE = 200


class Apart:
    """The tickets of one connector; what a sync sees of them is kept on them."""

    def __init__(self, connector: Connector) -> None:
        self.connector = connector
        tickets = list(Ticket.objects.filter(connector=connector))
        self.keys = {each.key: each.pk for each in tickets if each.key}
        # One that is being made has no key here yet, and may be listed already once it was sent.
        begun = Writing.objects.filter(connector=connector, step=Step.CREATE, state="waiting", attempts__gt=0)
        sent = set(begun.values_list("vulnerability_id", flat=True))
        self.making = {
            each.title[:TITLE] for each in tickets if not each.key and each.vulnerability_id in sent
        }
        self.statuses: dict[int, str] = {}
        self.has_guessed = False

    def __bool__(self) -> bool:
        return bool(self.keys or self.making)

    def holds(self, document: Document, line: bytes) -> bool:
        """Whether a record of a document is such a ticket."""
        column = document.maps.get("key")
        if column is None:
            return False
        row: dict[str, Any] = json.loads(line)
        known = self.keys.get(str(row.get(column)))
        if known is not None:
            self.statuses[known] = str(row.get(STATUS) or "")[:240]
            return True
        is_made = str(row.get(document.maps.get("title", "title")) or "")[:TITLE] in self.making
        self.has_guessed |= is_made
        return is_made

    def keep(self) -> None:
        """Write down what was seen, in the transaction of the sync and after its cursor."""
        if self.has_guessed:
            # It may be another issue of the same title: the next sync reads everything, lest that is lost.
            Connector.objects.filter(pk=self.connector.pk).update(state={})
        for id, status in self.statuses.items():
            Ticket.objects.filter(pk=id).exclude(status=status).update(status=status)
