"""The part of the access table that is about what leaves: messages, channels, webhooks, the outbox."""

from __future__ import annotations

from tests.rules.rows import ADMINISTRATOR, DONE, MANAGER, PUBLIC, VIEWER, Row

# The first manager who asks removes it; the next finds nothing.
REMOVED = DONE | {404}

ROWS_OF_MESSAGES = {
    "my-messages": Row(VIEWER, VIEWER),
    "my-messages-now": Row(None, VIEWER),
    "my-messages-preview": Row(VIEWER, kwargs={"kind": "{letter}"}),
    # Its own signature is the proof; no other link ends anything.
    "messages-stop": Row(PUBLIC, PUBLIC, {"token": "{stop}"}),
    "channels": Row(MANAGER, MANAGER),
    "channel": Row(MANAGER, MANAGER, {"id": "{channel}"}),
    "channel-trial": Row(None, MANAGER, {"id": "{channel}"}),
    "channel-remove": Row(None, MANAGER, {"id": "{channel}"}, posted=REMOVED),
    "webhooks": Row(MANAGER, MANAGER),
    "webhook": Row(MANAGER, MANAGER, {"id": "{webhook}"}),
    "webhook-json": Row(MANAGER, kwargs={"id": "{webhook}"}),
    "webhook-csv": Row(MANAGER, kwargs={"id": "{webhook}"}),
    "webhook-trial": Row(None, MANAGER, {"id": "{webhook}"}),
    "webhook-key": Row(None, MANAGER, {"id": "{webhook}"}),
    "webhook-switch": Row(None, MANAGER, {"id": "{webhook}"}),
    "webhook-remove": Row(None, MANAGER, {"id": "{webhook}"}, posted=REMOVED),
    "delivery-again": Row(None, MANAGER, {"id": "{delivery}"}),
    "outbox": Row(ADMINISTRATOR),
    "outbox-json": Row(ADMINISTRATOR),
    "outbox-csv": Row(ADMINISTRATOR),
    "outbox-trial": Row(None, ADMINISTRATOR),
    "outbox-again": Row(None, ADMINISTRATOR, {"id": "{delivery}"}),
}
