"""The end of an event: order, completeness, resumption after a cut at every step, and an honest look."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.closing import life
from kiosk.closing.close import close_event
from kiosk.closing.contents import CHUNK_BYTES
from kiosk.closing.journal import Step
from kiosk.closing.leftovers import Leftover, Verdict, find_leftovers
from kiosk.closing.state import MOVES, EventState, WrongState, begin, move, read_state, write_whole
from kiosk.config.places import EventPlace
from kiosk.face.port import EngineUnavailable
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.port import KeysDestroyed
from tests.helpers.event_place import CANARIES, make_event, write_event_file, write_roster
from tests.helpers.roster import number


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    return make_event(tmp_path)


KEPT = {"event.toml", "state.json", "report.json", "certificate.json", "identity.key"}
"""What outlives an event; the machine's signing key is made for the first certificate."""


def names_left(place: EventPlace) -> set[str]:
    return {path.name for path in place.data_dir.parent.rglob("*") if path.is_file()} - {"my-event.toml"}


# --- states -------------------------------------------------------------------------------------------


def test_the_states_follow_the_table_and_no_other_way(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    for here, allowed in MOVES.items():
        for there in EventState:
            write_whole(file, json.dumps({"state": here}))
            if there in allowed:
                move(file, there)
                assert read_state(file) is there
            else:
                with pytest.raises(WrongState):
                    move(file, there)
                assert read_state(file) is here


def test_an_absent_state_is_a_draft_and_a_damaged_one_serves_nobody(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    assert read_state(file) is EventState.DRAFT
    begin(file)
    whole = file.read_bytes()
    for cut in range(len(whole) - 2):
        file.write_bytes(whole[:cut])
        assert read_state(file) is EventState.UNKNOWN
    for damaged in (b"[]", b'{"state": "party"}', b'{"state": 1}', b"\xff", b'"open"'):
        file.write_bytes(damaged)
        assert read_state(file) is EventState.UNKNOWN


def test_an_event_goes_through_its_life(place: EventPlace) -> None:
    with pytest.raises(WrongState):
        life.open_event(place)
    life.arm_event(place)
    life.open_event(place)
    assert read_state(place.state_file) is EventState.OPEN
    close_event(place)
    for act in (life.arm_event, life.open_event, close_event):
        with pytest.raises(WrongState):
            act(place)


def test_a_late_roster_makes_an_armed_event_a_draft_again(place: EventPlace, tmp_path: Path) -> None:
    life.arm_event(place)
    roster = write_roster(tmp_path, people=44)
    report = life.import_tickets(place, roster, skip_bad=True)
    assert report.imported == 4
    assert read_state(place.state_file) is EventState.DRAFT


def test_an_event_id_is_never_used_twice(place: EventPlace, tmp_path: Path) -> None:
    close_event(place)
    with pytest.raises(life.EventExists):
        life.new_event(write_event_file(tmp_path), place.data_dir, place.key_dir)


def test_an_event_with_words_of_the_template_is_not_armed(place: EventPlace) -> None:
    text = place.event_file.read_text(encoding="utf-8")
    contact = '[notice.contact]\nzh = "'
    assert contact in text
    place.event_file.write_text(text.replace(contact, f"{contact}请改："), encoding="utf-8")
    with pytest.raises(life.NotReady) as refused:
        life.arm_event(place)
    [thing] = refused.value.missing
    assert (thing.code, thing.sentence.partition(" ")[0]) == ("placeholder", "notice.contact")


def test_a_challenge_without_its_model_is_missed_in_one_sentence_and_only_where_one_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> Path:
        raise EngineUnavailable("landmarks_missing")

    monkeypatch.setattr(life, "landmark_model", missing)
    for signals, codes in (("challenge", ["challenge"]), ("signals", [])):
        folder = tmp_path / signals
        folder.mkdir()
        file = write_event_file(folder, **{'attack_signals = "signals"': f'attack_signals = "{signals}"'})
        place = life.new_event(file, folder / "data", folder / "keys")
        things = [thing for thing in life.what_is_missing(place) if thing.code == "challenge"]
        assert [thing.code for thing in things] == codes
        assert all(thing.sentence.count(".") <= 3 and "\n" not in thing.sentence for thing in things)


@pytest.mark.requirement("R-01", "R-71")
def test_arming_names_exactly_what_is_missing(tmp_path: Path) -> None:
    file = write_event_file(
        tmp_path, **{"Tickets of this invented concert are bound to the person who bought them.": ""}
    )
    place = life.new_event(file, tmp_path / "data", tmp_path / "keys")
    codes = [thing.code for thing in life.what_is_missing(place)]
    assert codes == ["necessity", "tickets", "tickets", "gate_group", "gate_group"]
    with pytest.raises(life.NotReady):
        life.arm_event(place)
    place.key_file.chmod(0o644)
    assert [thing.code for thing in life.what_is_missing(place)] == ["necessity", "key"]
    assert read_state(place.state_file) is EventState.DRAFT


# --- closing ------------------------------------------------------------------------------------------


def test_closing_leaves_settings_state_and_numbers_only(place: EventPlace) -> None:
    told: list[tuple[Step, float]] = []
    report = close_event(place, lambda step, share: told.append((step, share)), needles=(*CANARIES, number(7)))
    assert report.verdict is Verdict.PASS
    assert report.counts is not None
    assert report.counts["tickets"] == 40
    assert list(dict.fromkeys(step for step, _ in told)) == list(Step)
    shares = [share for step, share in told if step is Step.FILES]
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert shares == sorted(shares)
    assert names_left(place) == KEPT
    assert read_state(place.state_file) is EventState.WIPED
    assert json.loads(place.report_file.read_text())["key_fingerprint"] == report.key_fingerprint
    with pytest.raises(KeysDestroyed):
        FileEventKeys.load(place.key_file, place.event_id)


def test_the_key_goes_before_the_files(place: EventPlace) -> None:
    seen: dict[Step, tuple[bool, bool]] = {}
    close_event(
        place, lambda step, share: seen.setdefault(step, (place.key_file.exists(), place.ledger_file.exists())) and None
    )
    assert seen[Step.KEY] == (True, True)
    assert seen[Step.FILES] == (False, True)
    assert seen[Step.LOOKING] == (False, False)


@pytest.mark.requirement("R-50")
@pytest.mark.parametrize("cut_at", [step for step in Step if step is not Step.DONE])
def test_a_closing_cut_at_any_step_is_finished_by_the_next(place: EventPlace, cut_at: Step) -> None:
    class PowerCut(BaseException):
        pass

    def cut(step: Step, share: float) -> None:
        if step is cut_at:
            raise PowerCut

    life.arm_event(place)
    with pytest.raises(PowerCut):
        close_event(place, cut)
    if cut_at is not Step.STOPPING:
        assert read_state(place.state_file) is EventState.CLOSING
        assert find_leftovers(place.data_dir).verdict is Verdict.FAILED
    report = close_event(place)
    assert report.verdict is Verdict.PASS
    assert report.counts is not None, "numbers noted before the cut are kept"
    assert report.counts["tickets"] == 40
    assert read_state(place.state_file) is EventState.WIPED


def test_killed_while_closing_the_next_start_finishes(place: EventPlace) -> None:
    script = """
import os, signal, sys
from pathlib import Path
from kiosk.closing.close import close_event
from kiosk.closing.journal import Step
from kiosk.config.places import EventPlace
def kill(step, share):
    if step is Step.FILES:
        os.kill(os.getpid(), signal.SIGKILL)
close_event(EventPlace(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]), kill)
"""
    arguments = [sys.executable, "-c", script, str(place.data_dir), str(place.key_dir), place.event_id]
    assert subprocess.run(arguments, check=False).returncode == -9
    assert place.ledger_file.exists()
    assert close_event(place).verdict is Verdict.PASS


def test_export_leftovers_and_strange_things_in_the_folder_go_too(place: EventPlace, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text("not ours")
    (place.folder / "export.csv").write_text("金丝雀7")
    (place.folder / "sub").mkdir()
    (place.folder / "sub" / "ledger.sqlite-journal").write_bytes(b"x" * 10)
    (place.folder / "link").symlink_to(elsewhere)
    (place.folder / ".hidden").write_text("金丝雀8")
    assert close_event(place, needles=CANARIES).verdict is Verdict.PASS
    assert elsewhere.read_text() == "not ours"
    assert names_left(place) == {*KEPT, "elsewhere.txt"}


def test_files_are_overwritten_before_they_go(place: EventPlace) -> None:
    before = place.ledger_file.read_bytes()
    with place.ledger_file.open("rb") as still_open:
        report = close_event(place)
        left = still_open.read()
    assert len(left) == len(before)
    assert not left.startswith(b"SQLite")
    assert report.verdict is Verdict.FAILED, "the deleted file lives while somebody holds it"
    assert [leftover.what for leftover in report.look.leftovers] == ["deleted_but_open"]
    assert read_state(place.state_file) is EventState.CLOSING
    assert close_event(place).verdict is Verdict.PASS


def test_a_station_that_does_not_let_go_is_named(place: EventPlace) -> None:
    script = "import sys; f = open(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    station = subprocess.Popen(
        [sys.executable, "-c", script, str(place.ledger_file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert station.stdout is not None
    assert station.stdin is not None
    station.stdout.readline()
    report = close_event(place, wait_s=0.2)
    assert (report.stations_still_open, report.verdict) == (1, Verdict.FAILED)
    station.stdin.close()
    station.wait(10)
    station.stdout.close()
    assert close_event(place).verdict is Verdict.PASS


def test_a_key_that_cannot_be_removed_makes_the_closing_fail(
    place: EventPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(place.key_dir))
    report = close_event(place)
    assert Leftover(str(place.key_file), "key_file") in report.look.leftovers
    assert read_state(place.state_file) is EventState.CLOSING


def test_a_key_that_was_never_found_is_no_destroyed_key(place: EventPlace, tmp_path: Path) -> None:
    elsewhere = EventPlace(place.data_dir, tmp_path / "elsewhere", place.event_id)
    assert close_event(elsewhere).verdict is Verdict.UNKNOWN
    assert read_state(place.state_file) is EventState.CLOSING
    report = close_event(place)
    assert (report.verdict, report.key_seen, report.store_missed) == (Verdict.UNKNOWN, True, True), (
        "what went while the key was elsewhere, nothing beside the key says"
    )


def test_a_damaged_key_that_went_before_a_cut_is_remembered(place: EventPlace) -> None:
    class PowerCut(BaseException):
        pass

    def cut(step: Step, share: float) -> None:
        if step is Step.FILES:
            raise PowerCut

    place.key_file.write_bytes(b"damaged")
    with pytest.raises(PowerCut):
        close_event(place, cut)
    assert close_event(place).verdict is Verdict.PASS


def test_a_damaged_key_or_store_does_not_stop_the_closing(place: EventPlace) -> None:
    place.key_file.write_bytes(b"damaged")
    place.ledger_file.write_bytes(b"damaged")
    report = close_event(place)
    assert (report.verdict, report.counts) == (Verdict.PASS, None)


# --- the look -----------------------------------------------------------------------------------------


@pytest.fixture
def wiped(place: EventPlace) -> EventPlace:
    assert close_event(place).verdict is Verdict.PASS
    return place


def plant(text: str | bytes, name: str) -> Callable[[EventPlace], Path]:
    def do(place: EventPlace) -> Path:
        path = place.data_dir / name.format(event=f"events/{place.event_id}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return do


PLANTED = [
    (plant("", "{event}/ledger.sqlite-wal"), "suspect_file"),
    (plant("", "{event}/notes.txt"), "unexpected_file"),
    (plant("", "{event}/deeper/state.json"), "unexpected_file"),
    (plant("", "roster.csv"), "suspect_file"),
    (plant(b"SQLite format 3\0" + bytes(80), "cache"), "ticket_store"),
    (plant(b"VKKEY1" + bytes(40), "copy-of-something"), "key"),
    (plant(f"log: read {number(7)}.", "app.log"), "id_number"),
    (plant(f"x{number(8)}y".encode("utf-16-le"), "app.log"), "id_number"),
    (plant("admitted 金丝雀7", "app.log"), "needle"),
    (plant("admitted 金丝雀7".encode("gb18030"), "app.log"), "needle"),
    (plant(b"x" + "金丝雀".encode("utf-16-le"), "app.log"), "needle"),
    (plant(bytes(CHUNK_BYTES - 3) + "金丝雀".encode(), "big.bin"), "needle"),
    (plant(bytes(CHUNK_BYTES - 9) + number(9).encode(), "big.bin"), "id_number"),
]


@pytest.mark.requirement("R-50")
@pytest.mark.parametrize(("planting", "what"), PLANTED)
def test_anything_planted_is_found(wiped: EventPlace, planting: Callable[[EventPlace], Path], what: str) -> None:
    path = planting(wiped)
    report = find_leftovers(wiped.data_dir, CANARIES)
    assert report.verdict is Verdict.FAILED
    assert Leftover(str(path), what) in report.leftovers


def test_a_clean_folder_passes_and_says_what_was_looked_at(wiped: EventPlace) -> None:
    report = find_leftovers(wiped.data_dir, (*CANARIES, ""), key_dir=wiped.key_dir)
    assert (report.verdict, report.leftovers, report.unread) == (Verdict.PASS, [], [])
    assert (report.events_seen, report.files_read) == (1, 4)
    assert report.checked
    assert report.not_checked


def test_digits_that_are_no_id_number_are_no_leftover(wiped: EventPlace) -> None:
    wrong_check_digit = number(7)[:17] + ("0" if number(7)[17] != "0" else "1")
    (wiped.data_dir / "app.log").write_text(f"{wrong_check_digit} 1{number(7)} 20260501123000123456")
    assert find_leftovers(wiped.data_dir).verdict is Verdict.PASS


def test_a_running_event_or_a_left_key_fails(place: EventPlace) -> None:
    found = {leftover.what for leftover in find_leftovers(place.data_dir, key_dir=place.key_dir).leftovers}
    assert {"suspect_file", "ticket_store", "key_file"} <= found


@pytest.mark.requirement("R-50")
def test_what_cannot_be_looked_at_is_unknown_never_pass(wiped: EventPlace, tmp_path: Path) -> None:
    assert find_leftovers(tmp_path / "nowhere").verdict is Verdict.UNKNOWN
    (wiped.data_dir / "link").symlink_to(tmp_path)
    assert find_leftovers(wiped.data_dir).verdict is Verdict.UNKNOWN
    (wiped.data_dir / "link").unlink()
    os.mkfifo(wiped.data_dir / "pipe")
    assert find_leftovers(wiped.data_dir).verdict is Verdict.UNKNOWN


def test_a_deleted_store_that_a_station_holds_is_found(wiped: EventPlace, tmp_path: Path) -> None:
    path = wiped.folder / "ledger.sqlite"
    ledger = SqliteLedger(path, FileEventKeys.create(tmp_path / "k.key", wiped.event_id))
    for file in wiped.folder.glob("ledger.sqlite*"):
        file.unlink()
    report = find_leftovers(wiped.data_dir)
    ledger.close()
    assert {leftover.what for leftover in report.leftovers} == {"deleted_but_open"}
    assert find_leftovers(wiped.data_dir).verdict is Verdict.PASS
