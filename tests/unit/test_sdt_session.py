"""The conversation with a reader, step by step, without a port; the session vectors from the driver's side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from drivers.port import (
    DocumentEvent,
    DocumentPresented,
    DocumentRemoved,
    IdentityRead,
    PortraitRead,
    ReadFailed,
    ReadFailure,
)
from drivers.sdt.line import Exchange, SdtLine
from drivers.sdt.protocol import Command, request
from drivers.sdt.session import SdtSession
from drivers.sdt.simulated_sam import answer_frame
from drivers.sdt.startup import await_status, limit_rf_frame, read_sam_number
from drivers.secret import SensitiveBytes
from tests.helpers.sdt import RULES, Conversation, SteppingClock, a_card, vectors

SESSIONS: dict[str, list[dict[str, Any]]] = {
    session["name"]: session["steps"] for session in vectors("sessions")["sessions"]
}
FIND, SELECT, READ = (request(command) for command in (Command.FIND, Command.SELECT, Command.READ_TEXT_AND_PORTRAIT))
NUMBER = request(Command.SAM_NUMBER)
FOUND, NONE = answer_frame(0x9F, bytes(4)), answer_frame(0x80)
SELECTED = answer_frame(0x90, bytes(8))
RECORD = answer_frame(0x90, a_card().record())

Step = tuple[bytes, list[tuple[float, bytes]]]


def steps_of(name: str, count: int | None = None) -> list[Step]:
    """A session vector as a conversation: its first ``count`` requests with their answers and delays."""
    steps = SESSIONS[name]
    pairs = list(zip(steps[::2], steps[1::2], strict=True))[:count]
    return [
        (bytes.fromhex(host["hex"]), [(reader["delay_ms"] / 1000, bytes.fromhex(reader["hex"]))])
        for host, reader in pairs
    ]


def at_once(*pairs: tuple[bytes, bytes]) -> list[Step]:
    return [(asked, [(0.05, answered)]) for asked, answered in pairs]


class RecordingLine(SdtLine):
    """Keeps the buffers of the answers it gave out, to look at them afterwards."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.contents: list[bytes | SensitiveBytes] = []

    def ask(self, command: Command, data: bytes = b"") -> Exchange:
        exchange = super().ask(command, data)
        self.contents.append(exchange.answer.content)
        return exchange


@dataclass
class Visit:
    """One session on one conversation."""

    steps: list[Step]
    clock: SteppingClock = field(default_factory=SteppingClock)
    events: list[DocumentEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.conversation = Conversation(self.clock, self.steps)
        self.line = RecordingLine(self.conversation, clock=self.clock)
        self.session = SdtSession(self.line, lambda: RULES, clock=self.clock, pause=self.clock.sleep)

    def serve(self, times: int) -> list[type[DocumentEvent]]:
        for _ in range(times):
            self.session.serve(self.events.append)
        self.conversation.assert_finished()
        return [type(event) for event in self.events]


def test_start_up_session() -> None:
    clock = SteppingClock()
    conversation = Conversation(clock, steps_of("start_up"))
    line = SdtLine(conversation, clock=clock)
    await_status(line)
    assert read_sam_number(line) == "05.03-20990101-0000000001-1234567890"
    limit_rf_frame(line, 0x50)
    conversation.assert_finished()


@pytest.mark.parametrize("name", ["no_card", "foreign_card_in_field"])
def test_sessions_without_a_card(name: str) -> None:
    assert Visit(steps_of(name)).serve(1) == []


def test_normal_read_session() -> None:
    visit = Visit(steps_of("normal_read"))
    assert visit.serve(3) == [DocumentPresented, IdentityRead, PortraitRead]
    _, identity, portrait = visit.events
    assert isinstance(identity, IdentityRead)
    assert isinstance(portrait, PortraitRead)
    assert identity.name.reveal() == "测试甲"
    assert portrait.at_s - 1000.0 == pytest.approx(0.12 + 0.08 + 0.9)
    assert identity.first_byte_at_s == pytest.approx(portrait.at_s)


@pytest.mark.parametrize("name", ["card_left_on_reader_latching", "card_left_no_append_address", "card_gone"])
def test_a_card_left_on_the_reader_is_asked_for_by_find_alone(name: str) -> None:
    """The vectors go on to ask for the newest address; the product does not. Two failed finds are the removal."""
    visit = Visit([*steps_of("normal_read"), *steps_of(name, count=1), *steps_of(name, count=1)])
    assert visit.serve(5)[3:] == [DocumentRemoved]


@pytest.mark.parametrize(("name", "status"), [("removed_between_find_and_select", 0x81), ("removed_during_read", 0x41)])
def test_removal_sessions(name: str, status: int) -> None:
    steps = steps_of(name)
    visit = Visit([*steps, *steps_of("no_card")])
    assert visit.serve(len(steps)) == [DocumentPresented, ReadFailed, DocumentRemoved]
    assert visit.events[1] == ReadFailed(ReadFailure.LIFTED, status)


@pytest.mark.parametrize(
    ("answer", "served"),
    [(RECORD, 1), (answer_frame(0x90, a_card().record()[:-1]), 2), (answer_frame(0x90, bytes(1284)), 2)],
    ids=["good", "short", "blank"],
)
def test_record_buffers_are_overwritten_whatever_becomes_of_them(answer: bytes, served: int) -> None:
    visit = Visit(at_once((FIND, FOUND), (SELECT, SELECTED), *[(READ, answer)] * served))
    visit.serve(2 + served)
    records = [each for each in visit.line.contents[2:] if isinstance(each, SensitiveBytes)]
    assert len(records) == served
    assert all(record.wiped for record in records)


def test_buffers_are_overwritten_when_tokenising_fails() -> None:
    visit = Visit(at_once((FIND, FOUND), (SELECT, SELECTED), (READ, RECORD)))

    def no_key(*_: object) -> Any:
        raise RuntimeError("the event's key is gone")

    visit.session = SdtSession(
        visit.line,
        lambda: type(RULES)(RULES.event_day, no_key),
        clock=visit.clock,
        pause=visit.clock.sleep,
    )
    with pytest.raises(RuntimeError):
        visit.serve(3)
    record = visit.line.contents[2]
    assert isinstance(record, SensitiveBytes)
    assert record.wiped


def test_a_card_put_down_slowly_is_selected_in_the_end() -> None:
    refused = (SELECT, answer_frame(0x81))
    visit = Visit(
        at_once((FIND, FOUND), refused, (FIND, FOUND), refused, (FIND, FOUND), (SELECT, SELECTED), (READ, RECORD))
    )
    assert visit.serve(5) == [DocumentPresented, IdentityRead, PortraitRead]


def test_a_card_that_is_no_document_is_said_once() -> None:
    unknown = (SELECT, answer_frame(0x40))
    visit = Visit(
        at_once((FIND, FOUND), unknown, (FIND, FOUND), unknown, (FIND, FOUND), unknown, (FIND, FOUND), (FIND, FOUND))
    )
    assert visit.serve(5) == [DocumentPresented, ReadFailed]
    assert visit.events[1] == ReadFailed(ReadFailure.NOT_A_DOCUMENT, 0x40)


def test_one_missed_find_is_not_a_removal() -> None:
    read = at_once((FIND, FOUND), (SELECT, SELECTED), (READ, RECORD))
    visit = Visit([*read, *at_once((FIND, NONE), (FIND, FOUND), (FIND, NONE), (FIND, FOUND))])
    assert DocumentRemoved not in visit.serve(7)


def test_a_record_without_a_portrait_still_identifies() -> None:
    record = a_card().record()
    without = record[:2] + bytes(2) + record[4:260]
    visit = Visit(at_once((FIND, FOUND), (SELECT, SELECTED), (READ, answer_frame(0x90, without))))
    assert visit.serve(3) == [DocumentPresented, IdentityRead]


def test_finds_are_paced() -> None:
    visit = Visit(at_once(*[(FIND, NONE)] * 10))
    visit.serve(10)
    assert visit.clock() - 1000.0 == pytest.approx(10 * 0.05 + 9 * 0.1)


def test_silence_in_a_read_gives_the_card_up_and_puts_the_line_in_step() -> None:
    silent: list[Step] = [(READ, [])]
    number = (NUMBER, answer_frame(0x90, bytes(16)))
    visit = Visit([*at_once((FIND, FOUND), (SELECT, SELECTED)), *silent, *at_once(number, (FIND, FOUND))])
    assert visit.serve(4) == [DocumentPresented, ReadFailed]
    assert visit.events[1] == ReadFailed(ReadFailure.TIMED_OUT)
