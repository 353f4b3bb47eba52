"""Frames: however the bytes arrive, the same answers come out, and nothing else."""

from __future__ import annotations

from functools import reduce
from operator import xor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.sdt.protocol import (
    MOST_PLAIN_BYTES,
    PREAMBLE,
    Answer,
    AnswerReceiver,
    Command,
    FrameFault,
    Status,
    request,
    status_text,
)
from drivers.sdt.simulated_sam import answer_frame
from drivers.sensitive_memory import sensitive_count

FIND_OK = answer_frame(0x9F, bytes(4))
NO_CARD = answer_frame(0x80)


def answers_of(found: list[Answer | FrameFault]) -> list[tuple[int, bytes]]:
    return [(item.status, bytes(item.payload)) for item in found if isinstance(item, Answer)]


def faults_of(found: list[Answer | FrameFault]) -> list[FrameFault]:
    return [item for item in found if isinstance(item, FrameFault)]


def received(stream: bytes, chunk: int = 1 << 20) -> list[Answer | FrameFault]:
    receiver = AnswerReceiver()
    found: list[Answer | FrameFault] = []
    for start in range(0, len(stream), chunk):
        found += receiver.feed(stream[start : start + chunk])
    return found + receiver.give_up()


def test_request_is_preamble_length_command_and_checksum() -> None:
    assert request(Command.FIND).hex(" ") == "aa aa aa 96 69 00 03 20 01 22"
    assert request(Command.LIMIT_RF_FRAME, b"\x50").hex(" ") == "aa aa aa 96 69 00 04 61 ff 50 ca"


@pytest.mark.parametrize("chunk", [1, 2, 7, 64, 1000])
def test_chunks_do_not_matter(chunk: int) -> None:
    stream = FIND_OK + answer_frame(0x90, bytes(range(256)) * 5) + NO_CARD
    assert answers_of(received(stream, chunk)) == [
        (0x9F, bytes(4)),
        (0x90, bytes(range(256)) * 5),
        (0x80, b""),
    ]


def test_trailing_bytes_are_left_for_the_next_frame() -> None:
    receiver = AnswerReceiver()
    assert answers_of(receiver.feed(FIND_OK + NO_CARD[:6])) == [(0x9F, bytes(4))]
    assert receiver.pending == 6
    assert answers_of(receiver.feed(NO_CARD[6:])) == [(0x80, b"")]


@pytest.mark.parametrize("extra", [1, 2, 3, 4, 50])
def test_extra_aa_before_the_preamble_loses_nothing(extra: int) -> None:
    assert answers_of(received(b"\xaa" * extra + FIND_OK, chunk=1)) == [(0x9F, bytes(4))]


def test_header_that_promises_too_much_is_undone_at_the_deadline() -> None:
    bogus = PREAMBLE + bytes.fromhex("0508")
    receiver = AnswerReceiver()
    assert answers_of(receiver.feed(bogus + FIND_OK + NO_CARD)) == []
    assert answers_of(receiver.give_up()) == [(0x9F, bytes(4)), (0x80, b"")]
    assert receiver.pending == 0


@pytest.mark.parametrize(("length", "counts"), [(3, False), (4, True), (4096, True), (4097, False)])
def test_length_limits(length: int, counts: bool) -> None:
    body = length.to_bytes(2, "big") + bytes(length - 1)
    found = received(PREAMBLE + body + bytes([reduce(xor, body)]))
    assert bool(answers_of(found)) is counts
    assert (FrameFault.BAD_LENGTH in faults_of(found)) is not counts


def test_memory_is_bounded_whatever_comes() -> None:
    receiver = AnswerReceiver()
    for _ in range(50):
        receiver.feed(b"\xaa" * 9000 + PREAMBLE + b"\x0f\xff" + bytes(300))
        assert receiver.pending <= AnswerReceiver.CAPACITY


def test_what_was_given_out_is_overwritten_inside() -> None:
    receiver = AnswerReceiver()
    receiver.feed(answer_frame(0x90, b"personal" * 20) + NO_CARD[:5])
    assert b"personal" not in bytes(receiver._buffer)
    receiver.feed(NO_CARD[5:])
    assert not any(receiver._buffer)


def test_only_what_can_be_a_record_has_memory_of_its_own() -> None:
    """Whoever polls *find* ten times a second maps and locks no page for it."""
    receiver, before = AnswerReceiver(), sensitive_count().living.get("answer", 0)
    for size in (0, 4, 8, MOST_PLAIN_BYTES, MOST_PLAIN_BYTES + 1, 1280):
        [answer] = receiver.feed(answer_frame(Status.DONE, bytes(size)))
        assert isinstance(answer, Answer)
        living = sensitive_count().living.get("answer", 0) - before
        assert living == (1 if size > MOST_PLAIN_BYTES else 0)
        answer.wipe()
        assert not any(answer.payload)
        assert len(answer.payload) == size
    assert sensitive_count().living.get("answer", 0) == before


def test_answer_does_not_show_its_payload() -> None:
    (answer,) = AnswerReceiver().feed(answer_frame(0x90, "测试甲".encode("utf-16-le")))
    assert "content" not in repr(answer)


def test_unknown_status_stays_a_number() -> None:
    (answer,) = AnswerReceiver().feed(answer_frame(0xA5))
    assert isinstance(answer, Answer)
    assert answer.status == 0xA5
    assert status_text(0xA5) == "A5"
    assert status_text(Status.READ_FAILED) == "41 READ_FAILED"


@given(data=st.binary(max_size=600), status=st.integers(0, 255), chunk=st.integers(1, 50))
def test_any_answer_comes_through(data: bytes, status: int, chunk: int) -> None:
    assert answers_of(received(answer_frame(status, data), chunk)) == [(status, data)]


@given(
    noise=st.binary(max_size=60).filter(lambda noise: PREAMBLE not in noise),
    data=st.binary(max_size=40),
    chunk=st.integers(1, 20),
)
def test_answer_behind_noise_is_found(noise: bytes, data: bytes, chunk: int) -> None:
    assert answers_of(received(noise + answer_frame(0x90, data), chunk)) == [(0x90, data)]


@given(at=st.integers(5, 13), bit=st.integers(0, 7))
def test_one_flipped_bit_never_gives_the_answer(at: int, bit: int) -> None:
    broken = bytearray(FIND_OK)
    broken[at] ^= 1 << bit
    found = received(bytes(broken) + NO_CARD)
    assert answers_of(found) == [(0x80, b"")]
    assert faults_of(found)
