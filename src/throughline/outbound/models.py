"""Secrets, sealed: addresses that are passwords, keys that sign, credentials of other tools."""

from __future__ import annotations

from django.db import models


class Secret(models.Model):
    """One sealed value. What it is for is told; what it is can be read only with the key outside."""

    # Part of what is sealed, so that no value can be put in the place of another.
    handle = models.CharField(max_length=32, unique=True)
    purpose = models.CharField(max_length=60)
    sealed = models.BinaryField()
    key = models.CharField(max_length=16)
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"a secret ({self.purpose})"
