"""How commands speak: one clear sentence per error on standard error, and an exit code."""

from __future__ import annotations

from typing import NoReturn

import typer

BAD_USAGE = 2
FAILED = 1


def stop(sentence: str, code: int = FAILED) -> NoReturn:
    """Say why and end. ``code`` is 2 for bad usage, 1 for a check that failed."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
