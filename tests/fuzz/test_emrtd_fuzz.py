"""Small counts of what the soak runs at length: hostile chips, data groups, certificates; every error has a name."""

from __future__ import annotations

from random import Random

from tests.helpers.emrtd_fuzz import KINDS, fuzz, mutated


def test_hostile_chips_and_files() -> None:
    figures = fuzz(seed=1, count=800)
    assert figures.cases == 800
    assert figures.slowest_s < 1.0
    # The cases are worth feeding: some are still good, and faults of every layer occur.
    assert figures.accepted > 150
    assert figures.refused > 300
    assert {"malformed_tlv", "document_malformed", "secure_messaging_broken", "card_refused"} <= figures.codes


def test_every_kind_of_case_runs() -> None:
    for kind in KINDS:
        outcomes = set()
        for number in range(5):
            try:
                kind(Random(f"kind/{number}"))
                outcomes.add("accepted")
            except Exception as error:
                outcomes.add(type(error).__module__.partition(".")[0])
        assert outcomes <= {"accepted", "drivers"}, kind.__name__


def test_cases_follow_from_their_seed() -> None:
    assert mutated(Random("1/7"), b"data" * 9) == mutated(Random("1/7"), b"data" * 9)
