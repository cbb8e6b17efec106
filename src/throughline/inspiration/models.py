"""The shelf: articles, videos, practices; who reads what, and one takeaway from each."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from throughline.objectives.models import Cycle


class Item(models.Model):
    """Something to read or watch, or a practice out of a catalogue."""

    class Kind(models.TextChoices):
        ARTICLE = "article", "Article"
        VIDEO = "video", "Video"
        PRACTICE = "practice", "Practice"
        CARD = "card", "Narrative card"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ARTICLE)
    title = models.CharField(max_length=240)
    text = models.TextField(blank=True, max_length=10_000)
    address = models.CharField(max_length=2000, blank=True)
    # The catalogue and the item's own id there, so that a second import finds it again.
    source = models.CharField(max_length=160, blank=True)
    source_id = models.CharField(max_length=160, blank=True)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["source", "source_id"])]

    def __str__(self) -> str:
        return self.title


class Reading(models.Model):
    """An item that somebody reads for a cycle, and what she takes from it."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="readings")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    takeaway = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        unique_together = [("item", "cycle", "person")]
