"""What the server's log never says."""

from __future__ import annotations

import logging
import re

# Whoever reads a log must not be able to sign in, or to answer a survey, with what stands in it.
LINK = re.compile(
    r"(/sign-in/|%2Fsign-in%2F|/s/|%2Fs%2F|/shared/|%2Fshared%2F|/messages/stop/|%2Fmessages%2Fstop%2F)[^\s'\"]+",
    re.IGNORECASE,
)


class WithoutLinks(logging.Formatter):
    """Lines and tracebacks as usual, with the token of a one-time link cut out of every address."""

    def format(self, record: logging.LogRecord) -> str:
        return LINK.sub(r"\1…", super().format(record))
