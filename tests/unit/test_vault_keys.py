"""The event's keys: what is derived, what is sealed, how the file is kept, and what is left after destruction."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import stat
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from drivers.port import DocumentKind
from kiosk.vault.file_keys import FileEventKeys, canonical
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.locked_memory import LockedKey
from kiosk.vault.port import KeysDestroyed, SealBroken

R = DocumentKind.RESIDENT
NOBODY = 65534
NUMBER = "990001199001010013"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "concert.key"


@pytest.fixture
def keys(path: Path) -> FileEventKeys:
    return FileEventKeys.create(path, "concert")


def test_tokens_are_hmac_sha256_under_an_hkdf_key(keys: FileEventKeys, path: Path) -> None:
    root = path.read_bytes()[-36:-4]
    derived = HKDF(SHA256(), 32, None, b"venue-kiosk/1/document-token/concert").derive(root)
    expected = hmac.new(derived, canonical(R, "CHN", NUMBER), hashlib.sha256).digest()
    assert keys.token(R, "CHN", NUMBER) == expected


def test_the_same_document_has_unrelated_tokens_at_two_events(keys: FileEventKeys, tmp_path: Path) -> None:
    other = FileEventKeys.create(tmp_path / "other.key", "other")
    assert keys.token(R, "CHN", NUMBER) == keys.token(R, "CHN", NUMBER)
    assert keys.token(R, "CHN", NUMBER) != other.token(R, "CHN", NUMBER)
    assert keys.code_token(NUMBER) != keys.token(R, "CHN", NUMBER)
    assert keys.fingerprint != other.fingerprint


@given(
    st.tuples(st.sampled_from(DocumentKind), st.text(max_size=6), st.text(max_size=12)),
    st.tuples(st.sampled_from(DocumentKind), st.text(max_size=6), st.text(max_size=12)),
)
def test_no_two_documents_share_their_canonical_bytes(
    first: tuple[DocumentKind, str, str], second: tuple[DocumentKind, str, str]
) -> None:
    assert (canonical(*first) == canonical(*second)) == (first == second)


def test_moving_a_character_between_parts_changes_the_canonical_bytes() -> None:
    assert canonical(DocumentKind.PASSPORT, "CHN", "1") != canonical(DocumentKind.PASSPORT, "CH", "N1")


def test_what_is_sealed_opens_under_its_context_only(keys: FileEventKeys) -> None:
    sealed = keys.seal("测试甲".encode(), "ticket/1")
    assert keys.open(sealed, "ticket/1").decode() == "测试甲"
    assert keys.seal(b"", "x") != keys.seal(b"", "x"), "a nonce is never used twice"
    with pytest.raises(SealBroken):
        keys.open(sealed, "ticket/2")


def test_every_changed_or_cut_byte_breaks_the_seal(keys: FileEventKeys) -> None:
    sealed = keys.seal(b"seat", "c")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 0x10
        with pytest.raises(SealBroken):
            keys.open(bytes(changed), "c")
        with pytest.raises(SealBroken):
            keys.open(sealed[:place], "c")


def test_another_event_cannot_open_a_seal_even_with_the_same_root(keys: FileEventKeys, path: Path) -> None:
    root = bytearray(path.read_bytes()[-36:-4])
    twin = FileEventKeys(path, "other", LockedKey.taken_from(root))
    assert not any(root), "one holder remains"
    with pytest.raises(SealBroken):
        twin.open(keys.seal(b"seat", "c"), "c")


def test_a_file_loaded_again_gives_the_same_keys(keys: FileEventKeys, path: Path) -> None:
    again = FileEventKeys.load(path, "concert")
    assert again.open(keys.seal(b"x", "c"), "c") == b"x"
    assert again.fingerprint == keys.fingerprint


def test_the_file_is_private_whatever_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        FileEventKeys.create(path, "concert")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_existing_key_is_never_replaced(keys: FileEventKeys, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(KeyFileUnusable, match="exists"):
        FileEventKeys.create(path, "concert")
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_file_others_may_read_is_refused(keys: FileEventKeys, path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(KeyFileUnusable, match="loose_permissions"):
        FileEventKeys.load(path, "concert")


def test_a_second_name_or_a_symlink_is_refused(keys: FileEventKeys, path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.key"
    link.symlink_to(path)
    with pytest.raises(KeyFileUnusable, match="io"):
        FileEventKeys.load(link, "concert")
    os.link(path, tmp_path / "copy.key")
    with pytest.raises(KeyFileUnusable, match="linked"):
        FileEventKeys.load(path, "concert")


def test_a_damaged_cut_or_foreign_file_is_refused(keys: FileEventKeys, path: Path) -> None:
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(KeyFileUnusable, match="damaged"):
            FileEventKeys.load(path, "concert")
        path.write_bytes(whole[:place])
        with pytest.raises(KeyFileUnusable, match="damaged"):
            FileEventKeys.load(path, "concert")
    path.write_bytes(whole)
    with pytest.raises(KeyFileUnusable, match="other_event"):
        FileEventKeys.load(path, "another")


def test_nothing_works_after_destruction_and_no_file_is_left(keys: FileEventKeys, path: Path) -> None:
    sealed = keys.seal(b"x", "c")
    keys.destroy()
    keys.destroy()
    assert keys.destroyed
    assert not path.exists()
    for use in (
        lambda: keys.token(R, "CHN", NUMBER),
        lambda: keys.code_token("T-1"),
        lambda: keys.seal(b"x", "c"),
        lambda: keys.open(sealed, "c"),
        lambda: keys.fingerprint,
        lambda: FileEventKeys.load(path, "concert"),
    ):
        with pytest.raises(KeysDestroyed):
            use()


def test_a_forgotten_key_is_gone_here_and_still_on_disk(keys: FileEventKeys, path: Path) -> None:
    in_memory = keys._key
    assert in_memory is not None
    looked_at = in_memory.view()
    assert any(looked_at)
    keys.forget()
    assert not any(looked_at)
    with pytest.raises(KeysDestroyed):
        keys.code_token("T-1")
    assert not FileEventKeys.load(path, "concert").destroyed


def test_the_bytes_on_disk_are_overwritten_before_the_name_goes(keys: FileEventKeys, path: Path) -> None:
    before = path.read_bytes()
    with path.open("rb") as still_open:
        keys.destroy()
        left = still_open.read()
    assert len(left) == len(before)
    assert before[-36:-4] not in left


def test_a_credential_is_read_but_cannot_be_removed(
    keys: FileEventKeys, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(path.parent))
    loaded = FileEventKeys.load(path, "concert")
    with pytest.raises(KeyFileUnusable, match="not_removable"):
        loaded.destroy()
    assert loaded.destroyed
    assert path.exists()


def test_a_keys_repr_names_no_key(keys: FileEventKeys, path: Path) -> None:
    assert repr(keys) == "FileEventKeys(event_id='concert', destroyed=False)"


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user takes root; write protection does not bind root")
def test_a_write_protected_key_of_a_plain_user_goes_too() -> None:
    with TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)  # noqa: PTH101  the folder of a user who is nobody here
        path = Path(folder) / "concert.key"
        child = os.fork()
        if child == 0:
            os.setresuid(NOBODY, NOBODY, NOBODY)
            with contextlib.suppress(Exception):
                keys = FileEventKeys.create(path, "concert")
                path.chmod(0o400)
                before = path.read_bytes()
                with path.open("rb") as still_open:
                    keys.destroy()
                    os._exit(0 if not path.exists() and before not in still_open.read() else 1)
            os._exit(2)
        assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize(
    "program", ["from kiosk.cli.start import main; main()", "import kiosk.service as s; s.serve(C)"]
)
def test_no_process_of_ours_leaves_a_core(program: str) -> None:
    before = "import resource, sys; sys.argv = ['kiosk', '--version']; C = type('NoConfiguration', (), {})"
    after = "print(resource.getrlimit(resource.RLIMIT_CORE))"
    run = f"try:\n    {program}\nexcept BaseException:\n    pass"
    ended = subprocess.run(
        [sys.executable, "-c", f"{before}\n{run}\n{after}"], capture_output=True, text=True, check=True
    )
    assert ended.stdout.splitlines()[-1] in {"(0, 1)", "(0, 0)"}
