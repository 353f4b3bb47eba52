"""What the event commands do about the key: choose its protection, ask for the opening secret, unlock.

A secret is typed without echo or comes from a private file or standard input; never from an argument, which every user
of the machine could read in the list of processes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kiosk.audit.port import Audit
from kiosk.cli.asking import ask
from kiosk.cli.saying import BAD_USAGE, stop
from kiosk.closing.keys import Unlocker, unlock_unattended, unlock_with_secret, wrapping_of
from kiosk.config.event import EventConfig, Mode
from kiosk.config.places import EventPlace
from kiosk.vault.copies import protection_of
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.key_file import KeyFileUnusable, read_private
from kiosk.vault.opening_secret import OpeningSecret
from kiosk.vault.port import KeysDestroyed
from kiosk.vault.protection import Protection
from kiosk.vault.words import key_words
from kiosk.vault.wrap import Wrapping

STANDARD_INPUT = "-"

SecretFile = Annotated[
    str | None,
    typer.Option("--secret-file", help="Read the opening secret from this private file, or - for standard input."),
]
Protect = Annotated[
    Protection | None,
    typer.Option(
        "--protect",
        help="What the event's key is wrapped by: an opening secret (default at a terminal), this machine's TPM 2.0, "
        "or nothing (a private file: the certificate then says overwriting only; default for rehearsals and scripts).",
    ),
]

IN_CLEAR = (
    "The event's key lies in clear in a private file: whoever takes the disk can read it, and the certificate will say "
    "overwriting only. With --protect secret or --protect tpm it is wrapped."
)


def protection_chosen(protect: Protection | None, secret_file: str | None, event: EventConfig) -> Protection:
    """As asked for; else a secret where one is given or somebody sits at a terminal, and a file for rehearsals."""
    if protect is not None:
        return protect
    if secret_file is not None:
        return Protection.SECRET
    if event.mode is Mode.REHEARSAL or not sys.stdin.isatty():
        return Protection.FILE
    return Protection.SECRET


def wrapping_for(protection: Protection, secret_file: str | None) -> Wrapping | None:
    """Asks for a new secret twice where one is needed. Raises WeakSecret."""
    if protection is not Protection.SECRET:
        return wrapping_of(protection)
    text = _read(secret_file) if secret_file is not None else _typed("New opening secret", twice=True)
    return wrapping_of(protection, text)


def unlocker(secret_file: str | None, by: str, audit: Audit | None = None) -> Unlocker:
    """Asks only where the event's key wants a secret."""

    def unlock(place: EventPlace) -> FileEventKeys:
        if protection_of(place.key_file) is not Protection.SECRET:
            return unlock_unattended(place, audit, by)
        text = _read(secret_file) if secret_file is not None else _typed("Opening secret")
        return unlock_with_secret(place, OpeningSecret.of(text), audit, by)

    return unlock


def _read(secret_file: str) -> str:
    if secret_file == STANDARD_INPUT:
        return sys.stdin.readline()
    try:
        return read_private(Path(secret_file)).decode("utf-8", "replace")
    except KeysDestroyed:
        stop(f"{secret_file} is not there.", BAD_USAGE)
    except KeyFileUnusable as unusable:
        stop(f"{secret_file} must be a plain file that you alone can read: {key_words(unusable)}.", BAD_USAGE)


def _typed(what: str, *, twice: bool = False) -> str:
    return ask(what, hidden=True, twice=twice)
