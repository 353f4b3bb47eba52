"""Allowing, counting, looking and dropping by command: who may, what is said, what is recorded (R-47, R-76)."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from kiosk.audit.catalogue import Kind
from kiosk.audit.log import AuditLog
from kiosk.closing.by_itself import device_of
from kiosk.closing.clock_file import ClockFile, read_clocks
from kiosk.closing.close import close_event
from kiosk.closing.leftovers import Verdict, find_leftovers
from kiosk.closing.resume import resume_all
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.holding.captures import Captures, Figures, encode
from kiosk.holding.numbers import Numbers, held_counts, items, numbers_of
from kiosk.holding.permission import is_allowed, terms_of
from kiosk.holding.sealing import seal_to
from kiosk.holding.store import HeldStore
from kiosk.parts.holding import hold_terms, make_sweep
from kiosk.ports import SystemClock
from kiosk.vault.file_keys import FileEventKeys
from tests.helpers.station_workers import Posts
from tests.unit.test_accounts_cli import Shell
from tests.unit.test_accounts_cli import shell as bare_shell
from tests.unit.test_approving_cli import ORGANISERS, both, records

__all__ = ["bare_shell"]

ALLOW = ("event", "hold", "allow", "rehearsal", "--reason", "complaints can be looked into")
CANARY = 217


@pytest.fixture
def shell(bare_shell: Shell) -> Shell:
    """A rehearsal's event whose settings provide for holds; its organiser is logged in."""
    bare_shell.event()
    bare_shell.first("generic")
    bare_shell.log_in("sec")
    bare_shell.add("org", "organiser")
    bare_shell.log_in("org")
    return bare_shell


@pytest.fixture
def place(shell: Shell) -> EventPlace:
    return EventPlace(shell.device.data_dir, shell.device.key_dir, "rehearsal")


@pytest.fixture
def allowed(shell: Shell, place: EventPlace) -> Iterator[HeldStore]:
    done = shell(*ALLOW, *ORGANISERS, typed=both(shell, "org", "sec"))
    assert done.exit_code == 0, done.output
    keys = FileEventKeys.load(place.key_file, place.event_id)
    yield HeldStore(place, keys)
    keys.forget()


def held(place: EventPlace, store: HeldStore, now_s: float | None = None) -> str:
    keys = FileEventKeys.load(place.key_file, place.event_id)
    picture = np.full((16, 16, 3), CANARY, dtype=np.uint8)
    block = encode(Captures(picture, Figures(0.2, 0.39, "picture", "engine/1")))
    code = store.keep(seal_to(terms_of(place, keys).public, block), time.time() if now_s is None else now_s)
    store.confirm(code)
    return code


def test_two_people_allow_it_once(shell: Shell, place: EventPlace, allowed: HeldStore) -> None:
    (record,) = records(shell, "hold.allowed")
    assert record["fields"]["approved_by"] == "org,sec"  # type: ignore[index]
    again = shell(*ALLOW, *ORGANISERS, typed=both(shell, "org", "sec"))
    assert (again.exit_code, again.stderr.strip()) == (1, "Event rehearsal may hold captures already.")


def test_one_person_is_not_enough(shell: Shell, place: EventPlace) -> None:
    refused = shell(*ALLOW, "--approve", "org", "--approve", "org", typed=both(shell, "org", "org"))
    assert refused.exit_code != 0
    assert not is_allowed(place)
    assert records(shell, "hold.allowed") == []


def test_settings_without_it_are_said_before_anybody_logs_in(shell: Shell, place: EventPlace) -> None:
    text = place.event_file.read_text(encoding="utf-8")
    place.event_file.write_text(text.replace("allowed = true", "allowed = false"), encoding="utf-8")
    refused = shell(*ALLOW, *ORGANISERS)
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "[hold] needs allowed = true" in refused.stderr


def test_ground_and_hours_are_read_out_before_anybody_logs_in(shell: Shell, place: EventPlace) -> None:
    told = shell(*ALLOW, *ORGANISERS).stdout
    settings = load_event(place.event_file)
    assert f"at most {settings.hold.max_h:g} h" in told
    assert all(settings.hold.ground[language] in told for language in settings.languages)
    assert not is_allowed(place)


def test_a_ground_written_into_the_file_since_is_not_agreed_to(shell: Shell, place: EventPlace) -> None:
    text = place.event_file.read_text(encoding="utf-8")
    place.event_file.write_text(re.sub(r"(?m)^max_h = .*$", "max_h = 24.0", text), encoding="utf-8")
    assert load_event(place.event_file).hold.max_h == 24.0
    refused = shell(*ALLOW, *ORGANISERS, typed=both(shell, "org", "sec"))
    assert (refused.exit_code, is_allowed(place)) == (1, False)
    assert "not as it was bound" in refused.stderr


def test_it_is_taken_back_with_what_is_held(shell: Shell, place: EventPlace, allowed: HeldStore) -> None:
    held(place, allowed)
    done = shell("event", "hold", "forbid", "rehearsal")
    assert done.exit_code == 0, done.output
    assert (is_allowed(place), items(place)) == (False, [])
    (record,) = records(shell, "hold.forbidden")
    assert record["fields"] == {"count": 1}
    assert shell("event", "hold", "forbid", "rehearsal").exit_code == 1
    again = shell(*ALLOW, *ORGANISERS, typed=both(shell, "org", "sec"))
    assert again.exit_code == 0, again.output


def test_settings_that_forbid_it_count_at_once_and_at_the_next_start(
    shell: Shell, place: EventPlace, allowed: HeldStore
) -> None:
    keys = FileEventKeys.load(place.key_file, place.event_id)
    common = SimpleNamespace(
        config=SimpleNamespace(machine=_machine(place), event=load_event(place.event_file)), keys=keys
    )
    assert hold_terms(common) is not None  # type: ignore[arg-type]
    text = place.event_file.read_text(encoding="utf-8")
    place.event_file.write_text(text.replace("allowed = true", "allowed = false"), encoding="utf-8")
    assert json.loads(shell("event", "hold", "list", "rehearsal", "--json").stdout)["allowed"] is False
    common.config.event = load_event(place.event_file)
    assert hold_terms(common) is None  # type: ignore[arg-type]
    keys.forget()


def test_what_ran_out_goes_at_any_station_s_start_whatever_was_done_to_clock_and_permission(
    shell: Shell, place: EventPlace, allowed: HeldStore, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the time since the machine's start: its clock is set back; the permission is gone, and no key is there."""
    began = read_clocks()
    reading = began
    monkeypatch.setattr(ClockFile.__init__, "__defaults__", (None, lambda: reading))
    held(place, allowed, began.wall_s)
    ClockFile(device_of(place), None).look()
    place.hold_file.unlink()
    place.key_file.unlink()
    reading = replace(began, wall_s=began.wall_s - 86_400, since_boot_s=began.since_boot_s + 25 * 3600)
    posts, notes = Posts(), list[tuple[object, dict[str, object]]]()
    common = SimpleNamespace(
        config=SimpleNamespace(machine=_machine(place)),
        clock=SystemClock(),
        mailbox=SimpleNamespace(post=posts),
        audit=SimpleNamespace(note=lambda kind, **fields: notes.append((kind, fields))),
    )
    sweep = make_sweep(common)  # type: ignore[arg-type]
    sweep.stop()
    posts.run_until(lambda: bool(notes))
    assert items(place) == []
    assert notes == [(Kind.HOLD_DROPPED, {"count": 1, "reason": "expired"})]


def _machine(place: EventPlace) -> SimpleNamespace:
    return SimpleNamespace(data_dir=place.data_dir, key_dir=place.key_dir, event=place.event_id)


def test_how_many_and_never_who(shell: Shell, place: EventPlace, allowed: HeldStore) -> None:
    code = held(place, allowed)
    allowed.drop(held(place, allowed))
    told = json.loads(shell("event", "hold", "list", "rehearsal", "--json").stdout)
    assert told == {"event": "rehearsal", "allowed": True, "stored": 1, "peak": 2, "total": 2}
    report = json.loads(shell("event", "report", "rehearsal", "--json").stdout)
    assert {name: report["counts"][f"held_{name}"] for name in ("stored", "peak", "total")} == {
        "stored": 1, "peak": 2, "total": 2,
    }  # fmt: skip
    said = shell("event", "hold", "list", "rehearsal").stdout
    assert code not in said


def test_numbers_taken_off_the_disk_are_those_of_the_audit_log(shell: Shell, place: EventPlace) -> None:
    log = AuditLog.at(device_of(place), SystemClock())
    for about, count in ((place.event_id, 2), ("another", 9), (place.event_id, 1)):
        log.write(Kind.HOLDS_COUNTED, "gate-1", about, station="gate-1", slot="2026-05-01T18:00Z", count=count)
    assert held_counts(place) == {"held_stored": 0, "held_peak": 1, "held_total": 3}
    log.write(Kind.EVENT_CREATED, "system", place.event_id, protection="file")
    assert held_counts(place) == {}


def test_a_person_s_wish_drops_it_and_is_recorded(shell: Shell, place: EventPlace, allowed: HeldStore) -> None:
    code = held(place, allowed)
    done = shell("event", "hold", "drop", "rehearsal", f"{code[:3]} {code[3:].lower()}", typed="\n")
    assert done.exit_code == 0, done.output
    assert items(place) == []
    (record,) = records(shell, "hold.dropped")
    assert record["fields"] == {"count": 1, "reason": "withdrawn"}
    unknown = shell("event", "hold", "drop", "rehearsal", code, typed="\n")
    assert unknown.exit_code == 1
    assert unknown.stderr.strip().endswith("Nothing is held under this code, or its time is over.")


def test_an_organiser_may_not_look(
    shell: Shell, place: EventPlace, allowed: HeldStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.cli.hold_screen.show_hold", lambda *given: pytest.fail("shown"))
    code = held(place, allowed)
    refused = shell("event", "hold", "view", "rehearsal", code, "--reason", "curious", typed="\n")
    assert refused.exit_code == 3
    assert records(shell, "hold.opened") == records(shell, "hold.viewed") == []


@pytest.mark.parametrize(("code", "sentence"), [("K7M4P", "six letters"), ("AAAAAA", "Nothing is held")])
def test_a_code_that_finds_nothing_is_said(shell: Shell, allowed: HeldStore, code: str, sentence: str) -> None:
    refused = shell("event", "hold", "drop", "rehearsal", code, typed="\n")
    assert refused.exit_code != 0
    assert sentence in refused.stderr


def test_without_accounts_a_rehearsal_can_be_looked_at_and_every_look_is_recorded(
    bare_shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare_shell.event()
    place = EventPlace(bare_shell.device.data_dir, bare_shell.device.key_dir, "rehearsal")
    assert bare_shell(*ALLOW, "--approve", "Anna", "--approve", "Ben").exit_code == 0
    seen: list[int] = []

    def show(where: EventPlace, event: object, code: str, captures: Captures) -> None:
        seen.append(int(captures.live[0, 0, 0]))

    monkeypatch.setattr("kiosk.cli.hold_screen.show_hold", show)
    keys = FileEventKeys.load(place.key_file, place.event_id)
    code = held(place, HeldStore(place, keys))
    done = bare_shell("event", "hold", "view", "rehearsal", code, "--reason", "complaint of the person")
    assert done.exit_code == 0, done.output
    assert seen == [CANARY]
    (viewed,) = records(bare_shell, "hold.viewed")
    assert viewed["fields"].keys() == {"duration_s", "reason"}  # type: ignore[attr-defined]
    assert len(records(bare_shell, "hold.opened")) == 1
    assert bare_shell("event", "hold", "view", "rehearsal", code, "--reason", "").exit_code == 2


# --- the end ----------------------------------------------------------------------------------------


def test_closing_destroys_what_is_held_and_says_so(shell: Shell, place: EventPlace, allowed: HeldStore) -> None:
    for _ in range(2):
        held(place, allowed)
    (item, _) = items(place)
    before = item.read_bytes()
    report = close_event(place, wait_s=0.0)
    assert report.verdict is Verdict.PASS
    assert not place.holds_folder.exists()
    assert not place.hold_file.exists()
    assert report.counts is not None
    assert {report.counts[f"held_{name}"] for name in ("stored", "peak", "total")} == {2}
    certificate = json.loads(place.certificate_file.read_text(encoding="utf-8"))["certificate"]
    assert "held_captures" in certificate["data_categories"]
    for copy in (before, b"rubbish before " + before[30:]):
        (place.data_dir / "harmless.txt").write_bytes(copy)
        whole = copy.startswith(b"VKHELD")
        assert ("held_capture" in {left.what for left in find_leftovers(place.data_dir).leftovers}) is whole


def test_an_event_that_held_nothing_does_not_speak_of_it(shell: Shell, place: EventPlace) -> None:
    close_event(place, wait_s=0.0)
    certificate = json.loads(place.certificate_file.read_text(encoding="utf-8"))["certificate"]
    assert "held_captures" not in certificate["data_categories"]
    assert not any(name.startswith("held_") for name in certificate["destroyed"])


def test_a_closing_cut_short_among_held_captures_is_taken_up_again(
    shell: Shell, place: EventPlace, allowed: HeldStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        held(place, allowed)

    class PowerCut(BaseException):
        """Nothing after it happens."""

    def cut(folder: Path, kept: object, told: object) -> int:
        items(place)[0].unlink()
        raise PowerCut

    with monkeypatch.context() as patched:
        patched.setattr("kiosk.closing.close.remove_files", cut)
        with pytest.raises(PowerCut):
            close_event(place, wait_s=0.0)
    assert len(items(place)) == 2
    assert not place.key_file.exists()
    ((_, report),) = resume_all(place.data_dir, place.key_dir, lambda step, share: None, "test")
    assert report is not None
    assert report.verdict is Verdict.PASS
    assert report.counts is not None
    assert report.counts["held_total"] == 3
    assert numbers_of(place) is None or numbers_of(place) == Numbers()


def test_what_was_held_is_counted_where_the_tickets_cannot_be(
    shell: Shell, place: EventPlace, allowed: HeldStore
) -> None:
    held(place, allowed)
    place.ledger_file.write_bytes(b"damaged")
    assert close_event(place, wait_s=0.0).counts == {"held_stored": 1, "held_peak": 1, "held_total": 1}
