"""Has a document's portrait decoded by a process of its own, and hands the pixels to the desk's window (R-34).

The portrait stands in memory that is overwritten, goes to the process through a pipe and comes back through one,
straight into such memory; the window copies it into its own and this one is overwritten at once.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import IO

import numpy as np
import numpy.typing as npt

from drivers.port import PortraitRead
from kiosk.face.client import child_environment
from kiosk.face.portrait_start import HEAD, SIDE_MAX_PX
from kiosk.memory.array import SensitiveArray
from kiosk.workers.bugs import note_bug
from kiosk.workers.crew import Crew, Work

log = logging.getLogger(__name__)
LIMIT_S = 10.0
"""When a process that hangs is killed; a maker's decoder has 5 s of its own."""
Picture = npt.NDArray[np.uint8]
Post = Callable[[Callable[[], None]], None]
Answered = Callable[[bool], None]


class PortraitViewing:
    """A PortraitDisplay. ``show``: called in the window's thread with a picture to copy, or None to overwrite it."""

    def __init__(
        self,
        decoder: Mapping[str, object],
        post: Post,
        show: Callable[[Picture | None], None],
        begin: Callable[[Work], None] | None = None,
        command: tuple[str, ...] | None = None,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._decoder, self._post, self._show, self._limit_s = dict(decoder), post, show, limit_s
        self._crew = Crew("portrait", 0 if begin else 1)
        self._begin = begin or self._crew.begin
        parent = ("--parent-pid", str(os.getpid()))
        self._command = command or (sys.executable, "-s", "-P", "-m", "kiosk.face.portrait_start", *parent)
        self._lock = threading.Lock()
        self._asked = 0
        self._portrait: PortraitRead | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def show(self, portrait: PortraitRead, answered: Answered) -> None:
        self.put_away()
        self._portrait, asked = portrait, self._asked
        self._begin(lambda: self._run(asked, portrait, answered))

    def put_away(self) -> None:
        with self._lock:
            self._asked += 1
            if self._process is not None:
                self._process.kill()
        portrait, self._portrait = self._portrait, None
        if portrait is not None:
            portrait.data.wipe()
        self._show(None)

    def stop(self) -> None:
        """End of the program."""
        self.put_away()
        self._crew.stop()

    def _run(self, asked: int, portrait: PortraitRead, answered: Answered) -> None:
        picture = None
        try:
            picture = self._decoded(asked, portrait)
        except Exception as bug:
            note_bug(log, bug)
        finally:
            portrait.data.wipe()
        self._post(lambda: self._ended(asked, picture, answered))

    def _ended(self, asked: int, picture: SensitiveArray[np.uint8] | None, answered: Answered) -> None:
        wanted = asked == self._asked
        if picture is not None:
            with picture:
                if wanted:
                    self._show(picture.array)
        if wanted:
            answered(picture is not None)

    def _decoded(self, asked: int, portrait: PortraitRead) -> SensitiveArray[np.uint8] | None:
        """The picture, or None; the process is gone when this returns."""
        with self._lock:
            if asked != self._asked:
                return None
            self._process = process = subprocess.Popen(
                self._command,
                env=child_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a decoder's words may hold a name
                bufsize=0,  # nothing of a portrait in a buffer of Python's
            )
        ender = threading.Timer(self._limit_s, process.kill)
        ender.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            with process.stdin as given, process.stdout as taken:
                self._give(given, portrait)
                return _picture_from(taken)
        finally:
            ender.cancel()
            process.kill()
            process.wait()
            with self._lock:
                self._process = None

    def _give(self, pipe: IO[bytes], portrait: PortraitRead) -> None:
        asked = {"decoder": self._decoder, "format": portrait.format.value, "length": len(portrait.data)}
        with contextlib.suppress(BrokenPipeError), portrait.data.view() as block:
            pipe.write(json.dumps(asked).encode() + b"\n")
            written = 0
            while written < len(block):
                written += pipe.write(block[written:])


def _picture_from(pipe: IO[bytes]) -> SensitiveArray[np.uint8] | None:
    head = bytearray(HEAD.size)
    if not _filled(pipe, memoryview(head)):
        return None
    width_px, height_px = HEAD.unpack(head)
    if not (0 < width_px <= SIDE_MAX_PX and 0 < height_px <= SIDE_MAX_PX):
        return None
    picture = SensitiveArray((height_px, width_px, 3), np.uint8, "portrait")
    if _filled(pipe, picture.array.data.cast("B")):
        return picture
    picture.close()
    return None


def _filled(pipe: IO[bytes], room: memoryview) -> bool:
    """Whether as much came as there is room for."""
    filled = 0
    while filled < len(room):
        count = pipe.readinto(room[filled:])  # type: ignore[attr-defined]  # unbuffered: a raw file
        if not count:
            return False
        filled += count
    return True
