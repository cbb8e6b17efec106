"""When flaws came in, asked of a local clone: git by subprocess, and nothing that the clone configures."""
