"""What was found of when a flaw came in, beside the record that it is about."""

from __future__ import annotations

from django.db import models


class Estimate(models.Model):
    """An answer about one record, with its candidates. It stays where the record says something better."""

    vulnerability = models.ForeignKey(
        "vulnerabilities.Vulnerability", on_delete=models.PROTECT, related_name="estimates"
    )
    # What was asked, as it was written: a commit, FILE:LINE@REV, the name of a bisect log, a tag, or an
    # advisory with its package.
    subject = models.CharField(max_length=1000)
    # The name of the clone's folder, never its path.
    repository = models.CharField(max_length=240)
    basis = models.CharField(max_length=10)
    method = models.CharField(max_length=80)
    introduced = models.DateTimeField()
    oldest = models.DateTimeField(null=True)
    newest = models.DateTimeField(null=True)
    candidates = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    # Why the record does not say it; empty where it did when this was written.
    reason = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=160)
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["-found_at", "-id"]

    def __str__(self) -> str:
        return self.subject
