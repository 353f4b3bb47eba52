"""A line to a board that speaks only when asked: one question at a time, asked again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from drivers.deadline import Deadline, MonotonicClock
from drivers.errors import DeadlineExceeded
from drivers.transport.base import Transport

__all__ = ["PolledLine"]

AnswerT = TypeVar("AnswerT")

ANSWER_WITHIN_S = 0.3
LONGEST_WAIT_S = 0.1
_LONGEST_BUFFER = 512
_MISSES_TO_LOSE = 3


class PolledLine:
    """One opened port. ``quiet_s``: silence the board wants before each question; ``poll_s``: between two
    polls. ``pause`` waits (seconds), ``clock`` counts monotonic seconds. One thread.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        quiet_s: float,
        poll_s: float,
        clock: MonotonicClock,
        pause: Callable[[float], None],
    ) -> None:
        self._transport = transport
        self._quiet_s = quiet_s
        self._poll_s = poll_s
        self._clock = clock
        self._pause = pause
        self._next_poll_s = clock()
        self._misses = 0

    def ask(self, question: bytes, find: Callable[[bytes], AnswerT | None], step: str) -> AnswerT:
        """Send ``question`` and hand everything that arrives to ``find`` until it returns the answer.

        Raises DeadlineExceeded after 0.3 s, TransportLost, and whatever ``find`` raises.
        """
        self._transport.flush_input()
        self._transport.read(self._quiet_s)
        self._transport.write(question)
        deadline = Deadline.after(ANSWER_WITHIN_S, self._clock)
        arrived = b""
        while True:
            answer = find(arrived)
            if answer is not None:
                return answer
            if deadline.expired() or len(arrived) > _LONGEST_BUFFER:
                raise DeadlineExceeded(step)
            arrived += self._transport.read(deadline.remaining_s())

    def poll(self, look: Callable[[], None]) -> None:
        """Call ``look`` when it is due, else wait at most 0.1 s. The third unanswered one in a row is
        raised.
        """
        wait_s = self._next_poll_s - self._clock()
        if wait_s > 0:
            self._pause(min(wait_s, LONGEST_WAIT_S))
            if wait_s > LONGEST_WAIT_S:
                return
        self._next_poll_s = self._clock() + self._poll_s
        try:
            look()
        except DeadlineExceeded:
            self._misses += 1
            if self._misses >= _MISSES_TO_LOSE:
                raise
        else:
            self._misses = 0

    def close(self) -> None:
        self._transport.close()
