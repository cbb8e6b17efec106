"""A process that has read the product, and of which each command of a test is a copy.

Reading is most of what a command costs. Its clock may be moved: `python -m tests.copied SOCKET [moved]`.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import importlib
import json
import os
import signal
import socket
import sys
import tempfile
import threading
import traceback
from contextlib import suppress
from datetime import timedelta

from tests import clocks

# Besides the commands: what they and a server read once they run.
READ_LATER = (
    "a2wsgi",
    "django.contrib.messages.storage.fallback",
    "django.contrib.sessions.serializers",
    "django.core.mail.backends.smtp",
    "django.core.wsgi",
    "django.db.migrations.loader",
    "django.db.models.sql.compiler",
    "duckdb",
    "encodings.utf_8_sig",
    "numpy.ma",
    "numpy.random",
    "rich._emoji_codes",
    "rich.console",
    "rich.table",
    "sqlglot.dialects.duckdb",
    "throughline.introductions.asking",
    "throughline.jobs.worker",
    "throughline.live.streams",
    "throughline.site.bodies",
    "throughline.site.connections",
    "throughline.site.urls",
    "uvicorn.lifespan.off",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)
# Above what a command opens.
LAST = 200


def main() -> None:
    """Obey each order until whoever orders is gone."""
    orders = socket.socket(fileno=int(sys.argv[1]))
    is_moved = sys.argv[2:] == ["moved"]
    if is_moved:
        clocks.move()
    _read()
    signal.signal(signal.SIGCHLD, _bury)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        word, given, *_ = socket.recv_fds(orders, 1, 5)
        if not word:
            os._exit(0)
        if os.fork() == 0:
            orders.close()
            _obey(*given)
        for each in given:
            os.close(each)


def _bury(*_: object) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _read() -> None:
    """All that commands read which is the same for every folder: modules, addresses, templates, patterns."""
    with tempfile.TemporaryDirectory() as nowhere:
        os.environ["THROUGHLINE_HOME"] = nowhere
        os.environ["DJANGO_SETTINGS_MODULE"] = "throughline.site.settings"
        import django
        from django.conf import settings
        from django.utils.module_loading import import_string

        django.setup()
        for name in settings.MIDDLEWARE:
            import_string(name)
    from django.core.validators import validate_email
    from django.urls import get_resolver

    from throughline.cli import COMMANDS
    from throughline.connectors.kinds.registry import kinds
    from throughline.jobs.registry import registered
    from throughline.sources.formats.registry import reports

    for name in (*(module for module, _ in COMMANDS.values()), *READ_LATER):
        importlib.import_module(name)
    for find in (kinds, registered, reports, get_resolver().reverse_dict.keys):
        find()
    validate_email("somebody@example.org")
    _read_templates()
    gc.collect()
    gc.freeze()


def _read_templates() -> None:
    from django.template.loader import get_template
    from django.template.utils import get_app_template_dirs

    for folder in get_app_template_dirs("templates"):
        if "throughline" in folder.parts:
            for file in folder.rglob("*.html"):
                get_template(str(file.relative_to(folder)))


def _obey(order: int, read: int, out: int, err: int, line: int) -> None:
    """Run one command as a process of its own would, and tell by the line who runs it and how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Files are closed in their order: whoever hears that this is, finds the others free.
    told = socket.socket(fileno=fcntl.fcntl(line, fcntl.F_DUPFD_CLOEXEC, LAST))
    os.close(line)
    told.sendall(f"{os.getpid()}\n".encode())
    os.dup2(read, 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    with os.fdopen(order) as file:
        asked = json.load(file)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    clocks.set_ahead(timedelta(days=asked["ahead"]))
    _forget_the_folder()
    told.sendall(f"{_run(asked['words'])}\n".encode())
    os._exit(0)


def _forget_the_folder() -> None:
    """The settings are read again, once the command has said what its folder is."""
    from django.conf import settings
    from django.db import connections
    from django.utils.functional import empty

    del sys.modules["throughline.site.settings"]
    settings._wrapped = empty
    for each in connections.all(initialized_only=True):
        del connections[each.alias]
    vars(connections).pop("settings", None)
    connections._settings = None


def _run(words: list[str]) -> int:
    from throughline.cli import main as command

    code = 0
    try:
        command(words, prog_name="throughline")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    main()
