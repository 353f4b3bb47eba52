"""One paper by a process of its own: something on standard input, its PDF on standard output.

Exit 1, with a code on standard error, for what cannot be read or painted, or where there is no Chinese font.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtGui import QGuiApplication

from kiosk.closing.paper_process import NO_FONT
from kiosk.ui.fonts import chinese_available

T = TypeVar("T")


class NoPaper(Exception):
    """``code``: why, for whoever asked."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def serve(most_bytes: int, read: Callable[[bytes], T], painted: Callable[[T], bytes]) -> int:
    """The process's exit code. ``read`` gets at most one byte more than ``most_bytes``; both may raise NoPaper."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        asked = read(sys.stdin.buffer.read(most_bytes + 1))
        application = _application()
        pdf = painted(asked)
    except NoPaper as refused:
        sys.stderr.write(f"{refused.code}\n")
        return 1
    sys.stdout.buffer.write(pdf)
    sys.stdout.buffer.flush()
    application.quit()
    return 0


def _application() -> QGuiApplication:
    application = QGuiApplication(sys.argv[:1])
    if not chinese_available():
        raise NoPaper(NO_FONT)
    return application
