"""One request, one answer: deadlines, late answers, garbled and unfinished ones. No port, no waiting."""

from __future__ import annotations

import threading

import pytest

from drivers.errors import DeadlineExceeded, PeerBrokeProtocol
from drivers.sdt.line import SdtLine, Timing
from drivers.sdt.protocol import PREAMBLE, Command, Status, request
from drivers.sdt.simulated_sam import answer_frame
from drivers.transport.null_modem import null_modem
from tests.helpers.sdt import Conversation, SteppingClock, a_card

FIND, SELECT, READ, NUMBER = (
    request(command) for command in (Command.FIND, Command.SELECT, Command.READ_TEXT_AND_PORTRAIT, Command.SAM_NUMBER)
)
FOUND = answer_frame(0x9F, bytes(4))
NONE = answer_frame(0x80)
SELECTED = answer_frame(0x90, bytes(8))
RECORD = answer_frame(0x90, a_card().record())
NUMBER_ANSWER = answer_frame(0x90, bytes(range(16)))

Steps = list[tuple[bytes, list[tuple[float, bytes]]]]


def line_with(steps: Steps) -> tuple[SdtLine, Conversation, SteppingClock]:
    clock = SteppingClock()
    conversation = Conversation(clock, steps)
    return SdtLine(conversation, clock=clock), conversation, clock


def test_answer_and_time_of_its_first_byte() -> None:
    line, conversation, clock = line_with([(READ, [(0.9, RECORD[:300]), (0.95, RECORD[300:])])])
    begun_s = clock()
    exchange = line.ask(Command.READ_TEXT_AND_PORTRAIT)
    assert exchange.answer.status == Status.DONE
    assert len(exchange.answer.payload) == 1284
    assert exchange.first_byte_at_s == pytest.approx(begun_s + 0.9)
    conversation.assert_finished()


class IntoBuffers(Conversation):
    """A conversation over a transport that reads into its caller's buffer."""

    def __init__(self, clock: SteppingClock, steps: Steps) -> None:
        super().__init__(clock, steps)
        self.given: list[bytearray] = []
        self.came = 0

    def read(self, timeout_s: float) -> bytes:
        raise AssertionError("leaves copies behind")

    def read_into(self, buffer: bytearray, timeout_s: float) -> int:
        data = super().read(timeout_s)
        buffer[: len(data)] = data
        self.given.append(buffer)
        self.came += len(data)
        return len(data)


def test_nothing_of_a_record_stays_in_the_buffer_it_came_through() -> None:
    clock = SteppingClock()
    transport = IntoBuffers(clock, [(READ, [(0.1, RECORD[:300]), (0.2, RECORD[300:])])])
    line = SdtLine(transport, clock=clock)
    answer = line.ask(Command.READ_TEXT_AND_PORTRAIT).answer
    assert bytes(answer.payload) == RECORD[10:-1]
    answer.wipe()
    assert not any(answer.payload)
    assert transport.came == len(RECORD)
    assert not any(any(buffer) for buffer in transport.given)


def test_byte_by_byte() -> None:
    drops = [(0.1 + n / 1000, FOUND[n : n + 1]) for n in range(len(FOUND))]
    line, _, _ = line_with([(FIND, drops)])
    assert line.ask(Command.FIND).answer.status == Status.CARD_FOUND


@pytest.mark.parametrize(
    ("command", "limit_s"),
    [(Command.FIND, 1.0), (Command.SELECT, 1.0), (Command.READ_TEXT_AND_PORTRAIT, 3.0)],
)
def test_silence_ends_at_the_limit(command: Command, limit_s: float) -> None:
    line, _, clock = line_with([(request(command), [])])
    begun_s = clock()
    with pytest.raises(DeadlineExceeded):
        line.ask(command)
    assert clock() - begun_s == pytest.approx(limit_s)


def test_unfinished_answer_ends_before_the_limit() -> None:
    line, _, clock = line_with([(READ, [(0.9, RECORD[:1000])])])
    begun_s = clock()
    with pytest.raises(DeadlineExceeded):
        line.ask(Command.READ_TEXT_AND_PORTRAIT)
    assert clock() - begun_s == pytest.approx(0.9 + Timing().silence_s)


def test_garbled_answer_ends_before_the_limit() -> None:
    garbled = bytearray(RECORD)
    garbled[700] ^= 1
    line, _, clock = line_with([(READ, [(0.9, bytes(garbled))])])
    begun_s = clock()
    with pytest.raises(PeerBrokeProtocol):
        line.ask(Command.READ_TEXT_AND_PORTRAIT)
    assert clock() - begun_s == pytest.approx(0.9 + Timing().silence_s)


def test_noise_before_a_slow_answer_does_not_shorten_the_wait() -> None:
    line, _, _ = line_with([(READ, [(0.0, b"\x00\xaa\xaa"), (2.5, RECORD)])])
    assert line.ask(Command.READ_TEXT_AND_PORTRAIT).answer.status == Status.DONE


def test_answer_hidden_behind_a_bogus_header_is_found() -> None:
    line, _, _ = line_with([(FIND, [(0.1, PREAMBLE + b"\x05\x08" + FOUND)])])
    assert line.ask(Command.FIND).answer.status == Status.CARD_FOUND


def test_what_arrived_before_the_request_is_flushed() -> None:
    """The vector old_answer_then_new: a find answered after its limit must not answer the next one."""
    line, conversation, clock = line_with([(FIND, [(0.1, FOUND), (0.3, NONE)]), (FIND, [(0.1, FOUND)])])
    assert line.ask(Command.FIND).answer.status == Status.CARD_FOUND
    clock.sleep(1.0)
    assert line.ask(Command.FIND).answer.status == Status.CARD_FOUND
    assert conversation.flushed == len(NONE)


@pytest.mark.parametrize("together", [True, False])
def test_late_answer_to_another_request_is_discarded(together: bool) -> None:
    late = [(0.1, FOUND + SELECTED)] if together else [(0.1, FOUND), (0.2, SELECTED)]
    line, _, clock = line_with([(SELECT, late)])
    begun_s = clock()
    exchange = line.ask(Command.SELECT)
    assert exchange.answer.status == Status.DONE
    assert exchange.first_byte_at_s - begun_s == pytest.approx(0.1 if together else 0.2)


def test_after_silence_the_line_is_put_in_step_first() -> None:
    """The find answered at 1.3 s comes while the SAM number is asked for, and is not taken for the next
    find.
    """
    line, conversation, _ = line_with(
        [
            (FIND, [(1.3, FOUND)]),
            (NUMBER, [(0.5, NUMBER_ANSWER)]),
            (FIND, [(0.1, NONE)]),
        ]
    )
    with pytest.raises(DeadlineExceeded):
        line.ask(Command.FIND)
    assert line.ask(Command.FIND).answer.status == Status.FIND_FAILED
    conversation.assert_finished()


def test_module_that_stays_silent_is_reported() -> None:
    line, conversation, _ = line_with([(FIND, []), (NUMBER, []), (NUMBER, [])])
    for _ in range(2):
        with pytest.raises(DeadlineExceeded):
            line.ask(Command.FIND)
    conversation.assert_finished()


def test_unknown_status_is_an_answer_to_anything() -> None:
    line, _, _ = line_with([(SELECT, [(0.1, answer_frame(0xA5))])])
    assert line.ask(Command.SELECT).answer.status == 0xA5


def test_over_a_null_modem_with_an_old_answer_waiting() -> None:
    here, there = null_modem()
    line = SdtLine(here)
    there.write(FOUND)

    def module() -> None:
        heard = b""
        while len(heard) < len(FIND):
            heard += there.read(1.0)
        there.write(NONE)

    thread = threading.Thread(target=module)
    thread.start()
    assert line.ask(Command.FIND).answer.status == Status.FIND_FAILED
    thread.join(5)
    line.close()
