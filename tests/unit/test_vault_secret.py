"""The opening secret: how it is spelt, which are refused, and what argon2id makes of it."""

from __future__ import annotations

import struct

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from kiosk.vault.errors import WeakSecret
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.opening_secret import Cost, OpeningSecret, SecretWrapping
from tests.helpers.vault import CHEAP, with_secret


@pytest.mark.parametrize(
    "spelt", ["Open the gates, 2026", "OPENTHEGATES2026", " open-the-gates\t2026\n", "ＯＰＥＮ　the gates 2026"]
)
def test_case_spaces_signs_and_wide_letters_do_not_count(spelt: str) -> None:
    assert bytes(OpeningSecret.of(spelt).view()) == b"openthegates2026"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("open gates", "too_short"),
        ("-" * 40, "too_short"),
        ("", "too_short"),
        ("000000 000000", "too_plain"),
        ("abcd" * 10, "too_plain"),
        ("打开大门打开大门打开大门打开", "letters"),
        ("ouvrez-les-portés", "letters"),
    ],
)
def test_a_secret_that_is_guessed_or_cannot_be_typed_is_not_set(text: str, code: str) -> None:
    with pytest.raises(WeakSecret, match=f"^{code}$"):
        OpeningSecret.chosen(text)


def test_a_very_long_scan_is_cut_and_a_secret_is_wiped_and_never_shown() -> None:
    secret = OpeningSecret.of("x1" * 100_000)
    assert len(secret) == 256
    view = secret.view()
    secret.wipe()
    assert not any(view)
    assert repr(OpeningSecret.of("open the gates")) == "OpeningSecret(...)"


def test_the_wrapping_key_is_argon2id_as_another_library_computes_it() -> None:
    parameters, key = with_secret("open the gates 2026").first()
    memory_kib, passes, lanes, salt = struct.unpack(">IIB16s", parameters)
    assert (memory_kib, passes, lanes) == (CHEAP.memory_kib, CHEAP.passes, CHEAP.lanes)
    other = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory_kib)
    assert bytes(key.view()) == other.derive(b"openthegates2026")


def test_a_guess_costs_what_rfc_9106_recommends_for_64_mib() -> None:
    assert Cost() == Cost(memory_kib=65_536, passes=3, lanes=4)


def test_every_file_has_a_salt_of_its_own() -> None:
    one, two = with_secret().first(), with_secret().first()
    assert one[0] != two[0]
    assert bytes(one[1].view()) != bytes(two[1].view())


@pytest.mark.parametrize(
    "parameters",
    [
        b"",
        b"\xa3" * 24,
        struct.pack(">IIB16s", 1 << 21, 3, 4, bytes(16)),  # 2 GiB
        struct.pack(">IIB16s", 65_536, 1 << 31, 4, bytes(16)),
        struct.pack(">IIB16s", 65_536, 3, 200, bytes(16)),
        struct.pack(">IIB16s", 1, 1, 1, bytes(16)),  # fewer blocks than argon2 knows
        struct.pack(">IIB16s", 64, 0, 1, bytes(16)),
    ],
    ids=("empty", "cut", "memory", "passes", "lanes", "too little memory", "no pass"),
)
def test_a_file_cannot_fill_the_memory_or_stop_the_clock(parameters: bytes) -> None:
    with pytest.raises(KeyFileUnusable, match="damaged"):
        SecretWrapping(OpeningSecret.of("open the gates")).again(parameters)
