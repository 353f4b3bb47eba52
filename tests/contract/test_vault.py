"""One contract for every protection: what an event's keys do, what their file tells, what destroying leaves."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.port import DocumentKind
from kiosk.config.places import EventPlace
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.tickets import open_details, sealed_row
from kiosk.vault.copies import destroy_copies, fingerprint_in, key_files, protection_of
from kiosk.vault.errors import KeyLocked, TpmUnavailable, WrongSecret
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import KeysDestroyed, SealBroken
from kiosk.vault.protection import Protection
from kiosk.vault.tpm import TpmWrapping
from kiosk.vault.tpm_tools import TpmTools
from kiosk.vault.wrap import Wrapping
from tests.helpers.ledger import ticket, token_of
from tests.helpers.vault import OTHER_SECRET, FakeTpm, fake_commands, with_secret

R = DocumentKind.RESIDENT
EVENT = "concert"
Maker = Callable[[], Wrapping | None]


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    place = EventPlace(tmp_path / "data", tmp_path / "keys", EVENT)
    place.make_folders()
    return place


class ProtectionContract:
    """``protection`` and ``wrapping`` come from the subclass; ``wrapping`` gives the same protection each time."""

    protection: Protection

    @pytest.fixture
    def wrapping(self, tmp_path: Path) -> Maker:
        raise NotImplementedError

    @pytest.fixture
    def another(self, tmp_path: Path) -> Maker:
        """The same kind of protection with another secret or another machine's TPM."""
        raise NotImplementedError

    @pytest.fixture
    def keys(self, place: EventPlace, wrapping: Maker) -> FileEventKeys:
        return FileEventKeys.create(place.key_file, EVENT, wrapping())

    def test_loaded_again_they_are_the_same_keys(self, keys: FileEventKeys, place: EventPlace, wrapping: Maker) -> None:
        again = FileEventKeys.load(place.key_file, EVENT, wrapping())
        assert again.token(R, "CHN", "1") == keys.token(R, "CHN", "1")
        assert again.code_token("T-1") == keys.code_token("T-1")
        assert again.open(keys.seal(b"seat", "c"), "c") == b"seat"
        assert again.fingerprint == keys.fingerprint

    def test_what_protects_them_is_read_without_unlocking(self, keys: FileEventKeys, place: EventPlace) -> None:
        assert protection_of(place.key_file) is keys.protection is self.protection
        assert fingerprint_in(place) == keys.fingerprint

    def test_the_file_holds_the_key_in_clear_only_where_that_was_chosen(
        self, keys: FileEventKeys, place: EventPlace
    ) -> None:
        assert keys._key is not None
        in_clear = bytes(keys._key.view()) in place.key_file.read_bytes()
        assert in_clear == (not self.protection.wrapped)

    @pytest.mark.requirement("R-48")
    def test_every_changed_or_cut_byte_of_the_file_is_refused(
        self, keys: FileEventKeys, place: EventPlace, wrapping: Maker
    ) -> None:
        whole = place.key_file.read_bytes()
        for at in range(0, len(whole), 1 if self.protection is not Protection.TPM else 7):
            for damaged in (whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], whole[:at]):
                place.key_file.write_bytes(damaged)
                with pytest.raises(KeyFileUnusable, match="damaged"):
                    FileEventKeys.load(place.key_file, EVENT, wrapping())

    def test_a_key_file_of_another_event_is_refused(
        self, keys: FileEventKeys, place: EventPlace, wrapping: Maker
    ) -> None:
        with pytest.raises(KeyFileUnusable, match="other_event"):
            FileEventKeys.load(place.key_file, "another", wrapping())

    def test_another_secret_or_machine_gets_nothing(
        self, keys: FileEventKeys, place: EventPlace, another: Maker
    ) -> None:
        if not self.protection.wrapped:
            assert FileEventKeys.load(place.key_file, EVENT).code_token("T"), "anybody's who has the file"
            return
        for wrapping in (another(), None):
            with pytest.raises((WrongSecret, TpmUnavailable, KeyLocked)):
                FileEventKeys.load(place.key_file, EVENT, wrapping)

    def test_destroying_removes_every_copy(self, keys: FileEventKeys, place: EventPlace, wrapping: Maker) -> None:
        content = place.key_file.read_bytes()
        copies = [
            place.key_file.with_name(name) for name in (f"{EVENT}.key.bak", f"{EVENT}.key.old", "renamed", "x.key")
        ]
        for copy in copies:
            copy.write_bytes(content)
        place.tries_file.write_text("{}")
        others = FileEventKeys.create(place.key_dir / "concert-2.key", "concert-2", wrapping())
        (place.key_dir / "identity.key").write_bytes(b"VKID01")
        assert key_files(place) == sorted([place.key_file, place.tries_file, *copies])
        with place.key_file.open("rb") as still_open:
            assert destroy_copies(place) == []
            assert still_open.read() != content, "overwritten before the name goes"
        assert destroy_copies(place) == []
        assert sorted(path.name for path in place.key_dir.iterdir()) == ["concert-2.key", "identity.key"]
        assert others.code_token("T")
        with pytest.raises(KeysDestroyed):
            FileEventKeys.load(place.key_file, EVENT, wrapping())

    def test_a_copy_of_the_data_taken_before_cannot_be_opened_after(
        self, keys: FileEventKeys, place: EventPlace, wrapping: Maker, tmp_path: Path
    ) -> None:
        ledger = SqliteLedger(place.ledger_file, keys)
        ledger.add_rows([sealed_row(ticket(keys, 1), keys)])
        ledger.close()
        copy = shutil.copytree(place.data_dir, tmp_path / "copy") / place.ledger_file.relative_to(place.data_dir)
        assert _seat(copy, keys) == "Block 1"
        keys.forget()
        destroy_copies(place)
        fresh = FileEventKeys.create(place.key_file, EVENT, wrapping())  # the same secret, the same machine
        with pytest.raises(SealBroken):
            _seat(copy, fresh)
        with sqlite3.connect(copy) as db:
            (token,) = db.execute("SELECT token FROM tickets").fetchone()
        db.close()
        assert token != token_of(fresh, 1), "nobody can be asked for by number either"


def _seat(ledger_file: Path, keys: FileEventKeys) -> str:
    with sqlite3.connect(ledger_file) as db:
        reference, sealed = db.execute("SELECT reference, details_sealed FROM tickets").fetchone()
    db.close()
    return open_details(reference, sealed, keys).seat_area


class TestFile(ProtectionContract):
    protection = Protection.FILE

    @pytest.fixture
    def wrapping(self, tmp_path: Path) -> Maker:
        return lambda: None

    another = wrapping


class TestSecret(ProtectionContract):
    protection = Protection.SECRET

    @pytest.fixture
    def wrapping(self, tmp_path: Path) -> Maker:
        return with_secret

    @pytest.fixture
    def another(self, tmp_path: Path) -> Maker:
        return lambda: with_secret(OTHER_SECRET)


class TestTpm(ProtectionContract):
    protection = Protection.TPM

    @pytest.fixture
    def wrapping(self, tmp_path: Path) -> Maker:
        tpm = FakeTpm()
        return lambda: TpmWrapping(tpm)

    @pytest.fixture
    def another(self, tmp_path: Path) -> Maker:
        return lambda: TpmWrapping(FakeTpm())


class TestTpmByCommands(TestTpm):
    """The same through subprocesses that take and give what tpm2-tools do."""

    @pytest.fixture
    def wrapping(self, tmp_path: Path) -> Maker:
        tools = TpmTools(str(fake_commands(tmp_path / "tpm2")))
        return lambda: TpmWrapping(tools)
