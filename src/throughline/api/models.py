"""What was answered to a write, kept for a day, so that the same write sent again is done once."""

from __future__ import annotations

from django.db import models


class Kept(models.Model):
    """The answer to a request with an Idempotency-Key; written in the transaction of what it did."""

    token = models.ForeignKey("accounts.Token", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    # Of method, address and body: the same key with another of these is a mistake.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.BinaryField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_a_key")]
