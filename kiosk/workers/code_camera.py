"""Asks one process of its own for one ticket code; the sign is lit until that process is gone.

What comes back is validated exactly as a scanner's bytes are, and goes the scanner's way from there.
"""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Sequence

from drivers.barcode.cleaning import AimPrefix, clean
from drivers.barcode.outputs import MAX_CODE_BYTES, RawCode
from drivers.port import CodeScanned
from kiosk.codes.start import FOUND, LIMIT_S, NOTHING
from kiosk.face.client import child_environment
from kiosk.station.code_camera import CodeLook
from kiosk.workers.bugs import note_bug
from kiosk.workers.crew import Crew, Work

log = logging.getLogger(__name__)
Post = Callable[[Callable[[], None]], None]
START_S = 10.0
"""What the process may take beside its looking: libraries, and a camera that is slow to open or to close."""


class CodeCamera:
    """``show`` and ``scanned`` are called in the window's thread. ``fits``: whether a code can be this event's.
    ``limit_s``: when a process that hangs is killed."""

    def __init__(
        self,
        command: Sequence[str],
        fits: Callable[[str], bool],
        post: Post,
        show: Callable[[CodeLook], None],
        scanned: Callable[[CodeScanned], None],
        begin: Callable[[Work], None] | None = None,
        limit_s: float = LIMIT_S + START_S,
    ) -> None:
        self._command, self._fits, self._limit_s = tuple(command), fits, limit_s
        self._post, self._show, self._scanned = post, show, scanned
        self._crew = Crew("code-camera", 0 if begin else 1)
        self._begin = begin or self._crew.begin
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._looking = self._stopped = False

    @property
    def looking(self) -> bool:
        """Whether the camera is, or may be, open."""
        return self._looking

    def look(self) -> bool:
        """Begin, unless it looks already: then False."""
        if self._looking:
            return False
        self._looking, self._stopped = True, False
        self._show(CodeLook.LOOKING)  # before anything is opened
        self._begin(self._run)
        return True

    def cancel(self) -> None:
        """Nobody wants the code any more. The sign stays until the process is gone."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def stop(self) -> None:
        """End of the program."""
        self.cancel()
        self._crew.stop()

    def _run(self) -> None:
        ending, code = CodeLook.NO_CAMERA, None
        try:
            status, untrusted_bytes = self._asked()
            ending, code = self._judged(status, untrusted_bytes)
        except Exception as bug:
            note_bug(log, bug)
        self._post(lambda: self._ended(ending, code))

    def _asked(self) -> tuple[int, bytes]:
        """Exit code and output of the process, which is gone when this returns."""
        with self._lock:
            if self._stopped:
                return -1, b""
            self._process = process = subprocess.Popen(
                self._command,
                env=child_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        ender = threading.Timer(self._limit_s, process.kill)
        ender.start()
        try:
            assert process.stdout is not None
            with process.stdout as out:
                untrusted_bytes = out.read(MAX_CODE_BYTES + 1)
            return process.wait(), untrusted_bytes
        finally:
            ender.cancel()
            process.kill()
            process.wait()
            with self._lock:
                self._process = None

    def _judged(self, status: int, untrusted_bytes: bytes) -> tuple[CodeLook, CodeScanned | None]:
        if status == NOTHING:
            return CodeLook.NOTHING, None
        if status != FOUND:
            return CodeLook.NO_CAMERA, None  # there is none, it went away, or the process ended otherwise
        cleaned = clean(RawCode(untrusted_bytes), AimPrefix.NEVER)
        if not (isinstance(cleaned, CodeScanned) and self._fits(cleaned.untrusted_code)):
            return CodeLook.OTHER, None  # not one of this event's codes: it never reaches the desk
        return CodeLook.OFF, cleaned

    def _ended(self, ending: CodeLook, code: CodeScanned | None) -> None:
        self._looking = False
        self._show(CodeLook.OFF if self._stopped else ending)
        if code is not None and not self._stopped:
            self._scanned(code)
