"""A new event from an earlier one: rules and layout cross, nothing of anybody does."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.closing.state import EventState, read_state
from kiosk.config.earlier_event import TAKEN, from_earlier
from kiosk.config.event import EventConfig
from kiosk.config.load import parse_event
from kiosk.config.places import EventPlace
from kiosk.config.rehearsal_event import rehearsal_event_text
from kiosk.config.toml_text import as_toml
from kiosk.ledger.numbers import count_tickets
from tests.unit.test_event_cli import Shell

OLD = tomllib.loads(rehearsal_event_text(date(2026, 5, 1)))
PERSON = "Maria-Theresia Beispiel"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.until_open()
    return shell


@given(
    day=st.dates(date(2020, 1, 1), date(2090, 1, 1)),
    unknown=st.dictionaries(st.text("abcdefgh_", min_size=9, max_size=12), st.just(PERSON), max_size=5),
    words=st.fixed_dictionaries({"necessity": st.just(PERSON), "rule": st.just(PERSON)}),
)
def test_whatever_stands_in_the_old_file_only_rules_and_layout_cross(
    day: date, unknown: dict[str, Any], words: dict[str, str]
) -> None:
    old = {
        **OLD,
        **unknown,
        "reason": {**OLD["reason"], **words},
        "place": {"public_safety_reference": PERSON, "data_protection_sign_off": PERSON},
        "planning": {**OLD.get("planning", {}), "below_plan_reason": PERSON},
    }
    made = from_earlier(old, "autumn", day)
    assert PERSON not in json.dumps(made, default=str, ensure_ascii=False)
    assert set(made) <= {"id", *TAKEN}
    event = parse_event(as_toml(made), "event.toml")
    assert event.id == "autumn"
    before = parse_event(as_toml(OLD), "event.toml")
    assert event.gate_groups == before.gate_groups
    assert (event.face, event.retention, event.profiles) == (before.face, before.retention, before.profiles)
    assert not event.hold.allowed
    assert event.reason.necessity == ""
    firsts = [min(session.date for session in each.sessions) for each in (event, before)]
    assert firsts[0] == day
    gaps = [[session.doors - each.sessions[0].doors for session in each.sessions] for each in (event, before)]
    assert gaps[0] == gaps[1]
    assert [s.doors.timetz() for s in event.sessions] == [s.doors.timetz() for s in before.sessions]


def test_every_setting_of_an_event_is_taken_or_left_on_purpose() -> None:
    left = {"id", "reason", "place", "minimum_age_years", "prior_choice", "desk"}
    assert set(EventConfig.model_fields) == {*TAKEN, *left}


def test_by_command_no_ticket_key_or_signature_crosses(shell: Shell) -> None:
    old = shell.place
    done = shell("event", "new", "--from", "rehearsal", "--id", "autumn", "--day", "2026-10-03")
    assert done.exit_code == 0, done.output
    made = EventPlace(old.data_dir, old.key_dir, "autumn")
    assert read_state(made.state_file) is EventState.DRAFT
    assert count_tickets(made.ledger_file)["tickets"] == 0
    assert made.key_file.read_bytes() != old.key_file.read_bytes()
    held = {path.read_bytes() for path in old.folder.rglob("*") if path.is_file() and path.stat().st_size > 64}
    assert held.isdisjoint(path.read_bytes() for path in made.folder.rglob("*") if path.is_file())
    assert not (made.folder / "assessment.json").exists()
    bound = (old.key_dir / "rehearsal.key.bound").read_bytes()
    assert (made.key_dir / "autumn.key.bound").read_bytes() != bound
    again = shell("event", "new", "--from", "rehearsal", "--id", "rehearsal", "--day", "2026-10-03")
    assert again.exit_code == 1


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("--from", "rehearsal"),
        ("--from", "rehearsal", "--id", "x"),
        ("--from", "none", "--id", "x", "--day", "2026-01-01"),
    ],
)
def test_half_a_command_is_bad_usage(shell: Shell, wrong: tuple[str, ...]) -> None:
    assert shell("event", "new", *wrong).exit_code == 2


def test_days_are_whole(shell: Shell) -> None:
    assert shell("event", "new", "--from", "rehearsal", "--id", "x", "--day", "soon").exit_code == 2
    made = from_earlier(OLD, "x", date(2026, 5, 1) + timedelta(days=3))
    assert isinstance(made["sessions"][0]["doors"], datetime)
