"""A desk with a real window in a process of its own, to be looked into: ``python -m tests.helpers.desk_portrait_host``.

A line on standard input is a word; each is answered by the same word when it is done. ``portrait`` is followed by the
block's 1,024 bytes, which go straight into memory that is overwritten.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from drivers.port import PortraitFormat, PortraitRead
from drivers.secret import SensitiveBytes
from kiosk.portrait.port import WLT_BLOCK_BYTES
from kiosk.station.desk_view import PortraitLook
from kiosk.text import Texts
from kiosk.ui.app_setup import make_application
from kiosk.ui.desk_window import DeskWindow
from kiosk.workers.mailbox import Mailbox
from kiosk.workers.portrait_viewing import PortraitViewing
from tests.helpers.station import DeskLane
from tests.helpers.ui import SCENE

SIZE = (1280, 800)


class Host:
    def __init__(self) -> None:
        self.window = desk_window()
        mailbox = Mailbox()
        viewing = PortraitViewing({"kind": "rehearsal", "rehearsal": True}, mailbox.post, self.window.show_portrait)
        self.lane = DeskLane(portraits=viewing)
        self.lane.window.show_view = self.window.show_view  # type: ignore[method-assign,assignment]

    def portrait(self) -> None:
        self.lane.facts()
        data = SensitiveBytes(bytes(WLT_BLOCK_BYTES))
        with data._buffer.view() as room:
            filled = 0
            while filled < len(room):
                filled += os.readv(0, [room[filled:]])
        self.lane.desk.on_document(PortraitRead(PortraitFormat.WLT, data, 0.0))

    def show(self) -> None:
        self.lane.desk.on_portrait()
        until(lambda: self.lane.view.portrait is PortraitLook.SHOWN)

    def decide(self) -> None:
        self.lane.desk.on_supervisor()


def desk_window() -> DeskWindow:
    window = DeskWindow(Texts, SCENE, ("zh",), motion=False)
    window.resize(*SIZE)
    window.show()
    return window


def until(done: Callable[[], bool]) -> None:
    end_s = time.monotonic() + 20.0
    while not done():
        assert time.monotonic() < end_s
        QApplication.processEvents()
        time.sleep(0.005)


def _line() -> str:
    """Unbuffered: what follows a word must not be read with it."""
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(0, 1) or b"end\n"
    return line.decode().strip()


def main() -> None:
    application = make_application(sys.argv[:1], "zh")
    host = Host()
    while (word := _line()) != "end":
        getattr(host, word)()
        settled_s = time.monotonic() + 0.3
        until(lambda at=settled_s: time.monotonic() > at)  # type: ignore[misc]  # painted, and flushed
        os.write(1, f"{word}\n".encode())
    application.quit()


if __name__ == "__main__":
    main()
