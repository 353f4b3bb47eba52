"""Starts the warm engine, starts it again when it dies, and has it fork a visit's process on request.

The engine is a program of its own without Qt; this side knows neither OpenCV nor dlib.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import kiosk
from drivers.deadline import Deadline, MonotonicClock
from kiosk.face import packets
from kiosk.face.messages import (
    BadMessage,
    Configure,
    Exited,
    Fork,
    Forked,
    Message,
    Ready,
    Refused,
    decode,
    encode,
)
from kiosk.face.port import EngineUnavailable
from kiosk.face.ring import FrameRing
from kiosk.face.settings import EngineSettings
from kiosk.face.visit_client import ForkedVisit
from kiosk.memory.allocator import plain

log = logging.getLogger(__name__)

DECODER_FACTORY = "kiosk.portrait.factory:make_decoder"
START_WAIT_S = 1.5
"""How long ``begin`` waits for an engine that has just died and starts again; with a fork that hangs, staff still take
over within 3 s (R-41)."""
FORK_WAIT_S = 1.0
STOP_WAIT_S = 1.0
RESTART_PAUSES_S = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Before the n-th start in a row that did not become ready."""


@dataclass
class _Answer:
    """A fork on its way; ``pidfd`` once it is there."""

    done: threading.Event = field(default_factory=threading.Event)
    pidfd: int = -1


class WarmEngine:
    """Implements FaceEngine. ``begin`` may be called from any thread; a thread of our own watches the engine.

    ``decoder_settings`` go to ``decoder_factory`` ("module:function") inside each visit's process. Starting is
    asynchronous: ``wait_ready`` for whoever wants to know; ``told`` hears, on our thread, whenever a visit could begin
    and whenever it no longer could.
    """

    def __init__(
        self,
        decoder_settings: Mapping[str, Any],
        settings: EngineSettings | None = None,
        decoder_factory: str = DECODER_FACTORY,
        clock: MonotonicClock = time.monotonic,
        told: Callable[[bool], None] = lambda ready: None,
    ) -> None:
        self._configure = Configure(settings or EngineSettings(), dict(decoder_settings), decoder_factory)
        self._clock, self._told = clock, told
        self._changed = threading.Condition()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False
        self._refused = ""
        self._closing = False
        self._answers: dict[int, _Answer] = {}
        self._visits = 0
        self._watcher = threading.Thread(target=self._keep_running, name="face-engine", daemon=True)
        self._watcher.start()

    def wait_ready(self, timeout_s: float) -> None:
        """Return once a visit could begin. Raises EngineUnavailable."""
        with self._changed:
            self._changed.wait_for(lambda: self._ready or self._refused or self._closing, timeout_s)
            if not self._ready:
                raise EngineUnavailable(self._refused or "not_running")

    def begin(self, zone_width_px: int, zone_height_px: int) -> ForkedVisit:
        """Fork a visit for a zone of this size; outlives one death of the engine. Raises EngineUnavailable."""
        deadline = Deadline.after(START_WAIT_S)
        while True:
            self.wait_ready(deadline.remaining_s())
            try:
                return self._begin_now(zone_width_px, zone_height_px)
            except EngineUnavailable:
                if deadline.expired():
                    raise

    def close(self) -> None:
        """End the engine and every visit with it."""
        with self._changed:
            self._closing = True
            self._ready = False
            if self._control is not None:
                with contextlib.suppress(OSError):
                    self._control.shutdown(socket.SHUT_RDWR)
            self._changed.notify_all()
        self._watcher.join(STOP_WAIT_S * 3)

    @property
    def pid(self) -> int | None:
        """Of the warm process while it runs, for memory figures."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def _begin_now(self, zone_width_px: int, zone_height_px: int) -> ForkedVisit:
        ours, theirs = packets.pair()
        ring = FrameRing(zone_width_px, zone_height_px)
        try:
            with theirs:
                pidfd = self._fork(theirs, ring, zone_width_px, zone_height_px)
        except BaseException:
            ours.close()
            ring.close()
            raise
        return ForkedVisit(ours, ring, pidfd, self._clock)

    def _fork(self, theirs: socket.socket, ring: FrameRing, width_px: int, height_px: int) -> int:
        answer = _Answer()
        with self._changed:
            if self._control is None or not self._ready:
                raise EngineUnavailable(self._refused or "not_running")
            self._visits += 1
            visit = self._visits
            self._answers[visit] = answer
            descriptors = [theirs.fileno(), ring.descriptor]
            try:
                packets.send(self._control, encode(Fork(visit, width_px, height_px)), descriptors)
            except OSError as error:
                self._ready = False
                raise EngineUnavailable("not_running") from error
        answered = answer.done.wait(FORK_WAIT_S)
        with self._changed:
            self._answers.pop(visit, None)
            if not answered and self._process is not None:
                self._ready = False
                self._process.kill()  # it hangs; the watcher starts another
            if answer.pidfd < 0:
                raise EngineUnavailable("not_running")
            return answer.pidfd

    # --- the watching thread ---------------------------------------------------------------------

    def _keep_running(self) -> None:
        failures = 0
        while not self._closing:
            try:
                became_ready = self._run_once()
            except OSError:
                log.exception("face engine could not be started")
                became_ready = False
            failures = 0 if became_ready else failures + 1
            pause_s = RESTART_PAUSES_S[min(failures, len(RESTART_PAUSES_S) - 1)]
            with self._changed:
                self._changed.wait_for(lambda: self._closing, pause_s)

    def _run_once(self) -> bool:
        """One life of the warm process. True when it got as far as being ready."""
        control, process = self._start()
        became_ready = False
        try:
            packets.send(control, encode(self._configure))
            while True:
                packet, descriptors = packets.receive(control, 1)
                if not packet:
                    break
                message = decode(packet)
                became_ready = became_ready or isinstance(message, Ready)
                self._take(message, descriptors)
        except (OSError, BadMessage):
            if not self._closing:
                log.warning("face engine: control socket broken")
        finally:
            self._stopped(control, process)
        return became_ready

    def _start(self) -> tuple[socket.socket, subprocess.Popen[bytes]]:
        ours, theirs = packets.pair()
        with theirs:
            command = [sys.executable, "-s", "-P", "-m", "kiosk.face.start", "--control-fd", str(theirs.fileno())]
            process = subprocess.Popen(
                command, pass_fds=(theirs.fileno(),), env=child_environment(), stdin=subprocess.DEVNULL
            )
        with self._changed:
            self._control, self._process = ours, process
            if self._closing:
                ours.shutdown(socket.SHUT_RDWR)
        return ours, process

    def _take(self, message: Message, descriptors: list[int]) -> None:
        with self._changed:
            match message:
                case Ready():
                    self._ready, self._refused = True, ""
                case Refused(code=code):
                    self._refused = code
                case Forked(visit=visit) if len(descriptors) == 1:
                    self._answered(visit, descriptors[0])
                case Exited(visit=visit, status=status):
                    log.debug("visit process %d ended with %d", visit, status)
                case _:
                    raise BadMessage
            self._changed.notify_all()
        if isinstance(message, Ready):
            self._told(True)

    def _answered(self, visit: int, pidfd: int) -> None:
        answer = self._answers.pop(visit, None)
        if answer is None:  # nobody waits any more; its socket is closed, so the child ends by itself
            os.close(pidfd)
            return
        answer.pidfd = pidfd
        answer.done.set()

    def _stopped(self, control: socket.socket, process: subprocess.Popen[bytes]) -> None:
        with self._changed:
            self._ready, self._control = False, None
            control.close()
            for answer in self._answers.values():
                answer.done.set()
            self._answers.clear()
        self._told(False)
        deadline = Deadline.after(STOP_WAIT_S)
        try:
            process.wait(deadline.remaining_s())
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def child_environment() -> dict[str, str]:
    """Ours, with the package found where we found it, and no thread pools in a process that forks. What overwrites the
    window's freed memory is left out: a visit's memory ends with its process."""
    package_parent = str(Path(next(iter(kiosk.__path__))).parent)
    path = os.pathsep.join(part for part in (package_parent, os.environ.get("PYTHONPATH", "")) if part)
    return {**plain(os.environ), "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
