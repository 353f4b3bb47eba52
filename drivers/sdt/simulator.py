"""A simulated resident ID card reader on a pseudo-terminal, with everything that goes wrong at a real gate.

As a library: ``with SdtSimulator() as reader: reader.put_card(card)``. As a program: ``python -m
drivers.sdt.simulator --link /tmp/reader``, then ``put``, ``lift``, ``unplug``, ``replug``, ``quit`` on
standard input. It is part of the world outside the product and is meant to run in a process of its own.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Literal, TypeVar

from drivers.sdt.disturbances import NO_DELAYS, Faults, StepDelays
from drivers.sdt.simulated_card import SimulatedCard, resident_number
from drivers.sdt.simulated_sam import Heard, RequestReader, SamSettings, SimulatedSam
from drivers.transport.paced_pty import PacedPty

__all__ = ["Faults", "Heard", "SamSettings", "SdtSimulator", "SimulatedCard", "StepDelays"]

Pace = Literal["real", "fast"]
ResultT = TypeVar("ResultT")

_REST_OF_REQUEST_S = 0.5
_TURN_S = 0.02


class SdtSimulator:
    """A reader with its own thread. All methods may be called from any thread.

    ``baud`` is the module's rate: whoever talks at another is not understood. ``pace`` "fast" leaves out
    delays and pacing. ``link`` is a stable name that follows the reader when it is replugged.
    """

    def __init__(
        self,
        *,
        baud: int = 115200,
        pace: Pace = "real",
        link: Path | None = None,
        settings: SamSettings | None = None,
        delays: StepDelays | None = None,
        faults: Faults | None = None,
    ) -> None:
        self.delays = delays or (StepDelays() if pace == "real" else NO_DELAYS)
        self.faults = faults or Faults()
        self._sam = SimulatedSam(settings or SamSettings())
        self._baud = baud
        self._paced = pace == "real"
        self._pty = PacedPty(baud if self._paced else None, link=link)
        self._requests = RequestReader()
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._recorded: list[Heard] = []
        self._fresh = True
        self._plugged_times = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sdt-simulator", daemon=True)
        self._thread.start()

    @property
    def path(self) -> str:
        """The port name to give to the product."""
        return self._pty.path

    @property
    def recorded(self) -> list[Heard]:
        """Every request heard so far."""
        with self._lock:
            return list(self._recorded)

    @property
    def forbidden(self) -> list[Heard]:
        """Well-formed requests that the product may never send (R-23)."""
        return [heard for heard in self.recorded if heard.length_good and heard.forbidden]

    def put_card(self, card: SimulatedCard) -> None:
        self._with_sam(lambda sam: sam.put_card(card))

    def lift_card(self) -> None:
        self._with_sam(lambda sam: sam.lift_card())

    def fail_reads(self, count: int) -> None:
        """The next ``count`` reads fail with 41."""
        self._with_sam(lambda sam: setattr(sam, "failing_reads", count))

    def force_status(self, sw3: int, sw1: int = 0, sw2: int = 0) -> None:
        """Answer the next request with this status and no data."""
        self._with_sam(lambda sam: sam.forced.append((sw1, sw2, sw3)))

    def wait_for(self, seen: Callable[[list[Heard]], bool], timeout_s: float = 5.0) -> bool:
        """Wait until ``seen`` holds for what was recorded; False at the time-out."""
        with self._changed:
            return self._changed.wait_for(lambda: seen(self._recorded), timeout_s)

    def unplug(self) -> None:
        """Pull the plug. The card stays where it lies."""
        self._pty.hang_up()

    def replug(self) -> None:
        """Put the plug back in; the module starts anew, on a new pseudo-terminal."""
        with self._lock:
            self._requests = RequestReader()
            self._fresh = True
            self._plugged_times += 1
            if self._sam.card is not None:
                self._sam.put_card(self._sam.card)
        self._pty.plug_in()

    def close(self) -> None:
        self._stopping.set()
        self._pty.close()
        self._thread.join(5.0)

    def __enter__(self) -> SdtSimulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _with_sam(self, action: Callable[[SimulatedSam], ResultT]) -> ResultT:
        with self._lock:
            return action(self._sam)

    def _run(self) -> None:
        quiet_since_s = time.monotonic()
        while not self._stopping.is_set():
            data = self._pty.read(_TURN_S)
            if data and self._pty.client_baud() in (None, self._baud):
                quiet_since_s = time.monotonic()
                for heard in self._requests.feed(data):
                    self._serve(heard)
            elif self._requests.unfinished and time.monotonic() - quiet_since_s > _REST_OF_REQUEST_S:
                self._serve(self._requests.give_up())

    def _serve(self, heard: Heard) -> None:
        with self._changed:
            self._recorded.append(heard)
            self._changed.notify_all()
            plugged_times = self._plugged_times
            delay_s = self.delays.of(heard, self._sam.card is not None)
            if self.faults.late_s:
                delay_s += self.faults.late_s.pop(0)
        self._stopping.wait(delay_s)
        if self._plugged_times != plugged_times:
            return
        # Only now is it decided: the card may have been lifted meanwhile.
        answer = self._with_sam(lambda sam: sam.answer(heard))
        self._send(self._disturbed(answer))
        self._take_new_rate()

    def _disturbed(self, answer: bytes) -> bytes:
        with self._lock:
            due = self.faults.corrupt_answers
            self.faults.corrupt_answers = {number - 1 for number in due if number > 1}
            longer_than = self.faults.corrupt_longer_than
            spoil = longer_than is not None and len(answer) > longer_than
            if spoil:
                self.faults.corrupt_longer_than = None
            if spoil or 1 in due:
                middle = len(answer) // 2
                answer = answer[:middle] + bytes([answer[middle] ^ 0x55]) + answer[middle + 1 :]
            if self._fresh:
                self._fresh = False
                answer = self.faults.power_up_garbage + answer
        return answer

    def _send(self, answer: bytes) -> None:
        cut, stop = self.faults.cut_after_bytes, self.faults.stop_after_bytes
        if cut is not None and len(answer) > cut:
            self.faults.cut_after_bytes = None
            self._pty.write(answer[:cut], self.faults.chunk)
            self.unplug()
        elif stop is not None and len(answer) > stop:
            self.faults.stop_after_bytes = None
            self._pty.write(answer[:stop], self.faults.chunk)
        else:
            self._pty.write(answer, self.faults.chunk)

    def _take_new_rate(self) -> None:
        with self._lock:
            if self._sam.new_baud is not None:
                self._baud, self._sam.new_baud = self._sam.new_baud, None
                self._pty.baud = self._baud if self._paced else None


def main(arguments: list[str] | None = None) -> int:
    """Run a simulated reader until standard input ends. One command a line, one answer a line."""
    options = _arguments().parse_args(arguments)
    with SdtSimulator(
        baud=options.baud,
        pace=options.pace,
        link=options.link,
        settings=SamSettings(latch=options.latch),
    ) as reader:
        _say(f"ready {reader.path}")
        for line in sys.stdin:
            words = line.split()
            if words[:1] == ["quit"]:
                break
            try:
                _say(_obey(reader, words))
            except ValueError as error:
                _say(f"refused: {error}")
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m drivers.sdt.simulator", description=main.__doc__)
    parser.add_argument("--link", type=Path, help="stable name (symbolic link) of the port")
    parser.add_argument("--baud", type=int, default=115200)
    parser.add_argument("--pace", choices=["real", "fast"], default="real")
    parser.add_argument("--latch", action="store_true", help="a card that was read is not found again")
    parser.epilog = "commands: put [NAME [BIRTH [ORDER]]], lift, unplug, replug, forbidden, quit"
    return parser


def _obey(reader: SdtSimulator, words: list[str]) -> str:
    match words:
        case ["put", *rest]:
            name, birth, order = [*rest, *("测试甲", "19900101", "1")[len(rest) :]][:3]
            reader.put_card(SimulatedCard.resident(name, resident_number(birth, int(order))))
        case ["lift"]:
            reader.lift_card()
        case ["unplug"]:
            reader.unplug()
        case ["replug"]:
            reader.replug()
        case ["forbidden"]:
            return f"forbidden {len(reader.forbidden)}"
        case _:
            return "what?"
    return "done"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
