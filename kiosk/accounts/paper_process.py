"""Badges and PIN slips on paper: drawn in a process of their own, without a display, and saved for one reader."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.accounts.badge import in_groups
from kiosk.accounts.book import Issued
from kiosk.config.event import EventConfig
from kiosk.vault.key_file import KeyFileUnusable, overwrite_and_remove, write_private

DRAWING_S = 120.0


class PapersNotDrawn(Exception):
    """The process that draws them failed: there is no paper, and no badge was issued."""


@contextmanager
def on_paper(event: EventConfig, badges: Path, slips: Path, issued: Sequence[Issued]) -> Iterator[None]:
    """Both PDFs, mode 0600, on disk before the body runs; gone again where anything fails, the body too.

    Both files are made before anything is drawn. Cards are in the order of the accounts; badges show the badge's
    number, slips the PIN. Raises PapersNotDrawn, KeyFileUnusable for a file that cannot be written.
    """
    papers: list[Path] = []
    try:
        for path in (badges, slips):
            write_private(path, b"")
            papers.append(path)
        for kind, path in zip(("badges", "slips"), papers, strict=True):
            _fill(path, _drawn(kind, issued, event))
        yield
    except BaseException:
        for path in papers:
            with suppress(KeyFileUnusable):  # the medium may be gone; what went wrong first is told
                overwrite_and_remove(path)
        raise


def _fill(path: Path, data: bytes) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        raise KeyFileUnusable("io") from None


def _drawn(kind: str, issued: Sequence[Issued], event: EventConfig) -> bytes:
    language = event.languages[0]
    cards = [
        {
            "account_id": one.account.account_id,
            "name": one.account.name,
            "role": one.account.principal().role.value,
            "event_name": event.name[language],
            "code": one.badge,
            "shown": in_groups(one.badge) if kind == "badges" else one.secret,
        }
        for one in issued
    ]
    try:
        drawing = subprocess.run(  # noqa: PLW1510 - its end is looked at below
            [sys.executable, "-I", "-m", "kiosk.ui.badge_sheet", kind],
            input=json.dumps({"language": language.value, "cards": cards}).encode(),
            capture_output=True,
            timeout=DRAWING_S,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
    except (OSError, subprocess.TimeoutExpired):
        raise PapersNotDrawn from None
    if drawing.returncode or not drawing.stdout.startswith(b"%PDF"):
        raise PapersNotDrawn
    return drawing.stdout
