"""One presentation is one scan."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drivers.barcode.repeats import RepeatFilter


def test_the_same_code_soon_again_is_the_same_presentation() -> None:
    repeats = RepeatFilter(3.0)
    assert [repeats.is_new("A", at_s) for at_s in (0.0, 0.5, 2.9)] == [True, False, False]


def test_a_phone_left_under_the_scanner_stays_one_presentation() -> None:
    repeats = RepeatFilter(3.0)
    assert [repeats.is_new("A", second * 0.8) for second in range(20)] == [True] + [False] * 19


def test_later_it_is_a_second_attempt() -> None:
    repeats = RepeatFilter(3.0)
    assert [repeats.is_new("A", at_s) for at_s in (0.0, 3.0)] == [True, True]


def test_two_codes_do_not_hide_each_other() -> None:
    repeats = RepeatFilter(3.0)
    assert [repeats.is_new(code, 1.0) for code in "ABAB"] == [True, True, False, False]


def test_zero_switches_the_filter_off() -> None:
    repeats = RepeatFilter(0.0)
    assert [repeats.is_new("A", 1.0), repeats.is_new("A", 1.0)] == [True, True]


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.floats(0, 5)), max_size=30))
def test_new_exactly_when_not_seen_within_the_span(sightings: list[tuple[str, float]]) -> None:
    repeats = RepeatFilter(3.0)
    now_s = 0.0
    last_s: dict[str, float] = {}
    for code, gap_s in sightings:
        now_s += gap_s
        expected = code not in last_s or now_s - last_s[code] >= 3.0
        assert repeats.is_new(code, now_s) is expected
        last_s[code] = now_s
