"""How commands speak: one clear sentence per error on standard error, and an exit code."""

from __future__ import annotations

import os
from typing import NoReturn

import typer

BAD_USAGE = 2
FAILED = 1


def stop(sentence: str, code: int = FAILED) -> NoReturn:
    """Say why and end. ``code`` is 2 for bad usage, 1 for a check that failed."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def require_display() -> None:
    """Stop with a sentence where a window could not open; Qt would end the process by itself, with a core dump."""
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        stop("There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set.")
