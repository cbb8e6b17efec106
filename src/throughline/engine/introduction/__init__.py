"""When a flaw came in: candidates weighed, commit messages, blame, diffs, lockfiles and version ranges read.

Everything here is pure: bytes and texts that git or a database gave, to answers. An inferred time is an
estimate with its method and interval, never a fact.
"""
