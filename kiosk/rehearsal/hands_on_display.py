"""Is there a display that Qt can open, and how large is it? Asked in a child: a Qt without its libraries aborts."""

from __future__ import annotations

import json
import subprocess
import sys

from kiosk.rehearsal.hands_on_layout import Area

LOOK_S = 20.0
_LOOK = """
import json, sys
from PySide6.QtGui import QGuiApplication
application = QGuiApplication(sys.argv[:1])
print(json.dumps(QGuiApplication.primaryScreen().availableGeometry().getRect()))
"""


class NoDisplay(Exception):
    """No window can be opened here. The message is one sentence."""


def find_display() -> Area:
    """The usable part of the primary display. Raises NoDisplay."""
    try:
        look = subprocess.run(
            [sys.executable, "-c", _LOOK], capture_output=True, text=True, timeout=LOOK_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise NoDisplay(f"The display did not answer within {LOOK_S:g} s; use --headless.") from None
    if look.returncode != 0:
        raise NoDisplay(_sentence(look.stderr))
    return Area(*json.loads(look.stdout.splitlines()[-1]))


def _sentence(complaint: str) -> str:
    if "could not connect to display" in complaint:
        return "The display that DISPLAY or WAYLAND_DISPLAY names cannot be reached; use --headless, or mend it."
    if "cannot open shared object file" in complaint or "xcb-cursor" in complaint or "platform plugin" in complaint:
        return "A library that windows need is missing: run 'kiosk doctor', which names it; or use --headless."
    return "Windows cannot be opened on this display: run 'kiosk doctor'; or use --headless."
