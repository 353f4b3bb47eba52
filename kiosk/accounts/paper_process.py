"""Badges and PIN slips on paper: drawn in a process of their own, without a display, and saved for one reader."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.accounts.badge import in_groups
from kiosk.accounts.book import Issued
from kiosk.config.event import EventConfig
from kiosk.vault.key_file import write_private

DRAWING_S = 120.0


class PapersNotDrawn(Exception):
    """The process that draws them failed: badges of these officers have to be made once more."""


def save_papers(issued: Sequence[Issued], event: EventConfig, badges: Path, slips: Path) -> None:
    """Both PDFs, mode 0600. Cards are in the order of the accounts; badges show the badge's number, slips the PIN.

    Raises PapersNotDrawn, KeyFileUnusable for a file that cannot be written.
    """
    for kind, path in (("badges", badges), ("slips", slips)):
        write_private(path, _drawn(kind, issued, event))


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
