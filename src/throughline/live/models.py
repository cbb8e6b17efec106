"""What changed, in the order in which it was committed; kept for a day, for those who reconnect."""

from __future__ import annotations

from django.db import models


class Change(models.Model):
    """Something about a topic is new. It says what kind of thing, never what it is now."""

    # A kind and an id: `room:12`.
    topic = models.CharField(max_length=60)
    what = models.SlugField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["topic", "id"])]
