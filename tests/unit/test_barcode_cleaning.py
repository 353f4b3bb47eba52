"""From symbol bytes to a code that may be looked up."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drivers.barcode.cleaning import AimPrefix, clean, decode_text, undo_eci
from drivers.barcode.outputs import MAX_CODE_BYTES, RawCode, Refusal, Refused
from drivers.port import CodeScanned

VISIBLE = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=60)


def cleaned(data: bytes, aim: AimPrefix = AimPrefix.WHEN_PRESENT) -> CodeScanned | Refused:
    return clean(RawCode(data), aim)


@pytest.mark.parametrize(
    "identifier", ["]Q0", "]Q1", "]Q3", "]C0", "]C1", "]E0", "]E4", "]A0", "]I0", "]L0", "]d1", "]d2", "]z0"]
)
def test_identifiers_are_split_off(identifier: str) -> None:
    assert cleaned(identifier.encode() + b"TICKET-1") == CodeScanned("TICKET-1", identifier)


def test_identifiers_are_part_of_the_ticket_where_the_scanner_never_sends_them() -> None:
    assert cleaned(b"]Q1TICKET-1", AimPrefix.NEVER) == CodeScanned("]Q1TICKET-1")


def test_expected_identifier_is_taken_off_once_and_missed_when_absent() -> None:
    assert cleaned(b"]Q1]abcd", AimPrefix.EXPECTED) == CodeScanned("]abcd", "]Q1")
    assert cleaned(b"TICKET-1", AimPrefix.EXPECTED) == Refused(Refusal.AIM_MISSING)


@pytest.mark.parametrize("data", [b"]", b"]Q", b"]1Qx", b"]Q-x", b"x]Q1"])
def test_what_only_looks_like_an_identifier_stays(data: bytes) -> None:
    assert cleaned(data) == CodeScanned(data.decode())


def test_identifier_alone_is_no_code() -> None:
    assert cleaned(b"]Q1") == Refused(Refusal.UNDECODABLE)


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\x1d", "\x7f", "\x85", "\u200b", "\u202e", "\ufeff", "\u2028"])
def test_control_and_invisible_characters_are_refused(bad: str) -> None:
    assert cleaned(f"TICK{bad}ET".encode()) == Refused(Refusal.CONTROL_CHARACTERS)


def test_utf8_wins_over_gb18030() -> None:
    assert cleaned("演唱会门票".encode()) == CodeScanned("演唱会门票")
    assert cleaned("演唱会门票".encode("gb18030")) == CodeScanned("演唱会门票")


def test_bytes_of_no_encoding_are_refused() -> None:
    assert cleaned(b"TICKET\xff") == Refused(Refusal.UNDECODABLE)


def test_length_limit() -> None:
    assert isinstance(cleaned(b"7" * MAX_CODE_BYTES), CodeScanned)
    assert cleaned(b"7" * (MAX_CODE_BYTES + 1)) == Refused(Refusal.TOO_LONG)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (rb"]Q2a\\b", "a\\b"),
        (b"]Q2\\000026" + "票".encode(), "票"),
        (b"]Q2\\000029" + "票".encode("gb18030"), "票"),
        (rb"]Q2C:\tickets", r"C:\tickets"),
        (rb"]Q1a\\b", r"a\\b"),
        (rb"]Q2\000999x", r"\000999x"),
    ],
)
def test_extended_channel_marks(data: bytes, text: str) -> None:
    found = cleaned(data)
    assert isinstance(found, CodeScanned)
    assert found.untrusted_code == text


@given(data=st.binary(max_size=60))
def test_doubling_of_backslashes_is_undone(data: bytes) -> None:
    assert undo_eci(data.replace(b"\\", b"\\\\")) == (data, None)


@given(text=VISIBLE)
def test_utf8_text_survives(text: str) -> None:
    assert cleaned(text.encode(), AimPrefix.NEVER) == CodeScanned(text)


@given(text=VISIBLE)
def test_gb18030_text_survives_unless_it_is_also_utf8(text: str) -> None:
    data = text.encode("gb18030")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        assert decode_text(data) == text
    else:
        assume(text.isascii())
        assert decode_text(data) == text


@given(data=st.binary(max_size=80))
def test_whatever_passes_is_printable_text(data: bytes) -> None:
    found = cleaned(data)
    if isinstance(found, CodeScanned):
        assert found.untrusted_code
        assert not any(ord(character) < 32 for character in found.untrusted_code)


def test_repr_hides_codes() -> None:
    assert "TICKET" not in repr(RawCode(b"TICKET"))
    assert "TICKET" not in repr(CodeScanned("TICKET", "]Q1"))
