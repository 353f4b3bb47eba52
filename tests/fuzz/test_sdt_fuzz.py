"""Small counts of what the soak runs at length: no crash, no hang, no wrong record, no good frame missed."""

from __future__ import annotations

from random import Random

from drivers.sdt.protocol import PREAMBLE
from drivers.sdt.simulated_card import SimulatedCard, resident_number
from drivers.sdt.simulated_sam import answer_frame
from tests.helpers.sdt_fuzz import frames_in, fuzz_core, fuzz_pty, random_stream, record_counts


def test_core() -> None:
    report = fuzz_core(seed=1, count=3000)
    assert report.streams == 3000
    assert report.slowest_s < 1.0
    # The streams are worth feeding: many hold answers, and records of both kinds occur.
    assert report.answers > 3000
    assert report.records_accepted > 300
    assert report.records_rejected > 100
    # A bogus frame may swallow the sentinel by an accidental checksum, once in some hundred streams with bogus headers.
    assert report.sentinels_found > 2970


def test_over_a_pseudo_terminal() -> None:
    report = fuzz_pty(seed=2, count=30)
    assert report.streams == 30
    assert report.answers > 5
    assert report.slowest_s < 1.0


def test_worst_case_for_the_scan_stays_quick() -> None:
    """Nothing but headers, each of which promises 4,096 bytes and fails its checksum."""
    from tests.helpers.sdt_fuzz import _received

    stream = (PREAMBLE + b"\x0f\xff\x01") * 1000
    assert list(_received(Random(0), stream)) == frames_in(stream)


def test_streams_follow_from_their_seed() -> None:
    assert random_stream(Random("1/7")) == random_stream(Random("1/7"))


def test_the_independent_reading_knows_a_good_record_and_a_bad_one() -> None:
    record = SimulatedCard.resident("测试甲", resident_number("19900101", 1)).record()
    assert record_counts(record)
    assert not record_counts(record.replace("990001".encode("utf-16-le"), "990002".encode("utf-16-le")))
    assert not record_counts(record[:-1])
    assert frames_in(b"\xaa" + answer_frame(0x90, record)) == [(0x90, record)]
