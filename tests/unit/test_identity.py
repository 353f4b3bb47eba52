"""The kiosk's signing key: made once, private, and any changed byte of what it signed is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.vault.identity import DeviceIdentity, is_signed
from kiosk.vault.key_file import KeyFileUnusable


def test_it_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "identity.key"
    first = DeviceIdentity.load_or_create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert DeviceIdentity.load_or_create(path).public_key == first.public_key
    assert first.fingerprint in repr(first)
    assert path.read_bytes()[6:38].hex() not in repr(first)


@pytest.mark.parametrize("place", [0, 6, 20, 41])
def test_a_damaged_file_is_refused_and_not_replaced(tmp_path: Path, place: int) -> None:
    path = tmp_path / "identity.key"
    DeviceIdentity.load_or_create(path)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(KeyFileUnusable, match="damaged"):
        DeviceIdentity.load_or_create(path)


@given(data=st.binary(min_size=1, max_size=200), where=st.integers(min_value=0), flip=st.integers(1, 255))
def test_one_changed_byte_breaks_the_signature(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, where: int, flip: int
) -> None:
    identity = DeviceIdentity.load_or_create(tmp_path_factory.getbasetemp() / "identity.key")
    signature = identity.sign(data)
    assert is_signed(data, signature, identity.public_key)
    changed = bytearray(data + signature)
    changed[where % len(changed)] ^= flip
    assert not is_signed(bytes(changed[: len(data)]), bytes(changed[len(data) :]), identity.public_key)
    assert not is_signed(data, signature, b"short")
