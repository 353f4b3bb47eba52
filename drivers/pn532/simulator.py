"""A simulated PN532 on a pseudo-terminal, paced both ways, with what goes wrong at a real gate.

It is part of the world outside the product and is meant to run in a process of its own.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal

from drivers.pn532.simulated_chip import NO_RF_TIME, RfCard, RfTiming, SimulatedPn532
from drivers.pn532.simulated_frames import CHIP_ACK, SYNTAX_ERROR, Heard, HostReader, answer_frame
from drivers.transport.paced_pty import BITS_PER_BYTE, PacedPty

__all__ = ["Pn532Faults", "Pn532Simulator"]

_TURN_S = 0.02
_REST_OF_FRAME_S = 0.3


@dataclass
class Pn532Faults:
    """What goes wrong; each is used up when it has happened, except ``chunk``.

    ``lost_acks`` and ``corrupt_answers`` count from now: 1 is the next. ``noise`` goes in front of the next answer.
    ``cut_after_bytes`` pulls the plug inside the next answer longer than that. ``lift_after_apdus``: the card is lifted
    while it works on that APDU, counted from now.
    """

    chunk: int = 64
    lost_acks: set[int] = field(default_factory=set)
    corrupt_answers: set[int] = field(default_factory=set)
    noise: bytes = b""
    cut_after_bytes: int | None = None
    lift_after_apdus: int | None = None


class Pn532Simulator:
    """A front-end with its own thread. All methods may be called from any thread.

    ``pace`` "fast" leaves out line and radio time. ``timing`` overrides the radio's alone. ``link`` is a stable name
    that follows the front-end when it is replugged.
    """

    def __init__(
        self,
        *,
        pace: Literal["real", "fast"] = "real",
        timing: RfTiming | None = None,
        link: Path | None = None,
        faults: Pn532Faults | None = None,
    ) -> None:
        self.faults = faults or Pn532Faults()
        self._chip = SimulatedPn532(timing or (RfTiming() if pace == "real" else NO_RF_TIME))
        self._paced = pace == "real"
        self._pty = PacedPty(self._chip.baud if self._paced else None, link=link)
        self._host = HostReader()
        self._lock = threading.RLock()
        self._heard_until_s = 0.0
        self._last_answer = b""
        self.bytes_in = self.bytes_out = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pn532-simulator", daemon=True)
        self._thread.start()

    @property
    def path(self) -> str:
        """The port name to give to the product."""
        return self._pty.path

    @property
    def apdus(self) -> int:
        """APDUs the card has heard."""
        with self._lock:
            return self._chip.apdus

    @property
    def commands(self) -> list[int]:
        """Command codes the chip has heard."""
        with self._lock:
            return list(self._chip.commands)

    @property
    def baud(self) -> int:
        with self._lock:
            return self._chip.baud

    @property
    def rf_kbit_s(self) -> int:
        with self._lock:
            return self._chip.rf_kbit_s

    def put_card(self, card: RfCard) -> None:
        with self._lock:
            self._chip.put_card(card)

    def lift_card(self) -> None:
        with self._lock:
            self._chip.lift_card()

    def unplug(self) -> None:
        """Pull the plug. The card stays where it lies."""
        self._pty.hang_up()

    def replug(self) -> None:
        """Put the plug back in: the chip has lost its power and its rate."""
        with self._lock:
            self._chip.restart()
            self._host.give_up()
            self._pty.baud = self._chip.baud if self._paced else None
        self._pty.plug_in()

    def close(self) -> None:
        self._stopping.set()
        self._pty.close()
        self._thread.join(5.0)

    def __enter__(self) -> Pn532Simulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        quiet_since_s = time.monotonic()
        waiting: list[Heard] = []
        while not self._stopping.is_set():
            if not waiting:
                waiting = self._listen(_TURN_S)
            if waiting:
                quiet_since_s = time.monotonic()
                waiting = self._serve(waiting[0]) + waiting[1:]
            elif self._host.unfinished and time.monotonic() - quiet_since_s > _REST_OF_FRAME_S:
                self._host.give_up()

    def _listen(self, timeout_s: float) -> list[Heard]:
        """What the host said, once the line has carried it."""
        data = self._pty.read(timeout_s)
        if not data:
            return []
        self.bytes_in += len(data)
        if self._paced:
            now_s = time.monotonic()
            self._heard_until_s = max(now_s, self._heard_until_s) + len(data) * BITS_PER_BYTE / self._chip.baud
            self._stopping.wait(self._heard_until_s - now_s)
        if self._pty.client_baud() not in (None, self._chip.baud, self._chip.new_baud):
            return []
        return self._host.feed(data)

    def _serve(self, heard: Heard) -> list[Heard]:
        """Do one thing the host asked; what it said meanwhile."""
        if heard.kind == "nack":
            self._write(self._last_answer)
        if heard.kind == "ack":
            self._take_new_rate()
        if heard.kind != "command" or not self._chip.hears(heard.command, heard.woken):
            return []
        self._acknowledge()
        with self._lock:
            lifted = self._lift_is_due(heard)
            work_s, answer = self._chip.handle(heard.command, heard.parameters, heard.woken)
        if lifted:
            self.lift_card()
        interrupted = self._work(work_s)
        if interrupted is not None:
            return interrupted
        if answer is None:
            self._write(SYNTAX_ERROR)
            return []
        with self._lock:
            if heard.command == 0x40:
                answer = self._chip.finish(answer)
        self._last_answer = answer_frame(heard.command, answer)
        self._write(self._disturbed(self._last_answer))
        return []

    def _work(self, work_s: float) -> list[Heard] | None:
        """Wait as long as the work takes; what interrupted it, or None."""
        until_s = time.monotonic() + work_s
        while (left_s := until_s - time.monotonic()) > 0 and not self._stopping.is_set():
            if left_s < _TURN_S:
                self._stopping.wait(left_s)
                return None
            heard = self._listen(min(left_s, _TURN_S))
            if any(item.kind in ("command", "ack") for item in heard):
                return [item for item in heard if item.kind == "command"]
        return None

    def _lift_is_due(self, heard: Heard) -> bool:
        if self.faults.lift_after_apdus is None or heard.command != 0x40:
            return False
        self.faults.lift_after_apdus -= 1
        if self.faults.lift_after_apdus > 0:
            return False
        self.faults.lift_after_apdus = None
        return True

    def _acknowledge(self) -> None:
        lost, self.faults.lost_acks = _counted_down(self.faults.lost_acks)
        if not lost:
            self._write(CHIP_ACK)

    def _disturbed(self, frame: bytes) -> bytes:
        spoil, self.faults.corrupt_answers = _counted_down(self.faults.corrupt_answers)
        if spoil:
            middle = len(frame) // 2
            frame = frame[:middle] + bytes([frame[middle] ^ 0x55]) + frame[middle + 1 :]
        noise, self.faults.noise = self.faults.noise, b""
        return noise + frame

    def _write(self, frame: bytes) -> None:
        cut = self.faults.cut_after_bytes
        if cut is not None and len(frame) > cut:
            self.faults.cut_after_bytes = None
            self._pty.write(frame[:cut], self.faults.chunk)
            self.unplug()
            return
        self.bytes_out += self._pty.write(frame, self.faults.chunk)

    def _take_new_rate(self) -> None:
        with self._lock:
            if self._chip.new_baud is not None:
                self._chip.baud, self._chip.new_baud = self._chip.new_baud, None
                self._pty.baud = self._chip.baud if self._paced else None


def _counted_down(due: set[int]) -> tuple[bool, set[int]]:
    return 1 in due, {number - 1 for number in due if number > 1}
