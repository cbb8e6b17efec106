"""Streams of events that name only what changed; each page fetches its own rendering."""
