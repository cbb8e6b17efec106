"""Feeds and imports: where records came from, and when we learnt it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Feed(models.Model):
    """A source and a scope within it: identity and disappearance are judged inside one feed only."""

    name = models.CharField(max_length=120)
    scope = models.CharField(max_length=240, blank=True)
    # The last mapping that was used, {field: column}; the next file of this feed starts from it.
    mapping = models.JSONField(default=dict)

    class Meta:
        unique_together = [("name", "scope")]
        ordering = ["name", "scope"]

    def __str__(self) -> str:
        return f"{self.name} · {self.scope}" if self.scope else self.name


class Import(models.Model):
    """One file that was read, whole or not at all."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=240)
    checksum = models.CharField(max_length=64)
    format = models.CharField(max_length=20)
    mapping = models.JSONField(default=dict)
    full = models.BooleanField(default=False)
    # The instant at which the file's content was known; its clock where nothing else was said.
    known_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=160)
    read = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    vanished = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-id"]


class Upload(models.Model):
    """A file that a person put in, waiting for its mapping to be confirmed."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    file_name = models.CharField(max_length=240)
    path = models.CharField(max_length=240)
    size = models.BigIntegerField()
    options = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.SET_NULL)
    imported = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL)
