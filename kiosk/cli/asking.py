"""Asking somebody at the terminal, or a script through standard input; questions go to standard error."""

from __future__ import annotations

import os
import sys

import typer


def ask(what: str, *, hidden: bool = False, twice: bool = False, may_be_empty: bool = False) -> str:
    """The answer, one line. ``hidden``: typed without echo. ``twice``: asked again until both agree.

    Raises typer.Abort where nobody answers.
    """
    echo_off = hidden and _has_terminal()
    default = "" if may_be_empty else None
    return str(
        typer.prompt(
            what, default=default, show_default=False, hide_input=echo_off, confirmation_prompt=twice, err=True
        )
    )


def ask_code(whose: str = "") -> str:
    """A one-time code; apps show it in two groups."""
    return ask(f"Code of the authenticator{whose}").replace(" ", "")


def _has_terminal() -> bool:
    """Without one nothing can be echoed, and getpass would warn of just that."""
    if sys.stdin.isatty():
        return True
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True
