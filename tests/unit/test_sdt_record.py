"""What leaves the parser, and what must not."""

from __future__ import annotations

import gc
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.holder import old_enough
from drivers.port import DocumentKind, DocumentValidity, IdentityRead
from drivers.sdt.layout import LAYOUTS, TEXT_BYTES, CardType
from drivers.sdt.record import (
    Defect,
    RecordRejected,
    mask_name,
    parse,
    portrait_plausible,
    split,
)
from drivers.sdt.simulated_card import SimulatedCard, encode_text, filler_portrait, resident_number
from drivers.secret import SensitiveBytes
from tests.helpers.sdt import RULES, a_card, plain_token


def text_of(card: SimulatedCard) -> memoryview:
    return split(memoryview(card.record()))[0]


def changed(**changes: str) -> SimulatedCard:
    card = a_card()
    return replace(card, fields={**card.fields, **changes})


def parsed(card: SimulatedCard, day: date = RULES.event_day) -> IdentityRead:
    return parse(text_of(card), replace(RULES, event_day=day), 0.0)


def defect_of(card: SimulatedCard) -> Defect:
    with pytest.raises(RecordRejected) as rejected:
        parsed(card)
    return rejected.value.defect


# How age is decided, R-14


@pytest.mark.requirement("R-14")
@pytest.mark.parametrize(
    ("birth", "day", "ok"),
    [
        ("20120501", date(2026, 4, 30), False),
        ("20120501", date(2026, 5, 1), False),
        ("20120501", date(2026, 5, 2), True),
        ("20120229", date(2026, 2, 28), False),
        ("20120229", date(2026, 3, 1), False),
        ("20120229", date(2026, 3, 2), True),
        ("20121231", date(2026, 12, 31), False),
        ("20121231", date(2027, 1, 1), True),
        ("19000101", date(2026, 5, 1), True),
    ],
)
def test_old_enough_only_from_the_day_after_the_birthday(birth: str, day: date, ok: bool) -> None:
    card = SimulatedCard.resident("测试甲", resident_number(birth, 1))
    assert parsed(card, day).age_ok is ok


def test_leap_day_in_a_leap_year_is_itself() -> None:
    born = date(2012, 2, 29)
    assert not old_enough(born, date(2028, 2, 29), 16)
    assert old_enough(born, date(2028, 3, 1), 16)


# Validity


@pytest.mark.parametrize(
    ("day", "validity"),
    [
        (date(2019, 12, 31), DocumentValidity.NOT_YET_VALID),
        (date(2020, 1, 1), DocumentValidity.VALID),
        (date(2030, 1, 1), DocumentValidity.VALID),
        (date(2030, 1, 2), DocumentValidity.EXPIRED),
    ],
)
def test_validity_includes_both_days(day: date, validity: DocumentValidity) -> None:
    assert parsed(changed(valid_from="20200101", valid_to="20300101"), day).validity is validity


def test_long_term_cards_do_not_expire() -> None:
    assert parsed(changed(valid_to="长期"), date(2150, 1, 1)).validity is DocumentValidity.VALID


# Records that do not count


def test_number_with_wrong_check_character() -> None:
    assert defect_of(changed(id_number="990001199001010010")) is Defect.NUMBER


def test_lower_case_x_is_the_same_number() -> None:
    upper = changed(id_number="99000119510607009X", birth="19510607")
    lower = changed(id_number="99000119510607009x", birth="19510607")
    assert parsed(upper).token == parsed(lower).token


@pytest.mark.parametrize("digit", ["\u00b9", "\uff11", "\u0661"])
def test_a_digit_that_only_looks_like_one_makes_no_number(digit: str) -> None:
    number = a_card().fields["id_number"]
    assert defect_of(changed(id_number=number.replace("1", digit, 1))) is Defect.NUMBER


def test_birth_field_and_number_must_agree() -> None:
    assert defect_of(changed(birth="19900102")) is Defect.BIRTH_DISAGREES


@pytest.mark.parametrize(
    "dates",
    [
        {"birth": ""},
        {"valid_from": ""},
        {"valid_to": "2030010"},
        {"valid_to": "永远"},
        {"valid_from": "20300101", "valid_to": "20200101"},
    ],
)
def test_dates_must_be_dates(dates: dict[str, str]) -> None:
    assert defect_of(changed(**dates)) is Defect.DATES


def test_card_without_a_name() -> None:
    assert defect_of(changed(name="")) is Defect.NAME


def test_unknown_type_mark() -> None:
    block = bytearray(encode_text(CardType.RESIDENT, a_card().fields))
    block[248:250] = "Q".encode("utf-16-le")
    with pytest.raises(RecordRejected) as rejected:
        parse(memoryview(block), RULES, 0.0)
    assert rejected.value.defect is Defect.UNKNOWN_TYPE


def test_padding_with_nul_is_padding_too() -> None:
    block = encode_text(CardType.RESIDENT, a_card().fields).replace(b" \0", b"\0\0")
    assert parse(memoryview(block), RULES, 0.0).token == parsed(a_card()).token


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x01\x00\x04",
        bytes.fromhex("01000400") + bytes(1279),
        bytes.fromhex("01000400") + bytes(1281),
        bytes.fromhex("00FF0400") + bytes(1279),
        bytes.fromhex("0100FFFF") + bytes(256),
        bytes.fromhex("010004000200") + bytes(256 + 1024 + 512),
    ],
)
def test_lengths_must_add_up(payload: bytes) -> None:
    with pytest.raises(RecordRejected):
        split(memoryview(payload))


def test_portrait_signature_only_informs() -> None:
    assert portrait_plausible(memoryview(filler_portrait("x")))
    assert not portrait_plausible(memoryview(bytes(1024)))


# Names


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("甲", "甲*"),
        ("测甲", "测*"),
        ("测试甲", "测**"),
        ("测试甲乙", "测***"),
        ("测试艾合买提江·样例吐尔逊江虚", "测***"),
        ("SPECIMEN, FICTIONAL", "S***"),
        ("\U00020000试甲", "\U00020000**"),
    ],
)
def test_masked_name(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_half_a_surrogate_pair_does_not_refuse_the_person() -> None:
    assert parsed(changed(name="测\ud840")).masked_name == "测*"


def test_foreign_name_falls_back_to_the_chinese_one() -> None:
    card = SimulatedCard(
        CardType.FOREIGN_2023,
        {
            "chinese_name": "样例新",
            "birth": "19940304",
            "id_number": resident_number("19940304", 8, "999999"),
            "valid_from": "20200101",
            "valid_to": "20400101",
        },
    )
    assert parsed(card).masked_name == "样**"


# Encode and parse are each other's inverse

NAMES = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0xFFFD, exclude_categories=("Cs", "Zs", "Cc")),
    min_size=1,
    max_size=15,
)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


def ymd(day: date) -> str:
    return f"{day:%Y%m%d}"


@given(
    card_type=st.sampled_from([kind for kind in CardType if kind is not CardType.FOREIGN_2017]),
    name=NAMES,
    birth=DAYS,
    order=st.integers(0, 999),
    begins=DAYS,
    lasts=st.one_of(st.none(), st.integers(0, 20000)),
    day=DAYS,
)
def test_what_is_encoded_is_parsed(
    card_type: CardType, name: str, birth: date, order: int, begins: date, lasts: int | None, day: date
) -> None:
    layout = LAYOUTS[card_type]
    number = resident_number(ymd(birth), order)
    ends = None if lasts is None else begins + timedelta(days=lasts)
    values = {
        layout.names[0][0]: name,
        "birth": ymd(birth),
        "id_number": number,
        "valid_from": ymd(begins),
        "valid_to": "长期" if ends is None else ymd(ends),
    }
    identity = parsed(SimulatedCard(card_type, values), day)
    assert identity.kind is layout.kind
    assert identity.token == plain_token(layout.kind, "CHN", number)
    assert identity.name.reveal() == name
    assert identity.age_ok is old_enough(birth, day, RULES.minimum_age_years)
    expired = ends is not None and day > ends
    assert (identity.validity is DocumentValidity.NOT_YET_VALID) is (day < begins)
    assert (identity.validity is DocumentValidity.EXPIRED) is (expired and day >= begins)


@given(block=st.binary(min_size=TEXT_BYTES, max_size=TEXT_BYTES))
def test_any_256_bytes_give_a_record_or_a_rejection(block: bytes) -> None:
    try:
        identity = parse(memoryview(block), RULES, 0.0)
    except RecordRejected:
        return
    assert identity.masked_name


@given(at=st.integers(0, TEXT_BYTES - 1), value=st.integers(0, 255))
def test_one_changed_byte_never_changes_who_it_is(at: int, value: int) -> None:
    """The name may differ, the number may not: its check catches every single change."""
    block = bytearray(encode_text(CardType.RESIDENT, a_card().fields))
    block[at] = value
    try:
        identity = parse(memoryview(block), RULES, 0.0)
    except RecordRejected:
        return
    if identity.kind is DocumentKind.RESIDENT:
        assert identity.token == parsed(a_card()).token


# Nothing else survives, R-23

CANARIES = {
    "sex": "2",
    "nation": "56",
    "address": "金丝雀地址一二三四五六七八九十",
    "issuer": "金丝雀签发机关一二三",
    "birth": "19900101",
}


def _reachable_text(root: object) -> str:
    """Everything the identity refers to, as one string, secrets revealed."""
    seen: set[int] = set()
    texts: list[str] = []
    queue: list[Any] = [root]
    while queue:
        item = queue.pop()
        if id(item) in seen or isinstance(item, type):
            continue
        seen.add(id(item))
        if isinstance(item, str | bytes | bytearray):
            texts.append(item if isinstance(item, str) else item.decode("utf-8", "replace"))
        elif isinstance(item, SensitiveBytes):
            texts.append(bytes(item.view()).decode("utf-8", "replace"))
        elif not callable(item):
            queue += gc.get_referents(item)
    return "\n".join(texts)


def test_no_dropped_field_is_reachable_from_the_identity() -> None:
    card = changed(**{name: value for name, value in CANARIES.items() if name != "sex"})
    identity = parsed(card)
    reachable = _reachable_text(identity)
    assert "测试甲" in reachable
    for name in ("address", "issuer", "birth"):
        assert CANARIES[name] not in reachable
    assert str(card.fields["id_number"]) not in reachable


@pytest.mark.requirement("R-23")
def test_dropped_fields_are_never_even_decoded() -> None:
    """Bytes that are no text at all in the dropped fields change nothing: nobody looks at them."""
    block = bytearray(encode_text(CardType.RESIDENT, a_card().fields))
    for field in LAYOUTS[CardType.RESIDENT].fields:
        if not field.kept and field.name != "reserved":
            block[field.offset : field.offset + field.size] = b"\x00\xd8" * field.units
    identity = parse(memoryview(block), RULES, 0.0)
    assert identity.token == parsed(a_card()).token


@pytest.mark.requirement("R-23")
def test_identity_has_no_field_for_what_is_dropped() -> None:
    assert {field.name for field in fields(IdentityRead)} == {
        "kind",
        "issuing_state",
        "token",
        "masked_name",
        "name",
        "age_ok",
        "validity",
        "first_byte_at_s",
        "to_be_proved",
    }


def test_rejections_do_not_quote_the_card() -> None:
    with pytest.raises(RecordRejected) as rejected:
        parsed(changed(id_number="990001199001010010"))
    assert str(rejected.value) == "record_rejected: number"
