"""The thread: from a company goal to the person who works for it, and where it is broken."""
