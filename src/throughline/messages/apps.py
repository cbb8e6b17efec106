"""Django has a part named `messages` already, so ours goes by another name in its tables."""

from __future__ import annotations

from django.apps import AppConfig


class Messages(AppConfig):
    name = "throughline.messages"
    label = "outbox"
