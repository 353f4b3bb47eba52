"""How commands speak: one clear sentence per error on standard error, and an exit code.

====  =====================================================================================
   0  done; for a check: all is well
   1  a check failed, or what was asked for could not be done
   2  bad usage: an unknown option, a file or setting that cannot be used
   3  not allowed: nobody is logged in, or the role of whoever is may not do this
 130  ended by Ctrl-C
====  =====================================================================================
"""

from __future__ import annotations

import os
from typing import NoReturn

import typer

FAILED = 1
BAD_USAGE = 2
NOT_ALLOWED = 3
INTERRUPTED = 130


def stop(sentence: str, code: int = FAILED) -> NoReturn:
    """Say why and end with ``code``, one of the table above."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def stop_at(error: OSError, instead: object) -> NoReturn:
    """The operating system's refusal as one sentence; ``instead``: what to name where it names no file."""
    stop(f"{error.filename or instead} cannot be used: {error.strerror or 'no reason was given'}.")


def require_display() -> None:
    """Stop with a sentence where a window could not open; Qt would end the process by itself, with a core dump."""
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        stop("There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set.")
