"""Sounds through a player program of the machine (aplay, paplay, pw-play), one short-lived process per cue.

The cue is handed over as a nameless file in memory: nothing is written, and any program that plays a file will do.
"""

from __future__ import annotations

import logging
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

from kiosk.sound.cues import Cue, length_s, wave_of

log = logging.getLogger(__name__)

AUTO = "auto"
PLAYERS: dict[str, tuple[str, ...]] = {"aplay": ("-q",), "paplay": (), "pw-play": ()}
"""Programs that play the WAV file they are given last, with what makes them do just that; asked in this order."""
GRACE_S = 2.0
"""A player may need so much longer than the sound itself."""
_LOOK_EVERY_S = 0.03


def find_player(wanted: str) -> tuple[str, ...] | None:
    """The command of ``wanted``: ``auto``, one of ``PLAYERS``, or a program's absolute path. None: it is not here."""
    for name in PLAYERS if wanted == AUTO else (wanted,):
        found = shutil.which(name)
        if found is not None:
            return found, *PLAYERS.get(Path(name).name, ())
    return None


class ProgramPlayer:
    """A SoundPlayer. ``command`` gets the file's path as its last argument; ``volume_percent`` 0 to 100."""

    def __init__(self, command: Sequence[str], volume_percent: int) -> None:
        self._command, self._volume = tuple(command), volume_percent
        self._files: dict[Cue, int] = {}
        self._wishes: queue.SimpleQueue[Cue | None] = queue.SimpleQueue()
        self._closed = False
        self._failed = False
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        self._thread.start()

    def play(self, cue: Cue) -> None:
        if not self._closed:
            self._wishes.put(cue)

    def close(self) -> None:
        self._closed = True
        self._wishes.put(None)
        self._thread.join(GRACE_S)

    def _run(self) -> None:
        try:
            wish = self._wishes.get()
            while wish is not None:
                wish = self._play_until_the_next(self._newest(wish))
        finally:
            for file in self._files.values():
                os.close(file)

    def _newest(self, wish: Cue | None) -> Cue | None:
        """What was asked for meanwhile goes first; nothing queues up behind it. The end stays the end."""
        while wish is not None:
            try:
                wish = self._wishes.get_nowait()
            except queue.Empty:
                break
        return wish

    def _play_until_the_next(self, cue: Cue | None) -> Cue | None:
        if cue is None:
            return None
        process = self._start(cue)
        waited_s, limit_s = 0.0, length_s(cue) + GRACE_S
        try:
            while process is not None and process.poll() is None and waited_s < limit_s:
                try:
                    return self._wishes.get(timeout=_LOOK_EVERY_S)
                except queue.Empty:
                    waited_s += _LOOK_EVERY_S
        finally:
            self._end(process)
        return self._wishes.get()

    def _start(self, cue: Cue) -> subprocess.Popen[bytes] | None:
        try:
            file = self._file(cue)
            return subprocess.Popen(
                [*self._command, f"/proc/self/fd/{file}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(file,),
            )
        except OSError as error:
            self._note(type(error).__name__)
            return None

    def _end(self, process: subprocess.Popen[bytes] | None) -> None:
        if process is None:
            return
        ended = process.poll()
        if ended is None:
            process.kill()
            process.wait()
        elif ended:
            self._note(f"exit {ended}")

    def _file(self, cue: Cue) -> int:
        if cue not in self._files:
            file = os.memfd_create("cue")
            self._files[cue] = file
            with os.fdopen(os.dup(file), "wb") as written:
                written.write(wave_of(cue, self._volume))
        return self._files[cue]

    def _note(self, why: str) -> None:
        """Once: a loudspeaker that is away would else fill the log."""
        if not self._failed:
            self._failed = True
            log.warning("the sound player does not play: %s", why)
