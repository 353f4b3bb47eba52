"""The visit's process: takes packets from its socket, works on the newest frame, says what it saw, exits.

Forked from the warm engine, it is the only process that ever holds a face's features. It ends at *End*, at the end
of its socket (the window has gone) and with its parent; what OpenCV and dlib keep of what they saw ends with it.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import queue
import select
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from drivers.secret import SensitiveBytes
from kiosk.face import packets
from kiosk.face.messages import (
    PORTRAIT_MAX_BYTES,
    BadMessage,
    End,
    FrameWritten,
    Keep,
    PortraitGiven,
    Restart,
    Seal,
    Sealed,
    Seen,
    SlotFree,
    decode,
    encode,
)
from kiosk.face.networks import Models
from kiosk.face.port import EngineEvent, ReferenceFailed
from kiosk.face.ring import FrameRingReader, sealed_memory
from kiosk.face.settings import EngineSettings
from kiosk.face.work import VisitWork, search_scale
from kiosk.holding.sealing import PUBLIC_BYTES
from kiosk.memory.array import SensitiveArray
from kiosk.portrait.port import PortraitDecoder, PortraitUndecodable


class VisitOver(Exception):
    """End was asked for, or nobody is listening any more."""


@dataclass(frozen=True)
class Decoded:
    """What the decoding thread hands back: a picture, or why there is none."""

    given: PortraitGiven
    picture: SensitiveArray[np.uint8] | None
    code: str
    decode_s: float


class VisitProcess:
    """One visit. ``run`` returns when the visit is over."""

    def __init__(
        self, link: socket.socket, ring: FrameRingReader, models: Models, settings: EngineSettings,
        decoder: PortraitDecoder,
    ) -> None:  # fmt: skip
        self._link, self._ring, self._decoder = link, ring, decoder
        self._work = VisitWork(models, settings)
        self._attempt = 1
        self._newest: FrameWritten | None = None
        self._decoded: queue.SimpleQueue[Decoded] = queue.SimpleQueue()
        self._decoded_bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def run(self) -> None:
        """Serve until the visit is over, then overwrite what is ours."""
        try:
            while True:
                self._wait()
                self._drain_link()
                self._take_decoded()
                self._take_newest()
        except VisitOver:
            pass
        finally:
            self._work.forget()

    def _wait(self) -> None:
        if self._newest is None and self._decoded.empty():
            select.select([self._link.fileno(), self._decoded_bell], [], [])

    def _drain_link(self) -> None:
        """All packets that have come; of the frames only the newest stays."""
        while True:
            try:
                packet, descriptors = packets.receive(self._link, 1, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except OSError as error:
                raise VisitOver from error
            if not packet:
                raise VisitOver
            self._take_packet(packet, descriptors)

    def _take_packet(self, packet: bytes, descriptors: list[int]) -> None:
        try:
            message = decode(packet)
        except BadMessage as error:
            raise VisitOver from error
        match message:
            case FrameWritten():
                if self._newest is not None:
                    self._send(SlotFree(self._newest.slot))
                self._newest = message
            case PortraitGiven() if len(descriptors) == 1:
                self._start_decoding(message, _taken_out(descriptors[0], message.length))
            case Restart(attempt=attempt):
                self._attempt = attempt
                self._work.restart()
            case Keep(public=public):
                self._work.keep_ready(_hold_key(public))
            case Seal():
                self._hand_out_sealed()
            case End():
                raise VisitOver
            case _:
                raise VisitOver

    def _start_decoding(self, given: PortraitGiven, block: SensitiveBytes) -> None:
        # In a thread, because a maker's decoder may take its time; it is a process or a C library that waits, not us.
        threading.Thread(target=self._decode, args=(given, block), name="decode", daemon=True).start()

    def _decode(self, given: PortraitGiven, block: SensitiveBytes) -> None:
        began_s = time.perf_counter()
        picture, code = None, ""
        try:
            with block:
                decoded = self._decoder.decode(given.format, bytes(block.view()))
            picture = SensitiveArray.taking(decoded, "portrait")
        except PortraitUndecodable as undecodable:
            code = undecodable.code
        except Exception:  # a decoder's bug must reach staff as "no reference", not end the visit
            code = "crashed"
        self._decoded.put(Decoded(given, picture, code, time.perf_counter() - began_s))
        os.eventfd_write(self._decoded_bell, 1)

    def _take_decoded(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._decoded_bell)
        while not self._decoded.empty():
            done = self._decoded.get()
            if done.picture is None:
                self._tell(ReferenceFailed(done.code))
                continue
            with done.picture as picture:
                for event in self._work.take_reference(
                    picture.array, done.given.format, self._decoder.name, done.decode_s
                ):
                    self._tell(event)

    def _take_newest(self) -> None:
        frame, self._newest = self._newest, None
        if frame is None:
            return
        for event in self._work.take_frame(self._ring.slot(frame.slot), frame.sequence, frame.captured_at_s):
            self._tell(event)
        self._send(SlotFree(frame.slot))

    def _hand_out_sealed(self) -> None:
        """The one way a picture leaves this process, and it is sealed."""
        sealed = self._work.sealed()
        if sealed is None:
            self._send(Sealed(0))
            return
        descriptor = sealed_memory(len(sealed), "kiosk-sealed")
        try:
            with mmap.mmap(descriptor, len(sealed)) as memory:
                memory[:] = sealed
            packets.send(self._link, encode(Sealed(len(sealed))), [descriptor])
        except OSError as error:
            raise VisitOver from error
        finally:
            os.close(descriptor)

    def _tell(self, event: EngineEvent) -> None:
        self._send(Seen(self._attempt, event))

    def _send(self, message: Seen | SlotFree | Sealed) -> None:
        try:
            packets.send(self._link, encode(message))
        except OSError as error:
            raise VisitOver from error


def _hold_key(in_hex: str) -> bytes:
    try:
        public = bytes.fromhex(in_hex)
    except ValueError as error:
        raise VisitOver from error
    if len(public) != PUBLIC_BYTES:
        raise VisitOver
    return public


def _taken_out(descriptor: int, length: int) -> SensitiveBytes:
    """The portrait's bytes; the shared memory they came in is overwritten."""
    if not 0 < length <= PORTRAIT_MAX_BYTES:
        os.close(descriptor)
        raise VisitOver
    with mmap.mmap(descriptor, length) as memory:
        os.close(descriptor)
        block = SensitiveBytes(memoryview(memory), "portrait")
        memory[:] = bytes(length)
    return block


def serve_visit(
    link: socket.socket, ring_descriptor: int, size_px: tuple[int, int], models: Models, settings: EngineSettings,
    make_decoder: Callable[[], PortraitDecoder],
) -> None:  # fmt: skip
    """The forked child's whole life. The first inference is done on noise while the camera is still opening, on one
    thread: there is time, and the window is just drawing its next screen."""
    ring = FrameRingReader(ring_descriptor, *size_px)
    process = VisitProcess(link, ring, models, settings, make_decoder())
    models.warm_up(size_px, search_scale(settings))
    cv2.setNumThreads(settings.visit_threads)
    process.run()
