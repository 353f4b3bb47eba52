"""Finding codes in the byte stream of a line-oriented scanner. No I/O; time is passed in.

A code ends with CR, LF, CRLF or a silence (sheet barcode-scanners section 1). Only silence that was
*watched* counts: ``silence`` is called after a read that found nothing, never deduced from two arrival
times, because the thread that reads may have been busy while the bytes waited in the kernel.
"""

from __future__ import annotations

import re
from enum import StrEnum

from drivers.barcode.answers import TakeAnswer, no_answer
from drivers.barcode.outputs import MAX_CODE_BYTES, Answered, Output, RawCode, Refusal, Refused

__all__ = ["CodeEnd", "LineFraming"]

AIM_PREFIX_BYTES = 3
_MAX_FRAME_BYTES = MAX_CODE_BYTES + AIM_PREFIX_BYTES
_LOST_END_S = 1.0
_END = re.compile(rb"[\r\n]")


class CodeEnd(StrEnum):
    """What ends a code. ``TERMINATOR`` is safer where the scanner surely sends CR or LF: a pause of the
    USB stack within a code then cannot cut it in two.
    """

    ANY = "any"
    TERMINATOR = "terminator"


class LineFraming:
    """Bytes in, codes and answers out. ``idle_gap_s``: silence that ends a code (0.03 to 0.05)."""

    def __init__(
        self, take_answer: TakeAnswer = no_answer, *, idle_gap_s: float = 0.04, end: CodeEnd = CodeEnd.ANY
    ) -> None:
        self._take_answer = take_answer
        self._idle_gap_s = idle_gap_s
        self._end = end
        self._buffer = b""
        self._skipping = False
        self._last_byte_at_s = 0.0

    def receive(self, data: bytes, at_s: float) -> list[Output]:
        """Take what arrived at ``at_s`` (monotonic seconds)."""
        if not data:
            return []
        self._last_byte_at_s = at_s
        self._buffer += data
        return self._drain(more_may_come=True)

    def silence(self, at_s: float) -> list[Output]:
        """The line has been watched until ``at_s`` and nothing came."""
        quiet_s = at_s - self._last_byte_at_s
        if quiet_s < self._idle_gap_s:
            return []
        outputs = self._drain(more_may_come=False)
        if self._end is CodeEnd.ANY:
            outputs += self._flush()
        elif quiet_s >= _LOST_END_S and (self._buffer or self._skipping):
            self._buffer = b""
            self._skipping = False
            outputs.append(Refused(Refusal.END_MISSING))
        return outputs

    def _drain(self, *, more_may_come: bool) -> list[Output]:
        """Cut off whole frames; an answer that has begun holds the line up only while ``more_may_come``."""
        outputs: list[Output] = []
        while self._buffer:
            answer = None if self._skipping else self._take_answer(self._buffer)
            if answer is not None and answer.length:
                outputs.append(Answered(answer.accepted))
                self._buffer = self._buffer[answer.length :]
                continue
            if answer is not None and more_may_come:
                break
            end = _END.search(self._buffer)
            if end is None:
                outputs += self._limit()
                break
            frame, self._buffer = self._buffer[: end.start()], self._buffer[end.end() :]
            outputs += self._frame(frame)
        return outputs

    def _frame(self, frame: bytes) -> list[Output]:
        if self._skipping:
            self._skipping = False
            return []
        if len(frame) > _MAX_FRAME_BYTES:
            return [Refused(Refusal.TOO_LONG)]
        # Between CR and LF, and after a scanner's own blank line, there is nothing.
        return [RawCode(frame)] if frame else []

    def _limit(self) -> list[Output]:
        """No end in sight: past the limit the rest of the frame is skipped, not stored."""
        if self._skipping:
            self._buffer = b""
        elif len(self._buffer) > _MAX_FRAME_BYTES:
            self._buffer = b""
            self._skipping = True
            return [Refused(Refusal.TOO_LONG)]
        return []

    def _flush(self) -> list[Output]:
        frame, self._buffer = self._buffer, b""
        return self._frame(frame)
