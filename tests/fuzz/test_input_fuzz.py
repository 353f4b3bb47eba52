"""Rosters, settings files and ticket codes that nobody meant: values or faults come of them, never anything else."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config.event import TicketCode
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import parse_event
from kiosk.config.patterns import MOST_WAYS, ways
from tests.helpers.input_fuzz import fuzz_codes, fuzz_rosters, fuzz_settings, is_clear


def test_rosters() -> None:
    figures = fuzz_rosters(1, 1000)
    assert figures.inputs == 1000
    assert figures.accepted > 200
    assert figures.refused > 200


def test_settings_files() -> None:
    figures = fuzz_settings(2, 1000)
    assert (figures.inputs, figures.accepted > 50, figures.refused > 300) == (1000, True, True)


def test_ticket_codes() -> None:
    figures = fuzz_codes(3, 1000)
    assert (figures.inputs, figures.accepted > 100, figures.refused > 100) == (1000, True, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = " + "[" * 5000 + "]" * 5000, "is nested far too deeply to be a settings file"),
        ("a = " + "9" * 5000, "holds a number that is far too long"),
    ],
)
def test_what_the_reader_of_settings_gives_up_at(text: str, said: str) -> None:
    with pytest.raises(ConfigFaults) as raised:
        parse_event(text, "event.toml")
    assert [fault.problem for fault in raised.value.faults] == [said]


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        "(a|a)*b",
        "a*a*a*a*a*",
        "(?=a*)b",
        r"(a)\1",
        "[[:x:]]",
        "a{2}{3}",
        "a{99999999999}",
        "(?P<n>a)",
        "(" * 99,
    ],
)
def test_patterns_that_could_hold_a_gate_up_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"pattern|regular expression"):
        TicketCode(pattern=pattern)


@pytest.mark.parametrize(
    "pattern", [r"[0-9A-Za-z-]+", r"[A-Z]{3}-?\d+(?:-\d+)?", r"(?:PLN|ABC)-[0-9]{6}", r"[]a]+\.x", r"([0-9]{4}-?){4}"]
)
def test_patterns_of_real_tickets_are_taken(pattern: str) -> None:
    assert TicketCode(pattern=pattern).pattern == pattern


pieces = st.sampled_from(["a", "[ab]", r"\d", "(a|b)", "(?:ab)", "(?:a?b)", "."])
repetitions = st.sampled_from(["", "", "?", "*", "+", "{3}", "{2,5}", "{,9}", "+?"])


@given(st.lists(st.tuples(pieces, repetitions), min_size=1, max_size=18))
def test_a_pattern_that_is_taken_never_takes_a_second(parts: list[tuple[str, str]]) -> None:
    pattern = "".join(piece + repetition for piece, repetition in parts)
    if ways(pattern, 64) > MOST_WAYS:
        return
    check = TicketCode(pattern=pattern)
    begun_s = time.thread_time()
    for text in ("a" * 63 + "!", "ab" * 32, "a" * 64, "1" * 63 + "!"):
        check.fits(text)
    assert time.thread_time() - begun_s < 1.0


def test_a_sentence_is_clear_or_not() -> None:
    assert is_clear("must be a whole number")
    assert not any(map(is_clear, ("", "two\nlines", "x" * 401, "says canary7")))


def test_the_same_seed_repeats_a_run() -> None:
    assert (fuzz_codes(5, 50).accepted, fuzz_rosters(5, 50).accepted) == (
        fuzz_codes(5, 50).accepted,
        fuzz_rosters(5, 50).accepted,
    )
