"""Background work: progress, cancelling, and picking up after a restart."""
