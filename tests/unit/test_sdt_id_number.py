"""Numbers: one spelling, one arithmetic, no tables of places."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.port import DocumentKind
from drivers.sdt.id_number import (
    birth_digits,
    check_character,
    is_valid_number,
    normalise_number,
    parse_date,
)
from drivers.sdt.simulated_card import resident_number

RESIDENT = DocumentKind.RESIDENT
FOREIGN = DocumentKind.FOREIGN_PERMANENT_RESIDENT


def test_worked_example() -> None:
    assert check_character("99000119900101001") == "3"


@pytest.mark.parametrize(
    "typed",
    ["99000119510607009x", " 990001 19510607 009X ", "990001-19510607-009x", "９９０００１１９５１０６０７００９Ｘ"],
)
def test_spellings_of_one_number(typed: str) -> None:
    assert normalise_number(RESIDENT, typed) == "99000119510607009X"


def test_fillers_are_only_taken_from_passport_numbers() -> None:
    assert normalise_number(DocumentKind.PASSPORT, "l898902c<") == "L898902C"
    assert not is_valid_number(RESIDENT, normalise_number(RESIDENT, "99000119510607009X<"))


@given(birth=st.dates(date(1850, 1, 1), date(2199, 12, 31)), order=st.integers(0, 999))
def test_made_numbers_are_valid_and_carry_their_birth(birth: date, order: int) -> None:
    digits = f"{birth:%Y%m%d}"
    number = resident_number(digits, order)
    assert is_valid_number(RESIDENT, number)
    assert birth_digits(number) == digits


@given(at=st.integers(0, 17), other=st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_noticed(at: int, other: str) -> None:
    number = "990001199001010013"
    wrong = number[:at] + other + number[at + 1 :]
    assert is_valid_number(RESIDENT, wrong) is (wrong == number)


@pytest.mark.parametrize("kind", [RESIDENT, DocumentKind.HMT_RESIDENCE])
@pytest.mark.parametrize("number", ["", "UTO999999010199", "990001900101001", "99000119900101001\u0663"])
def test_not_eighteen_characters(kind: DocumentKind, number: str) -> None:
    assert not is_valid_number(kind, number)


def test_foreign_permanent_residents_have_two_forms() -> None:
    assert is_valid_number(FOREIGN, "UTO999999010199")
    assert is_valid_number(FOREIGN, "999999209403040089")
    assert not is_valid_number(FOREIGN, "UT0999999010199")
    assert birth_digits("UTO999999010199") is None


@pytest.mark.parametrize(
    ("number", "valid"), [("L898902C3", True), ("", False), ("A" * 25, False), ("Ä1", False), ("A 1", False)]
)
def test_other_documents_only_by_their_characters(number: str, valid: bool) -> None:
    assert is_valid_number(DocumentKind.PASSPORT, number) is valid


@pytest.mark.parametrize(
    "digits", ["20230229", "20231301", "00000000", "18491231", "22000101", "2023010", "２０２３０１０１"]
)
def test_dates_of_no_world(digits: str) -> None:
    assert parse_date(digits) is None
