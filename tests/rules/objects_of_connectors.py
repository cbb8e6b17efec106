"""A connected tool of Max's that was read once, and an answer of it that was kept aside."""

from __future__ import annotations

from tests.organisation import NOW


def connectors_made() -> dict[str, int | str]:
    """One object of each kind, by the name that stands in braces."""
    from throughline.connectors.models import Connector, Outcome, Quarantine, Sync

    connector = Connector.objects.create(
        name="Tracker",
        kind="jira",
        # Refused before anything is sent: no test asks the internet.
        settings={
            "deployment": "cloud",
            "address": "https://10.0.0.1",
            "projects": ["SEC"],
            "source": "Jira",
        },
        made_by="test",
        made_at=NOW,
    )
    sync = Sync.objects.create(
        connector=connector, began_at=NOW, ended_at=NOW, beat_at=NOW, outcome=Outcome.DONE, actor="test"
    )
    kept = Quarantine.objects.create(
        connector=connector, sync=sync, place="example.atlassian.net", reason="No JSON.", found_at=NOW
    )
    return {
        "connector": connector.pk,
        "connector_kind": connector.kind,
        "sync": sync.pk,
        "quarantine": kept.pk,
    }
