"""When a passage input has really become active."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drivers.gate.inputs import RisingEdge


def rises(levels: list[bool], every_s: float = 0.05, stable_s: float = 0.03) -> list[int]:
    edge = RisingEdge(stable_s)
    return [number for number, level in enumerate(levels) if edge.feed(level, number * every_s)]


def test_a_passage_is_seen_once_when_two_polls_agree() -> None:
    assert rises([False, True, True, True, False, False]) == [2]


def test_a_spike_of_one_poll_is_no_passage() -> None:
    assert rises([False, True, False, False]) == []


def test_an_input_active_from_the_start_is_no_passage() -> None:
    assert rises([True, True, True]) == []
    assert rises([True, False, False, True, True]) == [4]


def test_a_bouncing_release_is_not_a_second_passage() -> None:
    assert rises([False, True, True, False, True, True, True]) == [2]


def test_each_person_counts() -> None:
    assert rises([False, True, True, False, False] * 3) == [2, 7, 12]


@given(st.lists(st.booleans(), max_size=60))
def test_never_more_rises_than_runs_of_two(levels: list[bool]) -> None:
    runs = sum(levels[i - 1 : i + 2] == [False, True, True] for i in range(1, len(levels) - 1))
    assert len(rises(levels)) <= runs
