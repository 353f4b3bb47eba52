"""Where a code begins and ends on the line."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.barcode.framing import CodeEnd
from drivers.barcode.outputs import MAX_CODE_BYTES, Answered, RawCode, Refusal
from drivers.barcode.protocol import ScannerFamily, protocol_for
from tests.helpers.barcode import Cut, Feeder, byte_by_byte, whole

CUTS = pytest.mark.parametrize("cut", [whole, byte_by_byte])
GM65_ANSWER = bytes.fromhex("02000001003331")
NEWLAND_ANSWER = b"\x02\x010000#SCNTRG1\x06;\x03"
LINE_FAMILIES = [family for family in ScannerFamily if family is not ScannerFamily.ZEBRA_SSI]


def line(family: ScannerFamily = ScannerFamily.LINE, end: CodeEnd = CodeEnd.ANY) -> Feeder:
    return Feeder(protocol_for(family, end=end))


@CUTS
@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n"])
@pytest.mark.parametrize("family", LINE_FAMILIES)
def test_terminators_end_codes_at_once(family: ScannerFamily, ending: bytes, cut: Cut) -> None:
    feeder = line(family).feed(b"TICKET-1" + ending + b"TICKET-2" + ending, cut)
    assert feeder.codes == [b"TICKET-1", b"TICKET-2"]


@CUTS
def test_watched_silence_ends_a_code(cut: Cut) -> None:
    feeder = line().feed(b"TICKET-1", cut)
    assert feeder.wait(0.03).codes == []
    assert feeder.wait(0.02).codes == [b"TICKET-1"]
    assert feeder.wait(1).codes == [b"TICKET-1"]


def test_late_reading_is_not_silence() -> None:
    feeder = line().feed(b"TICK")
    feeder.now_s += 2.0  # the thread was busy; the bytes waited in the kernel
    assert feeder.feed(b"ET-1\r").codes == [b"TICKET-1"]


def test_silence_does_not_cut_where_a_terminator_is_sure_to_come() -> None:
    feeder = line(end=CodeEnd.TERMINATOR).feed(b"TICK").wait(0.2).feed(b"ET-1\r")
    assert feeder.codes == [b"TICKET-1"]


def test_a_lost_terminator_does_not_glue_two_codes() -> None:
    feeder = line(end=CodeEnd.TERMINATOR).feed(b"TICKET-1").wait(1.5).feed(b"TICKET-2\r")
    assert feeder.codes == [b"TICKET-2"]
    assert feeder.refusals == [Refusal.END_MISSING]


@CUTS
def test_the_longest_code_passes_and_one_more_byte_does_not(cut: Cut) -> None:
    longest = b"]Q1" + b"7" * MAX_CODE_BYTES
    assert line().feed(longest + b"\r", cut).codes == [longest]
    too_long = line().feed(longest + b"7\r" + b"NEXT\r", cut)
    assert too_long.codes == [b"NEXT"]
    assert too_long.refusals == [Refusal.TOO_LONG]


@pytest.mark.parametrize("end", CodeEnd)
def test_an_endless_code_is_skipped_not_stored(end: CodeEnd) -> None:
    feeder = line(end=end)
    for _ in range(50):
        feeder.feed(b"7" * 1000)
    assert feeder.refusals == [Refusal.TOO_LONG]
    assert feeder.wait(2.0).feed(b"NEXT\r").codes == [b"NEXT"]


@CUTS
def test_trigger_answers_before_the_code_are_not_tickets(cut: Cut) -> None:
    for family, answer in ((ScannerFamily.GM65, GM65_ANSWER), (ScannerFamily.NEWLAND, NEWLAND_ANSWER)):
        feeder = line(family).feed(answer + b"TICKET-1\r", cut)
        assert feeder.outputs == [Answered(True), RawCode(b"TICKET-1")]


@CUTS
@pytest.mark.parametrize(
    ("answer", "accepted"),
    [(b"ocrena1\x06!", True), (b"ocrena1\x05!", False), (b"ocrena1\x15.", False)],
)
def test_menu_answers_are_not_tickets(answer: bytes, accepted: bool, cut: Cut) -> None:
    feeder = line(ScannerFamily.HONEYWELL).feed(answer, cut).wait(0.1)
    assert Answered(accepted) in feeder.outputs
    assert b"ocrena1" not in feeder.codes


@pytest.mark.parametrize(("answer", "accepted"), [(b"\x15;\x03", False), (b"\x05;\x03", False), (b"\x06;\x03", True)])
def test_newland_refusals_are_told_apart(answer: bytes, accepted: bool) -> None:
    assert line(ScannerFamily.NEWLAND).feed(b"\x02\x010000#X" + answer).outputs == [Answered(accepted)]


@CUTS
def test_a_half_answer_does_not_hold_the_line(cut: Cut) -> None:
    for family, head in ((ScannerFamily.GM65, b"\x02\x00\x00\xff"), (ScannerFamily.NEWLAND, b"\x02\x010000")):
        feeder = line(family).feed(head, cut).wait(0.1).feed(b"TICKET-1\r", cut)
        assert feeder.codes[-1] == b"TICKET-1"


def test_an_answer_with_a_wrong_crc_never_yields_a_clean_ticket() -> None:
    feeder = line(ScannerFamily.GM65).feed(GM65_ANSWER[:-1] + b"\x00" + b"TICKET-1\rTICKET-2\r")
    assert feeder.codes[1:] == [b"TICKET-2"]
    assert feeder.codes[0].startswith(b"\x02")


@given(
    codes=st.lists(st.binary(min_size=1, max_size=40).filter(lambda c: not set(c) & set(b"\r\n")), max_size=5),
    ending=st.sampled_from([b"\r", b"\n", b"\r\n"]),
    cuts=st.lists(st.integers(0, 250), max_size=6),
)
def test_any_codes_come_back_however_the_stream_is_cut(codes: list[bytes], ending: bytes, cuts: list[int]) -> None:
    stream = b"".join(code + ending for code in codes)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    feeder = line().feed(stream, lambda data: [data[a:b] for a, b in itertools.pairwise(edges)])
    assert feeder.codes == codes
