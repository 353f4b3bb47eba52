"""The independent look: one thing left in any of the places things are left in, and it says FAILED."""

from __future__ import annotations

import ast
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.accounts.attempts import AttemptCount
from kiosk.accounts.keys import AccountKeys
from kiosk.closing.clock_file import ClockFile
from kiosk.closing.close import close_event
from kiosk.closing.contents import CHUNK_BYTES, Needles, marks_in
from kiosk.closing.leftovers import Leftover, Verdict, find_leftovers
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.vault.identity import DeviceIdentity
from tests.helpers.event_place import CANARIES, make_event, write_roster
from tests.helpers.roster import number

NEEDLE = "金丝雀7"


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> tuple[EventPlace, bytes, bytes]:
    """A wiped event, and copies of its ledger and its key from before."""
    place = make_event(tmp_path_factory.mktemp("closed"))
    ledger, key = place.ledger_file.read_bytes(), place.key_file.read_bytes()
    assert close_event(place).verdict is Verdict.PASS
    return place, ledger, key


@pytest.fixture
def wiped(closed: tuple[EventPlace, bytes, bytes], tmp_path: Path) -> EventPlace:
    place, _, _ = closed
    copy = EventPlace(tmp_path / "data", tmp_path / "keys", place.event_id)
    copy.folder.mkdir(parents=True)
    copy.key_dir.mkdir()
    for path in place.folder.iterdir():
        (copy.folder / path.name).write_bytes(path.read_bytes())
    (copy.data_dir / "device").mkdir()
    assert find_leftovers(copy.data_dir, CANARIES, key_dir=copy.key_dir).verdict is Verdict.PASS
    return copy


def accounts(wiped: EventPlace, text: str, *, delete: bool, checkpoint: bool) -> Path:
    """The machine's own database with a row in it, or in what a deleted row leaves behind, or only in its WAL."""
    path = wiped.data_dir / "device" / "accounts.sqlite"
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA secure_delete=OFF")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    db.execute("INSERT INTO people VALUES (1, ?)", (text,))
    if delete:
        db.execute("DELETE FROM people")
    if checkpoint:
        db.close()
        return path
    wal = path.with_name(path.name + "-wal")
    kept = wal.read_bytes()
    db.close()
    wal.write_bytes(kept)
    path.write_bytes(before)
    return wal


def in_a_free_page(wiped: EventPlace) -> Path:
    path = accounts(wiped, "x" * 20_000 + NEEDLE + "x" * 20_000, delete=True, checkpoint=True)
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA freelist_count").fetchone()[0] > 0
    assert db.execute("SELECT count(*) FROM people").fetchone()[0] == 0
    db.close()
    return path


def in_the_wal(wiped: EventPlace) -> Path:
    return accounts(wiped, NEEDLE, delete=True, checkpoint=False)


def in_a_log(wiped: EventPlace) -> Path:
    path = wiped.data_dir / "logs" / "kiosk.log"
    path.parent.mkdir()
    path.write_text(f"21:04 read {NEEDLE}\n", encoding="utf-8")
    return path


def in_a_temporary_file(wiped: EventPlace) -> Path:
    path = wiped.data_dir / "tmp" / "tmp83ka01"
    path.parent.mkdir()
    path.write_bytes(NEEDLE.encode("utf-16-le"))
    return path


@pytest.mark.parametrize("plant", [in_a_free_page, in_the_wal, in_a_log, in_a_temporary_file])
def test_one_needle_is_found(wiped: EventPlace, plant: Callable[[EventPlace], Path]) -> None:
    path = plant(wiped)
    report = find_leftovers(wiped.data_dir, CANARIES)
    assert report.verdict is Verdict.FAILED
    assert report.leftovers == [Leftover(str(path), "needle")]


def test_a_renamed_copy_is_found_by_what_it_is(
    wiped: EventPlace, closed: tuple[EventPlace, bytes, bytes], tmp_path: Path
) -> None:
    _, ledger, key = closed
    roster = write_roster(tmp_path)
    for name, data, what in (
        ("holiday.jpg", ledger, "ticket_store"),
        ("a-page-of-it", ledger[4096 : 4096 * 3], ""),
        ("inside.bin", bytes(CHUNK_BYTES - 7) + ledger, "ticket_store"),
        ("notes.txt", roster.read_bytes(), "roster"),
        ("notes-gb.txt", roster.read_text(encoding="utf-8").encode("gb18030"), "roster"),
        ("thumb.db2", key, "key"),
    ):
        path = wiped.data_dir / name
        path.write_bytes(data)
        report = find_leftovers(wiped.data_dir)
        if what:
            assert Leftover(str(path), what) in report.leftovers, name
            assert report.verdict is Verdict.FAILED
        path.unlink()
    renamed = wiped.key_dir / "unlabelled"
    renamed.write_bytes(key)
    for event in (wiped.event_id, None):
        look = find_leftovers(wiped.data_dir, key_dir=wiped.key_dir, event_id=event)
        assert look.leftovers == [Leftover(str(renamed), "key_file")]


def test_without_a_needle_an_id_number_is_enough(wiped: EventPlace) -> None:
    path = accounts(wiped, f"{'x' * 9000}|{number(7)}|{'x' * 9000}", delete=True, checkpoint=True)
    assert find_leftovers(wiped.data_dir).leftovers == [Leftover(str(path), "id_number")]


def make_machines_own(device: DevicePlace) -> None:
    DeviceIdentity.load_or_create(device.identity_file)
    AccountKeys.load_or_create(device)
    AttemptCount(device.accounts_count_file).write(7)
    ClockFile(device).look()


def test_the_machines_own_database_and_keys_are_no_leftovers(wiped: EventPlace) -> None:
    accounts(wiped, "anna", delete=False, checkpoint=True)
    device = DevicePlace(wiped.data_dir, wiped.key_dir)
    make_machines_own(device)
    report = find_leftovers(wiped.data_dir, CANARIES, key_dir=wiped.key_dir)
    assert (report.verdict, report.leftovers) == (Verdict.PASS, [])
    for path in (device.identity_file, device.accounts_key_file, device.accounts_count_file, device.clock_file):
        whole = path.read_bytes()
        path.write_bytes(whole + b"x")
        report = find_leftovers(wiped.data_dir, CANARIES, key_dir=wiped.key_dir)
        assert report.leftovers == [Leftover(str(path), "key_file")], path.name
        path.write_bytes(whole)


def test_more_than_keys_is_looked_for_among_the_keys(wiped: EventPlace, tmp_path: Path) -> None:
    device = DevicePlace(wiped.data_dir, wiped.key_dir)
    make_machines_own(device)
    device.identity_file.write_bytes(device.identity_file.read_bytes() + NEEDLE.encode())
    (wiped.key_dir / "notes").write_bytes(write_roster(tmp_path).read_bytes())
    (wiped.key_dir / number(7)).mkdir()
    found = find_leftovers(wiped.data_dir, CANARIES, key_dir=wiped.key_dir, event_id=wiped.event_id).leftovers
    assert Leftover(str(device.identity_file), "needle") in found
    assert Leftover(str(wiped.key_dir / "notes"), "roster") in found
    assert Leftover(str(wiped.key_dir / number(7)), "id_number") in found
    assert "key_file" not in {each.what for each in found}


def test_what_is_packed_was_not_looked_into(wiped: EventPlace) -> None:
    (wiped.data_dir / "logs.gz").write_bytes(b"\x1f\x8b\x08\x00" + bytes(20))
    report = find_leftovers(wiped.data_dir)
    assert report.verdict is Verdict.UNKNOWN
    assert report.unread[0].endswith("(packed: not looked into)")


def test_other_folders_are_looked_through_when_they_are_named(wiped: EventPlace, tmp_path: Path) -> None:
    logs = tmp_path / "var-log"
    logs.mkdir()
    other = sqlite3.connect(logs / "of-another-program.db")
    other.execute("CREATE TABLE things (name TEXT)")
    other.commit()
    other.close()
    assert find_leftovers(wiped.data_dir, CANARIES, also=[logs]).verdict is Verdict.PASS
    (logs / "kiosk.log").write_text(NEEDLE, encoding="utf-8")
    assert find_leftovers(wiped.data_dir, CANARIES, also=[logs]).verdict is Verdict.FAILED
    assert find_leftovers(wiped.data_dir, CANARIES).verdict is Verdict.PASS
    assert find_leftovers(wiped.data_dir, also=[tmp_path / "nowhere"]).verdict is Verdict.UNKNOWN


def test_an_end_that_says_nothing_about_itself_is_unknown(wiped: EventPlace) -> None:
    for text in ("", "{}", "[]", json.dumps({"key_seen": False})):
        wiped.report_file.write_text(text)
        assert find_leftovers(wiped.data_dir).verdict is Verdict.UNKNOWN
    wiped.report_file.unlink()
    assert find_leftovers(wiped.data_dir).verdict is Verdict.UNKNOWN


def test_a_key_in_a_sub_folder_or_inside_another_file_is_found(
    wiped: EventPlace, closed: tuple[EventPlace, bytes, bytes], tmp_path: Path
) -> None:
    (tmp_path / "k").write_bytes(closed[2])
    old = wiped.key_dir / "old" / f"{wiped.event_id}.key"
    old.parent.mkdir()
    old.write_bytes(closed[2])
    packed = wiped.key_dir / "backup.tar"
    with tarfile.open(packed, "w") as archive:
        archive.add(tmp_path / "k", "k")
    for event in (wiped.event_id, None):
        look = find_leftovers(wiped.data_dir, key_dir=wiped.key_dir, event_id=event)
        assert look.leftovers == [Leftover(str(packed), "key_file"), Leftover(str(old), "key_file")]
    assert find_leftovers(wiped.data_dir, key_dir=wiped.key_dir, event_id="concert-2").verdict is Verdict.UNKNOWN
    packed.rename(wiped.data_dir / "backup.tar")
    assert Leftover(str(wiped.data_dir / "backup.tar"), "key") in find_leftovers(wiped.data_dir).leftovers


@pytest.mark.parametrize("name", ["device.old", "identity.key", "identity.key.old", "device.accounts.key"])
def test_a_key_is_not_the_machines_by_its_name(
    wiped: EventPlace, closed: tuple[EventPlace, bytes, bytes], name: str
) -> None:
    (wiped.key_dir / name).write_bytes(closed[2])
    look = find_leftovers(wiped.data_dir, key_dir=wiped.key_dir)
    assert look.leftovers == [Leftover(str(wiped.key_dir / name), "key_file")]


def test_an_event_that_does_not_say_it_was_wiped_is_no_pass(wiped: EventPlace) -> None:
    wiped.state_file.write_text('{"state": "open"}')
    assert find_leftovers(wiped.data_dir).verdict is Verdict.UNKNOWN
    wiped.state_file.unlink()
    assert find_leftovers(wiped.data_dir).leftovers == [Leftover(str(wiped.state_file), "closing_not_finished")]


def test_a_folder_that_may_be_listed_and_not_entered_is_unknown(
    wiped: EventPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut = wiped.data_dir / "shut"
    shut.mkdir()
    (shut / "a").write_text("x")
    asked = Path.stat

    def refuse(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path.parent == shut:
            raise PermissionError(13, "Permission denied", str(path))
        return asked(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", refuse)  # root may enter everything
    report = find_leftovers(wiped.data_dir)
    assert (report.verdict, report.unread) == (Verdict.UNKNOWN, [str(shut / "a")])


def test_a_key_folder_that_nobody_can_see_is_unknown(wiped: EventPlace, tmp_path: Path) -> None:
    for key_dir in (tmp_path / "nowhere", wiped.state_file):
        for event in (wiped.event_id, None):
            report = find_leftovers(wiped.data_dir, key_dir=key_dir, event_id=event)
            assert (report.verdict, report.leftovers) == (Verdict.UNKNOWN, [])
            assert report.unread == [
                f"{key_dir} (not a folder, or not to be entered: whether keys are left nobody has seen)"
            ]


def test_folders_nested_deep_are_walked(wiped: EventPlace) -> None:
    before, levels = Path.cwd(), 1200
    os.chdir(wiped.data_dir)
    try:
        for _ in range(levels):
            Path("d").mkdir()
            os.chdir("d")
        Path("f").write_text(NEEDLE, encoding="utf-8")
        report = find_leftovers(wiped.data_dir, CANARIES)
        assert [(Path(each.where).name, each.what) for each in report.leftovers] == [("f", "needle")]
        Path("e" * 250).mkdir()
        os.chdir("e" * 250)
        for _ in range(8):  # past the longest path
            Path("e" * 250).mkdir()
            os.chdir("e" * 250)
        report = find_leftovers(wiped.data_dir)
        assert (report.verdict, len(report.unread)) == (Verdict.UNKNOWN, 1)
    finally:
        os.chdir(before)
        subprocess.run(["rm", "-rf", str(wiped.data_dir / "d")], check=True)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 3 * CHUNK_BYTES), needle=st.binary(min_size=5, max_size=40).filter(lambda raw: any(raw)))
def test_nothing_is_missed_between_two_pieces(tmp_path_factory: pytest.TempPathFactory, at: int, needle: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "pieces.bin"
    path.write_bytes(bytes(at) + needle + bytes(100))
    assert "needle" in marks_in(path, Needles.of([needle]))[0]


def test_looking_shares_no_code_with_destroying() -> None:
    """Neither by what is written in it nor by what is loaded with it."""
    script = "import sys, kiosk.closing.leftovers; print(*(name for name in sys.modules if name.startswith('kiosk.')))"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    destroying = {"close", "destroying", "journal", "making", "reserve", "by_itself", "certificate"}
    assert not {f"kiosk.closing.{name}" for name in destroying} & set(loaded)
    assert not {"kiosk.vault.copies", "kiosk.vault.file_keys"} & set(loaded)
    for name in ("leftovers", "contents", "sqlite_pages", "open_files"):
        tree = ast.parse((Path("kiosk") / "closing" / f"{name}.py").read_text(encoding="utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not {f"kiosk.closing.{each}" for each in destroying} & imported
