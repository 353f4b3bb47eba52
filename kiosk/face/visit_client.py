"""The window's side of one visit's process: writes frames, brings events, makes sure it is gone.

Used by one thread. Nothing here looks into a picture.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import select
import signal
import socket
from collections.abc import Sequence

from drivers.deadline import Deadline, MonotonicClock
from drivers.port import PortraitRead
from kiosk.face import packets
from kiosk.face.messages import (
    PORTRAIT_MAX_BYTES,
    BadMessage,
    End,
    FrameWritten,
    Keep,
    Message,
    PortraitGiven,
    Restart,
    Seal,
    Sealed,
    Seen,
    SlotFree,
    decode,
    encode,
)
from kiosk.face.port import EngineEvent, EngineLost, ReferenceFailed, ReferenceReady
from kiosk.face.ring import FrameRing, sealed_memory
from kiosk.holding.sealing import SEALED_MAX_BYTES, check_sealed
from kiosk.vault.port import SealBroken

STALLED_AFTER_S = 2.0
"""A frame not answered for this long: the visit hangs. Staff must take over within 3 s (R-41)."""
PACKETS_PER_POLL = 64
"""A frame is answered with four at most."""
EXIT_WAIT_S = 0.5
KILL_WAIT_S = 0.4


class ForkedVisit:
    """Implements FaceVisit over a child of the warm engine. ``pidfd`` names the child beyond doubt."""

    def __init__(self, link: socket.socket, ring: FrameRing, pidfd: int, clock: MonotonicClock) -> None:
        self._link, self._ring, self._pidfd, self._clock = link, ring, pidfd, clock
        self._attempt = 1
        self._sequence = 0
        self._waiting_since_s: float | None = None
        self._lost = ""
        self._lost_told = False
        self._ended = False

    def give_reference(self, portrait: PortraitRead) -> None:
        """Hand the portrait over in memory without a name, and wipe our copy, whatever happens."""
        with portrait.data as data:
            length = len(data)
            if self._ended or not 0 < length <= PORTRAIT_MAX_BYTES:
                self._lost = self._lost or ("" if self._ended else "crashed")
                return
            descriptor = sealed_memory(length, "kiosk-portrait")
            try:
                with mmap.mmap(descriptor, length) as memory:
                    memory[:] = data.view()  # not through the heap; the other side zeroes it once taken
                self._send(PortraitGiven(portrait.format, length), [descriptor])
            finally:
                os.close(descriptor)

    def offer_frame(self, frame_bgr_zone: memoryview, captured_at_s: float) -> bool:
        """False when all slots are in use or the visit is over. Raises ValueError for a wrong size."""
        if self._ended or self._lost:
            return False
        slot = self._ring.put(frame_bgr_zone)
        if slot is None:
            return False
        self._sequence += 1
        if self._waiting_since_s is None:
            self._waiting_since_s = self._clock()
        return self._send(FrameWritten(slot, self._sequence, captured_at_s))

    def restart_capture(self) -> None:
        """Events still under way from the attempt before are dropped on arrival."""
        self._attempt += 1
        self._send(Restart(self._attempt))

    def keep_ready(self, hold_key: bytes) -> None:
        self._send(Keep(hold_key.hex()))

    def seal(self, timeout_s: float) -> bytes | None:
        """What was kept ready, sealed; None when there is nothing or the visit does not answer in time."""
        deadline = Deadline.after(timeout_s, self._clock)
        if not self._send(Seal()):
            return None
        while select.select([self._link], [], [], deadline.remaining_s())[0]:
            try:
                packet, descriptors = packets.receive(self._link, 1, socket.MSG_DONTWAIT)
                if not packet:
                    return None
                message = decode(packet)
            except (OSError, BadMessage):
                return None
            if isinstance(message, Sealed):
                return _sealed_bytes(message, descriptors)
        self._lose("stalled")  # no time is left to ask it twice
        return None

    def poll(self, timeout_s: float) -> list[EngineEvent]:
        """Events since the last call; waits at most ``timeout_s`` for the first."""
        if self._ended:
            return []
        events: list[EngineEvent] = []
        if not self._lost and select.select([self._link], [], [], timeout_s)[0]:
            self._drain(events)
        self._watch_for_stall()
        if self._lost and not self._lost_told:
            self._lost_told = True
            events.append(EngineLost(self._lost))
        return events

    def end(self) -> None:
        """Zero the shared frames; the process is asked to go, and killed if still there after 0.5 s."""
        if self._ended:
            return
        self._ended = True
        self._ring.close()
        with contextlib.suppress(OSError):
            packets.send(self._link, encode(End()), flags=socket.MSG_DONTWAIT)
        self._link.close()
        if not self._gone_within(EXIT_WAIT_S):
            self._kill()
            self._gone_within(KILL_WAIT_S)
        os.close(self._pidfd)

    @property
    def alive(self) -> bool:
        return not self._ended and not self._lost and not self._gone_within(0.0)

    def _drain(self, events: list[EngineEvent]) -> None:
        """What has come, bounded: a visit that never stops talking must not keep us from ending it."""
        for _ in range(PACKETS_PER_POLL):
            try:
                packet, _ = packets.receive(self._link, flags=socket.MSG_DONTWAIT)
                if not packet:
                    self._lose("crashed")
                    return
                self._take(decode(packet), events)
            except BlockingIOError:
                return
            except (OSError, BadMessage, ValueError):
                self._lose("crashed")
                return

    def _take(self, message: Message, events: list[EngineEvent]) -> None:
        if self._waiting_since_s is not None:  # what comes unasked, as the reference does, leaves no frame open
            self._waiting_since_s = self._clock()
        match message:
            case SlotFree(slot=slot):
                self._ring.free(slot)
                if self._ring.all_free:
                    self._waiting_since_s = None
            case Seen(event=EngineLost()):
                raise BadMessage
            case Seen(attempt=attempt, event=event):
                about_reference = isinstance(event, ReferenceReady | ReferenceFailed)
                if attempt == self._attempt or about_reference:
                    events.append(event)
            case _:
                raise BadMessage

    def _send(self, message: Message, descriptors: Sequence[int] = ()) -> bool:
        if self._ended or self._lost:
            return False
        try:
            packets.send(self._link, encode(message), descriptors, socket.MSG_DONTWAIT)
        except BlockingIOError:
            self._lose("stalled")
        except OSError:
            self._lose("crashed")
        return not self._lost

    def _watch_for_stall(self) -> None:
        since_s = self._waiting_since_s
        if since_s is not None and self._clock() - since_s > STALLED_AFTER_S:
            self._lose("stalled")

    def _lose(self, code: str) -> None:
        self._lost = self._lost or code
        self._kill()

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def _gone_within(self, seconds: float) -> bool:
        return bool(select.select([self._pidfd], [], [], seconds)[0])


def _sealed_bytes(message: Sealed, descriptors: list[int]) -> bytes | None:
    """The visit decodes what a card held, so what it hands out is looked at: sealed, and not too much."""
    try:
        if len(descriptors) != 1 or not 0 < message.length <= SEALED_MAX_BYTES:
            return None
        sealed = os.pread(descriptors[0], message.length, 0)
        check_sealed(sealed)
    except (OSError, SealBroken):
        return None
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
    return sealed
