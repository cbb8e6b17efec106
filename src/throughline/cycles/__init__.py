"""The cycle: planned, proposed, set, closed; what is published of it, and what people say about it."""
