"""A training and the machine's own events share nothing, and never run beside each other (R-96)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.closing.leftovers import Verdict
from kiosk.closing.life import NotReady, arm_event, import_tickets, new_event, open_event
from kiosk.closing.lock import folder_alone
from kiosk.closing.state import EventState, move, read_state
from kiosk.closing.training import EventInService, TrainingRuns, in_service, training_alone, trains
from kiosk.config.load import load_machine
from kiosk.config.places import EventPlace
from kiosk.config.rehearsal_event import write_rehearsal_event
from kiosk.config.station import combine
from kiosk.domain.outcome import CheckOutcome
from kiosk.ledger.port import Place, Presented
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.rehearsal.course import DESK, GATE, Course, Task
from kiosk.rehearsal.kinds import KINDS, MATCH
from kiosk.rehearsal.people import Visitor, visitor
from kiosk.rehearsal.training import PREFIX, end_training, sweep_cut_short, training_folder
from kiosk.rehearsal.venue import (
    EVENT_ID,
    GATE_GROUP,
    SESSION,
    Sizes,
    build,
    roster_row,
    today,
    write_roster,
)
from kiosk.station.desk_view import DeskState
from kiosk.vault.file_keys import FileEventKeys

REAL = "spring-concert"


def rows(first: int, last: int) -> list[tuple[str, ...]]:
    """Tickets of the visitors from ``first`` on, and those that make the event whole: every gate group and session."""
    kinds = [*[MATCH] * (last - first), *(kind for kind in KINDS if kind.name in {"other_gate", "other_day"})]
    made = (roster_row(kind, visitor(first + number, 0, today())) for number, kind in enumerate(kinds))
    return [row for row in made if row is not None]


def real_event(folder: Path, first: int, last: int) -> EventPlace:
    """An event of the machine itself, with tickets, not armed yet."""
    folder.mkdir()
    file, roster = folder / "event.toml", folder / "roster.csv"
    write_rehearsal_event(file, today())
    file.write_text(file.read_text("utf-8").replace(f'id = "{EVENT_ID}"', f'id = "{REAL}"', 1), "utf-8")
    place = new_event(file, folder / "data", folder / "keys")
    write_roster(roster, rows(first, last))
    assert import_tickets(place, roster).imported
    return place


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> EventPlace:
    return real_event(tmp_path_factory.mktemp("machine") / "kiosk", 0, 5)


@pytest.fixture
def training(tmp_path: Path) -> Iterator[Path]:
    with training_folder(tmp_path) as folder:
        devices = folder / "devices"
        devices.mkdir()
        build(folder, rows(100, 105), devices, "film", Sizes(), training=True)
        yield folder


def inodes(folder: Path) -> set[tuple[int, int]]:
    return {(found.st_dev, found.st_ino) for path in folder.rglob("*") if (found := path.stat()).st_nlink}


def held(place: EventPlace, person: Visitor) -> CheckOutcome | None:
    """What a gate of the event at ``place`` says of this person's card; None: the ticket is held for them."""
    keys = FileEventKeys.load(place.key_file, place.event_id)
    ledger = SqliteLedger(place.ledger_file, keys)
    try:
        token = keys.token(person.kind, person.issuing_state, person.number)
        answer = ledger.hold(Presented(token=token), Place("gate-1", GATE_GROUP, SESSION), os.urandom(8).hex(), 30, 0)
        return None if answer.hold is not None else answer.check.outcome
    finally:
        ledger.close()
        keys.forget()


@pytest.mark.requirement("R-96")
def test_nothing_is_shared_and_tickets_admit_nobody_on_the_other_side(machine: EventPlace, training: Path) -> None:
    trained = EventPlace(training / "data", training / "keys", EVENT_ID)
    assert inodes(training).isdisjoint(inodes(machine.data_dir) | inodes(machine.key_dir))
    assert trained.key_file.read_bytes() != machine.key_file.read_bytes()
    real, learner = visitor(1, 0, today()), visitor(101, 0, today())
    assert held(machine, real) is None
    assert held(trained, learner) is None
    assert held(machine, learner) is CheckOutcome.NO_TICKET
    assert held(trained, real) is CheckOutcome.NO_TICKET
    keys, others = (FileEventKeys.load(each.key_file, each.event_id) for each in (machine, trained))
    assert keys.token(real.kind, "CHN", real.number) != others.token(real.kind, "CHN", real.number)


@pytest.mark.requirement("R-96")
def test_at_its_end_a_training_is_destroyed_as_an_event_is(training: Path) -> None:
    assert end_training(training) is Verdict.PASS
    assert not training.exists()


@pytest.mark.requirement("R-96")
def test_a_training_cut_short_is_ended_when_the_next_begins(tmp_path: Path) -> None:
    cut_short = tmp_path / f"{PREFIX}cut"
    (cut_short / "devices").mkdir(parents=True)
    build(cut_short, rows(0, 3), cut_short / "devices", "film", Sizes(), training=True)
    key = cut_short / "keys" / f"{EVENT_ID}.key"
    assert key.exists()
    target = tmp_path / "somebody-elses"
    target.mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(target)
    with training_folder(tmp_path) as running:
        assert sweep_cut_short(tmp_path) == 1
        assert running.is_dir()
        running.rmdir()
    assert not cut_short.exists()
    assert target.is_dir()


@pytest.mark.requirement("R-96")
def test_refused_while_an_event_is_in_service_and_the_other_way_round(tmp_path: Path) -> None:
    place = real_event(tmp_path / "kiosk", 0, 3)
    with training_alone(place.data_dir, place.key_dir):
        assert trains(place.data_dir)
        with pytest.raises(TrainingRuns), training_alone(place.data_dir, place.key_dir):
            pass
        with pytest.raises(NotReady) as refused:
            arm_event(place)
        assert [thing.code for thing in refused.value.missing] == ["training"]
        assert read_state(place.state_file) is EventState.DRAFT
    assert not trains(place.data_dir)
    arm_event(place)
    for state in (EventState.ARMED, EventState.OPEN, EventState.CLOSING):
        if read_state(place.state_file) is not state:
            move(place.state_file, state)
        with pytest.raises(EventInService, match=REAL), training_alone(place.data_dir, place.key_dir):
            pass
    place.state_file.write_text("damaged", "utf-8")
    assert in_service(place.data_dir, place.key_dir) == (REAL,)
    assert in_service(tmp_path / "none", tmp_path / "none") == ()


def test_opening_waits_for_another_opening_but_not_for_a_training(tmp_path: Path) -> None:
    place = real_event(tmp_path / "kiosk", 0, 3)
    arm_event(place)
    with folder_alone(place.data_dir), pytest.raises(NotReady):
        open_event(place)
    open_event(place)
    assert read_state(place.state_file) is EventState.OPEN


@pytest.mark.requirement("R-96")
def test_only_a_rehearsals_event_is_trained_with(training: Path) -> None:
    from kiosk.config.event import Mode
    from kiosk.config.faults import ConfigFaults
    from kiosk.config.load import load_event

    station = load_machine(training / "desk.toml")
    assert station.training
    event = load_event(EventPlace(training / "data", training / "keys", EVENT_ID).event_file)
    combine(event, station)
    live: Any = event.model_copy(update={"mode": Mode.LIVE})
    with pytest.raises(ConfigFaults, match="training"):
        combine(live, station)


def desk(state: DeskState, **more: Any) -> dict[str, Any]:
    return {"desk": state, "outcome": "", "heads": 1, "reader_online": True, **more}


PLAYED: tuple[tuple[set[Task], list[tuple[str, dict[str, Any]]]], ...] = (
    ({Task.FACE}, [(GATE, {"visit": {"ending": "admitted", "cause": "face"}})]),
    (set(), [(GATE, {"visit": {"ending": "staff", "cause": "no_match"}})]),
    ({Task.BY_HAND}, [(DESK, desk(DeskState.ADMITTED))]),
    ({Task.USED}, [(DESK, desk(DeskState.FACTS, outcome="already_used")), (DESK, desk(DeskState.TO_SUPERVISOR))]),
    (
        {Task.USED, Task.BY_HAND},
        [(DESK, desk(DeskState.FACTS, outcome="already_used")), (DESK, desk(DeskState.ADMITTED))],
    ),
    (set(), [(DESK, desk(DeskState.FACTS, outcome="no_ticket")), (DESK, desk(DeskState.TO_SUPERVISOR))]),
    ({Task.FAMILY}, [(DESK, desk(DeskState.ADMITTED, heads=3))]),
    ({Task.REFUSED}, [(DESK, desk(DeskState.REFUSED))]),
    (
        {Task.FAULT, Task.BY_HAND},
        [
            (DESK, desk(DeskState.WAITING)),
            (DESK, desk(DeskState.WAITING, reader_online=False)),
            (DESK, desk(DeskState.FACTS, outcome="valid")),
            (DESK, desk(DeskState.ADMITTED)),
        ],
    ),
    ({Task.BY_HAND}, [(DESK, desk(DeskState.WAITING, reader_online=False)), (DESK, desk(DeskState.ADMITTED))]),
)


@pytest.mark.parametrize(("done", "told"), PLAYED)
def test_a_task_is_done_when_the_stations_say_so(done: set[Task], told: list[tuple[str, dict[str, Any]]]) -> None:
    course = Course()
    for station, message in told:
        course = course.heard(station, message)
    assert course.done == done


@given(
    st.lists(
        st.builds(
            desk,
            st.sampled_from(DeskState),
            outcome=st.sampled_from(["", *CheckOutcome]),
            heads=st.integers(1, 6),
            reader_online=st.booleans(),
        )
    )
)
def test_what_is_done_stays_done(told: list[dict[str, Any]]) -> None:
    course = Course()
    for message in told:
        after = course.heard(DESK, message)
        assert course.done <= after.done
        assert Task.FACE not in after.done
        course = after
