"""The key file's bytes: what is written is read again, and nothing else is."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.key_format import KeyRecord, decode, encode
from kiosk.vault.protection import Protection

BODY_BYTES = {Protection.FILE: 32, Protection.SECRET: 60, Protection.TPM: 60}

records = st.sampled_from(Protection).flatmap(
    lambda protection: st.builds(
        KeyRecord,
        event_id=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", fullmatch=True),
        protection=st.just(protection),
        fingerprint=st.binary(min_size=8, max_size=8),
        parameters=st.binary(max_size=700),
        body=st.binary(min_size=BODY_BYTES[protection], max_size=BODY_BYTES[protection]),
    )
)


@given(records)
def test_what_is_written_is_read(record: KeyRecord) -> None:
    assert decode(encode(record)) == record


@given(records, st.data())
def test_a_changed_cut_or_longer_file_is_refused(record: KeyRecord, data: st.DataObject) -> None:
    whole = bytearray(encode(record))
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= data.draw(st.integers(1, 255))
    for damaged in (changed, whole[:at], whole + b"\0"):
        with pytest.raises(KeyFileUnusable, match="damaged"):
            decode(bytes(damaged))


@given(st.binary(max_size=200))
def test_any_bytes_with_a_right_check_are_read_or_refused(untrusted: bytes) -> None:
    for content in (untrusted, b"VKKEY\x02" + untrusted):
        try:
            record = decode(content + hashlib.sha256(content).digest()[:4])
        except KeyFileUnusable:
            continue
        assert encode(record)[:-4] == content


def test_the_layout_is_the_documented_one() -> None:
    record = KeyRecord("night", Protection.SECRET, b"fingerpr", b"salt", bytes(range(60)))
    content = b"VKKEY\x02\x01\x05nightfingerpr\x00\x04salt" + bytes(range(60))
    assert encode(record) == content + hashlib.sha256(content).digest()[:4]
    assert record.head == content[:-60]


def test_a_record_of_the_wrong_size_is_not_written_and_no_repr_shows_a_key() -> None:
    record = KeyRecord("night", Protection.FILE, b"fingerpr", b"", b"k" * 31)
    with pytest.raises(ValueError, match="wrong length"):
        encode(record)
    assert "kkk" not in repr(record)
