"""Audit entries: written by each action in its own transaction, chained by hash, never changed."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One thing that somebody did, or was refused."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=160)
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "entries"
