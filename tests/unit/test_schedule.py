"""When an event closes by itself, and what a clock that was set does to that: nothing, or a question."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import Value
from kiosk.closing import clock, schedule
from kiosk.closing.clock import Kept, Reading, Stands
from kiosk.closing.clock_file import ClockFile
from kiosk.closing.schedule import Due
from kiosk.config.places import DevicePlace
from tests.helpers.roster import EVENT

HOUR_S, DAY_S = 3600.0, 86_400.0
START_S = 1_780_000_000.0


@dataclass
class Machine:
    """A machine whose clock can be set, and switched off."""

    wall_s: float = START_S
    since_boot_s: float = 100.0
    boot: int = 1

    def __call__(self) -> Reading:
        return Reading(self.wall_s, self.since_boot_s, f"boot-{self.boot}")

    def run(self, for_s: float) -> None:
        self.wall_s += for_s
        self.since_boot_s += for_s

    def restart(self, off_s: float = 0.0) -> None:
        self.wall_s += off_s
        self.since_boot_s, self.boot = 5.0, self.boot + 1


@dataclass
class Written:
    """An audit log in memory."""

    records: list[tuple[Kind, dict[str, Value]]] = field(default_factory=list)

    def write(self, kind: Kind, by: str, about: str = "", *, success: bool = True, **fields: Value) -> None:
        self.records.append((kind, fields))

    @property
    def kinds(self) -> list[Kind]:
        return [kind for kind, _ in self.records]


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def log() -> Written:
    return Written()


@pytest.fixture
def file(tmp_path: Path, machine: Machine, log: Written) -> ClockFile:
    return ClockFile(DevicePlace(tmp_path / "data", tmp_path / "keys"), log, machine)


class Night:
    """Looks at one event's deadline as a station does, once a second of whatever it is told."""

    def __init__(self, file: ClockFile, deadline_s: float) -> None:
        self._file, self._deadline_s = file, deadline_s

    def due(self) -> Due:
        seen, now = self._file.look(lambda seen, now: schedule.due(self._deadline_s, seen, now.wall_s) is Due.ASK)
        return schedule.due(self._deadline_s, seen, now.wall_s)


@pytest.fixture
def night(file: ClockFile) -> Night:
    night = Night(file, START_S + 6 * HOUR_S)
    assert night.due() is Due.NOT_YET
    return night


# --- the deadline -------------------------------------------------------------------------------------


def test_the_deadline_is_the_last_end_plus_the_grace() -> None:
    last = max(session.ends for session in EVENT.sessions).timestamp()
    assert schedule.deadline_s(EVENT) == last + 2 * HOUR_S
    generous = EVENT.model_copy(update={"retention": EVENT.retention.model_copy(update={"grace_h": 23.0})})
    assert schedule.deadline_s(generous, extended_h=0.5) == last + 23.5 * HOUR_S
    assert schedule.deadline_s(generous, extended_h=5.0) == last + 24 * HOUR_S
    assert schedule.deadline_s(EVENT, extended_h=-9.0) == last + 2 * HOUR_S


@pytest.mark.requirement("R-49")
def test_time_that_passes_brings_the_end(night: Night, machine: Machine, log: Written) -> None:
    machine.run(6 * HOUR_S - 1)
    assert night.due() is Due.NOT_YET
    machine.run(1)
    assert night.due() is Due.CLOSE
    assert log.kinds == []


@pytest.mark.requirement("R-49")
def test_switched_off_over_the_deadline(night: Night, machine: Machine, log: Written) -> None:
    machine.run(HOUR_S)
    assert night.due() is Due.NOT_YET
    machine.restart(off_s=2 * DAY_S)
    assert night.due() is Due.CLOSE
    assert log.kinds == []


# --- set back -----------------------------------------------------------------------------------------


@pytest.mark.requirement("R-95")
def test_set_back_a_day_while_running_the_deadline_stays(night: Night, machine: Machine, log: Written) -> None:
    machine.run(HOUR_S)
    machine.wall_s -= DAY_S
    assert night.due() is Due.NOT_YET
    machine.run(5 * HOUR_S - 1)
    assert night.due() is Due.NOT_YET
    machine.run(1)
    assert night.due() is Due.CLOSE
    assert log.records == [(Kind.CLOCK_WENT_BACK, {"by_s": -DAY_S})]


def test_set_back_while_off_time_goes_on_from_the_highest_ever_seen(
    night: Night, machine: Machine, log: Written
) -> None:
    machine.run(5 * HOUR_S)
    night.due()
    machine.restart(off_s=-DAY_S)
    assert night.due() is Due.NOT_YET
    machine.run(HOUR_S)
    assert night.due() is Due.CLOSE
    assert log.kinds == [Kind.CLOCK_WENT_BACK]


def test_set_back_again_and_again_never_gains_more_than_was_off(night: Night, machine: Machine) -> None:
    for _ in range(6):
        machine.run(HOUR_S)
        night.due()
        machine.restart(off_s=-HOUR_S)
        night.due()
    assert night.due() is Due.CLOSE


def test_a_clock_behind_cannot_be_confirmed(night: Night, machine: Machine, file: ClockFile) -> None:
    machine.run(5 * HOUR_S)
    machine.wall_s -= DAY_S
    night.due()
    file.confirm("anna", right=True)
    machine.run(HOUR_S)
    assert night.due() is Due.CLOSE


# --- set forward --------------------------------------------------------------------------------------


def test_set_forward_a_day_staff_are_asked_and_it_closes_after_half_an_hour(
    night: Night, machine: Machine, log: Written
) -> None:
    machine.wall_s += DAY_S
    assert night.due() is Due.ASK
    machine.run(schedule.UNCONFIRMED_S - 1)
    assert night.due() is Due.ASK
    machine.run(1)
    assert night.due() is Due.CLOSE
    assert log.records == [(Kind.CLOCK_WENT_FORWARD, {"by_s": DAY_S})]


def test_said_to_be_wrong_the_event_goes_on_to_its_own_end(
    night: Night, machine: Machine, file: ClockFile, log: Written
) -> None:
    machine.wall_s += DAY_S
    night.due()
    file.confirm("anna", right=False)
    machine.run(HOUR_S)
    assert night.due() is Due.NOT_YET
    machine.run(5 * HOUR_S)
    assert night.due() is Due.CLOSE
    assert log.records[1:] == [(Kind.CLOCK_CONFIRMED, {"by_s": DAY_S, "reason": "wrong"})]


def test_said_to_be_right_the_event_is_over(night: Night, machine: Machine, file: ClockFile) -> None:
    machine.wall_s += DAY_S
    night.due()
    file.confirm("anna", right=True)
    assert night.due() is Due.CLOSE


def test_put_right_again_nobody_is_asked_any_more(night: Night, machine: Machine) -> None:
    machine.wall_s += DAY_S
    assert night.due() is Due.ASK
    machine.wall_s -= DAY_S
    assert night.due() is Due.NOT_YET
    machine.run(schedule.UNCONFIRMED_S)
    assert night.due() is Due.NOT_YET
    machine.wall_s += DAY_S
    assert night.due() is Due.ASK, "another jump, another half hour"


def test_a_jump_that_stays_before_the_end_is_noted_and_not_counted(
    night: Night, machine: Machine, log: Written
) -> None:
    machine.wall_s += 5 * HOUR_S
    assert night.due() is Due.NOT_YET
    machine.run(HOUR_S - 1)
    assert night.due() is Due.NOT_YET
    machine.run(1)
    assert night.due() is Due.ASK, "by the machine's clock it is over, by the count it is not"
    assert log.kinds == [Kind.CLOCK_WENT_FORWARD]


def test_a_restart_does_not_answer_the_question(night: Night, machine: Machine) -> None:
    machine.wall_s += DAY_S
    assert night.due() is Due.ASK
    for _ in range(2):
        machine.run(700)
        assert night.due() is Due.ASK
        machine.restart(off_s=60)
        assert night.due() is Due.ASK
    machine.run(500)
    assert night.due() is Due.CLOSE, "700 + 700 + 500 s asked"


def test_years_ahead_at_the_start_is_a_question_too(night: Night, machine: Machine, log: Written) -> None:
    machine.restart(off_s=10 * 365 * DAY_S)
    assert night.due() is Due.ASK
    assert log.kinds == [Kind.CLOCK_WENT_FORWARD]


@pytest.mark.parametrize(("every_s", "most_s"), [(60.0, clock.JUMP_S), (clock.AGREE_ANEW_S, 10 * clock.JUMP_S)])
def test_a_clock_pushed_on_in_small_steps_gains_little(
    machine: Machine, file: ClockFile, every_s: float, most_s: float
) -> None:
    file.look()
    for _ in range(int(10 * HOUR_S / every_s)):
        machine.run(every_s)
        machine.wall_s += 50
        seen, _ = file.look()
    assert 0 <= seen.time_s - START_S - 10 * HOUR_S <= most_s


# --- what is kept -------------------------------------------------------------------------------------

SECONDS = st.floats(0, 10 * DAY_S, allow_nan=False)


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["run", "set", "restart"]), SECONDS, st.floats(-10 * DAY_S, 10 * DAY_S)), max_size=12
    )
)
def test_time_never_goes_back_and_runs_at_least_as_fast_as_the_machine(
    steps: list[tuple[str, float, float]],
) -> None:
    machine, kept, last_s = Machine(), None, 0.0
    for what, for_s, by_s in steps:
        before = machine.since_boot_s
        match what:
            case "run":
                machine.run(for_s)
            case "set":
                machine.wall_s += by_s
            case "restart":
                machine.restart(by_s)
        seen = clock.look(kept, machine())
        ran_s = machine.since_boot_s - before if what == "run" and kept is not None else 0.0
        assert seen.time_s >= last_s + ran_s - clock.JUMP_S
        assert seen.time_s >= last_s
        kept, last_s = seen.kept, seen.time_s


def test_what_is_kept_is_read_again(file: ClockFile, machine: Machine, tmp_path: Path) -> None:
    path = tmp_path / "keys" / "device.clock.json"
    file.look()
    first = path.read_bytes()
    machine.run(59)
    file.look()
    assert path.read_bytes() == first, "once a minute is enough"
    machine.run(1)
    seen, _ = file.look()
    kept = json.loads(path.read_text())
    assert kept["highest_s"] == seen.time_s == START_S + 60
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"highest_s": 1}', b"\xff\xfe"])
def test_a_damaged_file_is_begun_anew(file: ClockFile, machine: Machine, tmp_path: Path, damage: bytes) -> None:
    file.look()
    (tmp_path / "keys" / "device.clock.json").write_bytes(damage)
    machine.run(10)
    seen, _ = file.look()
    assert (seen.time_s, seen.kept.stands) == (machine.wall_s, Stands.AGREES)


def test_times_that_are_no_numbers_are_not_read(file: ClockFile, tmp_path: Path) -> None:
    file.look()
    path = tmp_path / "keys" / "device.clock.json"
    kept = json.loads(path.read_text())
    for name in ("highest_s", "agreed_s", "asked_before_s"):
        path.write_text(json.dumps(kept | {name: float("nan")}))
        seen, now = file.look()
        assert seen.time_s == now.wall_s


def test_a_full_disk_does_not_stop_the_count(night: Night, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kiosk.closing.clock_file.write_whole", full)
    machine.run(5 * HOUR_S)
    machine.wall_s -= DAY_S
    assert night.due() is Due.NOT_YET
    machine.run(HOUR_S)
    assert night.due() is Due.CLOSE


def test_only_what_is_asked_counts_as_asked() -> None:
    kept = Kept(START_S, START_S, 0.0, 500.0, "boot", Stands.AHEAD)
    assert clock.asked_for_s(kept) == 0.0
    later = replace(clock.asked(kept), seen_since_boot_s=800.0)
    assert clock.asked_for_s(later) == 300.0
    assert clock.asked(later) is later
