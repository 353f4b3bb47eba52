"""Machine-readable zones: sizes, check digits with the place of the error, long numbers, dates."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drivers.mrz.check_digits import ALPHABET, check_digit
from drivers.mrz.dates import expiry_date, is_possible, latest_birth_date
from drivers.mrz.entry import EntryFault, EntryRejected, key_of, typed_can, typed_key
from drivers.mrz.layout import LAYOUTS, Field, MrzFormat
from drivers.mrz.parse import FaultKind, MrzRejected, format_of, parse
from tests.helpers.mrz import SPECIMENS, TD1, TD1_LONG, TD2, TD3, made_up_td3

TODAY = date(2026, 5, 1)


def changed(lines: tuple[str, ...], line: int, place: int, character: str) -> tuple[str, ...]:
    text = lines[line]
    return (*lines[:line], text[:place] + character + text[place + 1 :], *lines[line + 1 :])


@pytest.mark.parametrize("lines", SPECIMENS.values(), ids=SPECIMENS)
def test_specimens_are_taken(lines: tuple[str, ...]) -> None:
    mrz = parse(lines)
    assert mrz.issuing_state == "UTO"
    assert mrz.put_right == 0
    assert mrz.format.value == {44: "TD3", 36: "TD2", 30: "TD1"}[len(lines[0])]


def test_what_a_passport_says() -> None:
    mrz = parse(TD3)
    assert (mrz.document_code, mrz.document_number) == ("P", "L898902C3")
    assert (mrz.birth_date, mrz.expiry_date) == ("740812", "120415")
    assert (mrz.primary_identifier, mrz.secondary_identifier) == ("ERIKSSON", "ANNA MARIA")


def test_a_number_longer_than_nine_goes_on_in_the_optional_field() -> None:
    assert parse(TD1_LONG).document_number == "D23145890734"
    with pytest.raises(MrzRejected) as rejected:
        parse(changed(TD1_LONG, 0, 16, "9"))
    assert Field.DOCUMENT_NUMBER in {fault.field for fault in rejected.value.faults}


@pytest.mark.parametrize("lines", SPECIMENS.values(), ids=SPECIMENS)
def test_no_changed_figure_passes_and_the_fault_names_its_field(lines: tuple[str, ...]) -> None:
    layout = LAYOUTS[parse(lines).format]
    for field in (Field.BIRTH_DATE, Field.EXPIRY_DATE):
        place = layout.place(field)
        for at in range(place.start, place.end):
            figure = str((int(lines[place.line][at]) + 1) % 10)
            with pytest.raises(MrzRejected) as rejected:
                parse(changed(lines, place.line, at, figure))
            assert field in {fault.field for fault in rejected.value.faults}


def test_the_place_of_the_error() -> None:
    with pytest.raises(MrzRejected) as rejected:
        parse(changed(TD3, 1, 9, "7"))
    number = rejected.value.faults[0]
    assert (number.kind, number.line, number.start, number.end) == (FaultKind.CHECK_DIGIT, 1, 9, 10)
    assert "line 2, character 10" in str(rejected.value)
    assert "L898902C" not in str(rejected.value)


def test_only_the_composite_digit_sees_a_slip_in_a_cards_optional_data() -> None:
    with pytest.raises(MrzRejected) as rejected:
        parse(changed(TD2, 1, 30, "7"))
    assert [fault.field for fault in rejected.value.faults] == [Field.COMPOSITE]


def test_what_optical_readers_mix_up_is_put_right_where_the_alphabet_decides() -> None:
    muddled = changed(TD3, 1, 16, "B")  # the birth date's 8
    muddled = changed(muddled, 0, 7, "1")  # the name's I
    mrz = parse(muddled)
    assert mrz.birth_date == "740812"
    assert mrz.primary_identifier == "ERIKSSON"
    assert mrz.put_right == 2


def test_a_document_number_is_never_put_right() -> None:
    assert check_digit("L8989O2C3") != "6"
    with pytest.raises(MrzRejected):
        parse(changed(TD3, 1, 5, "O"))


def test_an_empty_optional_field_may_have_filler_as_its_digit() -> None:
    body = "L898902C36UTO7408122F1204159" + "<" * 14
    for digit in "0<":
        line = body + digit
        composite = check_digit(line[:10] + line[13:20] + line[21:43])
        assert parse((TD3[0], line + composite)).document_number == "L898902C3"


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ((), FaultKind.SIZE),
        (("P<UTO",), FaultKind.SIZE),
        ((TD3[0], TD3[1][:-1]), FaultKind.SIZE),
        ((TD1[0], TD1[1]), FaultKind.SIZE),
        (("V" + TD3[0][1:], TD3[1]), FaultKind.VISA),
        ((TD3[0].lower(), TD3[1]), FaultKind.ALPHABET),
        ((TD3[0], "<" * 44), FaultKind.EMPTY),
    ],
)
def test_what_is_no_zone_is_named(lines: tuple[str, ...], kind: FaultKind) -> None:
    with pytest.raises(MrzRejected) as rejected:
        parse(lines)
    assert kind in {fault.kind for fault in rejected.value.faults}


def test_no_repr_shows_the_holder() -> None:
    mrz = parse(TD3)
    shown = repr(mrz) + repr(key_of(mrz))
    assert not any(text in shown for text in ("ERIKSSON", "ANNA", "L898902C3", "740812", "120415"))


@given(st.lists(st.text(alphabet=sorted(ALPHABET), min_size=30, max_size=44), max_size=4))
def test_any_lines_are_taken_or_refused_with_places_inside_them(lines: list[str]) -> None:
    try:
        mrz = parse(lines)
    except MrzRejected as rejected:
        for fault in rejected.faults:
            assert fault.end <= max((len(line) for line in lines), default=0) or fault.field is None
    else:
        assert format_of(lines) is mrz.format


@given(st.integers(), st.integers(0, 43), st.sampled_from(sorted(ALPHABET)))
def test_one_changed_character_of_a_number_or_date_never_gives_another_document(
    seed: int, place: int, character: str
) -> None:
    lines = made_up_td3(random.Random(seed))
    good = parse(lines)
    assume(check_digit(character) != check_digit(lines[1][place]))  # 0, A, K and U weigh the same
    try:
        other = parse(changed(lines, 1, place, character))
    except MrzRejected:
        return
    assert (other.document_number, other.birth_date, other.expiry_date) == (
        good.document_number,
        good.birth_date,
        good.expiry_date,
    )


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        ("740812", date(1974, 8, 12)),
        ("250812", date(2025, 8, 12)),
        ("260502", date(1926, 5, 2)),
        ("260501", date(2026, 5, 1)),
        ("2605<<", date(2026, 5, 1)),
        ("26<<<<", date(2026, 5, 1)),
        ("12<<<<", date(2012, 12, 31)),
        ("000229", date(2000, 2, 29)),
        ("010229", None),
        ("<<0812", None),
        ("741312", None),
        ("7408", None),
    ],
)
def test_birth_dates_lie_in_the_past_and_unknown_parts_as_late_as_they_can(text: str, latest: date | None) -> None:
    assert latest_birth_date(text, TODAY) == latest


def test_expiry_dates() -> None:
    assert expiry_date("311231") == date(2031, 12, 31)
    assert expiry_date("3102<<") == date(2031, 2, 28)
    assert expiry_date("<<<<<<") is None
    assert not is_possible("310431")


def test_typed_fields() -> None:
    key = typed_key("l898 902-c3", "74 08 12", "12.04.15")
    assert (key.document_number, key.birth_date, key.expiry_date) == ("L898902C3", "740812", "120415")
    assert typed_can(" 123 456").digits == "123456"
    with pytest.raises(EntryRejected) as rejected:
        typed_key("", "741312", "12041")
    assert rejected.value.faults == (EntryFault.DOCUMENT_NUMBER, EntryFault.BIRTH_DATE, EntryFault.EXPIRY_DATE)
    for bad in ("12345", "1234567", "12345a"):
        with pytest.raises(EntryRejected):
            typed_can(bad)


def test_every_size_has_its_checks_inside_its_lines() -> None:
    for size in MrzFormat:
        layout = LAYOUTS[size]
        for check in layout.checks:
            for place in (check.digit, *check.over):
                assert 0 <= place.start < place.end <= layout.columns
                assert place.line < layout.lines
