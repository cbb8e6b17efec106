"""Backups: one file with the whole truth, made while everybody works, proved by restoring it."""
