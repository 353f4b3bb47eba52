"""What counts as left in a base's files: found wherever it lies, and nothing that PostgreSQL writes by itself."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from kiosk.base.look import find_base_leftovers, find_references
from kiosk.closing.leftovers import Verdict

REFERENCE = secrets.token_hex(16).encode()


@pytest.mark.parametrize("at", [0, 1, 5, (1 << 20) - 40, (1 << 20) - 16, (1 << 20) - 1, 1 << 20, 3 << 20])
@pytest.mark.parametrize("around", [(b"", b""), (b"C", b"\x05A"), (b"3", b"9f"), (b"\0", b"\0")])
def test_a_reference_is_found_anywhere(tmp_path: Path, at: int, around: tuple[bytes, bytes]) -> None:
    before, after = around
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "16384"
    file.write_bytes(b"\xff" * at + before + REFERENCE + after + b"\xff" * 100)
    for known in ([REFERENCE], None):
        assert list(find_references(tmp_path, known).found) == [file]
    assert find_references(tmp_path, [b"0" * 32]).found == {}
    assert find_base_leftovers(tmp_path).verdict is Verdict.FAILED


def test_digests_serial_numbers_and_signatures_are_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" + b"ab" * 32 + b"x" + b"cd" * 64 + b"x")
    (tmp_path / "b").write_bytes(b"c" + b"12345678" * 6 + b"e")
    (tmp_path / "c").write_bytes(secrets.token_hex(8).encode())
    assert find_base_leftovers(tmp_path).verdict is Verdict.PASS


def test_what_cannot_be_looked_at_is_said(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/hostname")
    found = find_base_leftovers(tmp_path)
    assert (found.verdict, found.unread) == (Verdict.UNKNOWN, [str(tmp_path / "link")])


def test_ids_of_other_shapes_are_looked_for_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"....t-17....")
    assert find_base_leftovers(tmp_path, ["t-17"]).verdict is Verdict.FAILED
    assert find_base_leftovers(tmp_path, ["t-18"]).verdict is Verdict.PASS
