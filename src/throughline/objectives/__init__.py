"""Key results: promises that a machine can decide."""
