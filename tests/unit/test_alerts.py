"""Reading the log newest first, and which of its records a supervisor has to hear of."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.audit import reading
from kiosk.audit.alerts import TOLD_FOR_S, AlertTail, is_alert, recent, unseen
from kiosk.audit.catalogue import Kind
from kiosk.audit.reading import Listed, at_place, newest_first, part
from tests.helpers.audit import BEGAN_S, SetClock, chain, make_log


def seqs(records: object) -> list[int]:
    return [record.seq for record in records]  # type: ignore[attr-defined]


def test_no_log_has_no_records(tmp_path: Path) -> None:
    assert list(newest_first(tmp_path / "none.log")) == []


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.integers(200, 3000))
def test_every_record_is_read_once_newest_first(records: int, block_bytes: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_BLOCK_BYTES", max(block_bytes, 900))  # longer than the longest line of this log
        file = Path(folder) / "audit.log"
        file.write_bytes(b"".join(chain(records)))
        found = list(newest_first(file))
        assert seqs(found) == list(range(records, 0, -1))
        assert all(at_place(file, record.place) == record for record in found)


def test_pages_follow_each_other_without_a_gap(tmp_path: Path) -> None:
    file = tmp_path / "audit.log"
    file.write_bytes(b"".join(chain(120)))
    first = part(file, lambda record: True, 50)
    second = part(file, lambda record: True, 50, first.older)
    third = part(file, lambda record: True, 50, second.older)
    assert seqs([*first.records, *second.records, *third.records]) == list(range(120, 0, -1))
    assert third.older is None


def test_only_what_is_wanted_fills_a_page(tmp_path: Path) -> None:
    file = tmp_path / "audit.log"
    file.write_bytes(b"".join(chain(120)))
    found = part(file, lambda record: record.kind == Kind.LOGIN_FAILED, 10)
    assert {record.kind for record in found.records} == {Kind.LOGIN_FAILED}
    assert len(found.records) == 10


def test_a_line_that_cannot_be_read_is_there_as_one(tmp_path: Path) -> None:
    file = tmp_path / "audit.log"
    lines = list(chain(5))
    file.write_bytes(b"".join([*lines[:3], b'{"seq": "x"}\n', *lines[3:], b'{"torn": ']))
    assert [(record.seq, bool(record.kind)) for record in newest_first(file)] == [
        (0, False),
        (5, True),
        (4, True),
        (0, False),
        (3, True),
        (2, True),
        (1, True),
    ]


# --- alerts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        Kind.DEBUGGER_SEEN,
        Kind.LOGIN_BURST,
        Kind.DEVICE_REPLACED,
        Kind.DEVICE_USB_CHANGED,
        Kind.DEVICE_BAD_FRAMES,
        Kind.INTEGRITY_BROKEN,
        Kind.CLOCK_WENT_BACK,
        Kind.CLOCK_WENT_FORWARD,
    ],
)
def test_signs_of_an_attack_are_alerts(kind: Kind) -> None:
    assert is_alert(kind)


def test_daily_business_is_none() -> None:
    assert not any(map(is_alert, (Kind.DEVICE_LOST, Kind.LOGIN_FAILED, Kind.INTEGRITY_CHECKED, Kind.CLOCK_CONFIRMED)))


def test_a_sign_is_told_until_somebody_saw_it(tmp_path: Path) -> None:
    clock = SetClock()
    log = make_log(tmp_path, clock)
    tail = AlertTail(log.file, clock)
    assert tail.look() == ()
    log.write(Kind.EVENT_OPENED, "org", "night", state="open")
    assert tail.look() == ()
    log.write(Kind.DEVICE_USB_CHANGED, "gate-1", success=False, device="usb-1-046d-c077", state="came")
    clock.s += 3
    log.write(Kind.LOGIN_BURST, "system", "desk-1", success=False, attempts=10, seconds=60)
    found = tail.look()
    assert [(alert.kind, alert.by, alert.detail) for alert in found] == [
        (Kind.LOGIN_BURST, "system", ""),
        (Kind.DEVICE_USB_CHANGED, "gate-1", "usb-1-046d-c077"),
    ]
    log.write(Kind.ALERT_SEEN, "s-1", "desk-1", to_seq=found[-1].seq, count=1)
    assert [alert.kind for alert in tail.look()] == [Kind.LOGIN_BURST], "what came meanwhile was not seen"
    log.write(Kind.ALERT_SEEN, "s-1", "desk-1", to_seq=found[0].seq, count=1)
    assert tail.look() == ()
    assert [alert.kind for alert in recent(newest_first(log.file), clock.s)] == [
        Kind.LOGIN_BURST,
        Kind.DEVICE_USB_CHANGED,
    ]


def test_after_a_day_it_is_over_also_where_nothing_is_written_any_more(tmp_path: Path) -> None:
    clock = SetClock()
    log = make_log(tmp_path, clock)
    log.write(Kind.DEBUGGER_SEEN, "gate-1", success=False, pid=7)
    tail = AlertTail(log.file, clock)
    assert len(tail.look()) == 1
    clock.s += TOLD_FOR_S + 1
    assert tail.look() == ()
    assert unseen(newest_first(log.file), clock.s) == []


def test_a_purged_log_is_read_anew(tmp_path: Path) -> None:
    """Another file has the name then."""
    clock = SetClock()
    log = make_log(tmp_path, clock)
    log.write(Kind.DEBUGGER_SEEN, "gate-1", success=False, pid=7)
    tail = AlertTail(log.file, clock)
    assert len(tail.look()) == 1
    beside = tmp_path / "new.log"
    beside.write_bytes(b"".join(chain(3)))
    beside.replace(log.file)
    assert tail.look() == ()


def test_a_record_without_a_time_hides_nothing() -> None:
    records = [Listed(9), Listed(5, 2, "2026-05-28T20:26:40Z", Kind.DEBUGGER_SEEN, "gate-1")]
    assert len(unseen(records, BEGAN_S)) == 1


@pytest.mark.parametrize("away_s", [-3 * TOLD_FOR_S, 3 * TOLD_FOR_S], ids=["back", "forward"])
def test_a_clock_that_was_set_wrong_for_a_while_hides_nothing(tmp_path: Path, away_s: float) -> None:
    clock = SetClock()
    log = make_log(tmp_path, clock)
    log.write(Kind.DEVICE_REPLACED, "gate-1", success=False, device="reader")
    clock.s += away_s
    log.write(Kind.DEVICE_USB_CHANGED, "gate-1", success=False, device="usb-1-046d-c077", state="came")
    tail = AlertTail(log.file, clock)
    tail.look()
    clock.s -= away_s
    log.write(Kind.EVENT_OPENED, "org", "night", state="open")
    assert {alert.kind for alert in tail.look()} >= {Kind.DEVICE_REPLACED, Kind.DEVICE_USB_CHANGED}
    clock.s += TOLD_FOR_S + 1
    if away_s < 0:
        assert tail.look() == (), "and a day is still a day"


def test_what_came_while_the_clock_was_back_is_told_also_after_the_one_before_was_seen(tmp_path: Path) -> None:
    clock = SetClock()
    log = make_log(tmp_path, clock)
    log.write(Kind.DEVICE_REPLACED, "gate-1", success=False, device="reader")
    seen = AlertTail(log.file, clock).look()[0].seq
    clock.s -= 3 * TOLD_FOR_S
    log.write(Kind.DEVICE_USB_CHANGED, "gate-1", success=False, device="usb-1-046d-c077", state="came")
    log.write(Kind.ALERT_SEEN, "s-1", "desk-1", to_seq=seen, count=1)
    clock.s += 3 * TOLD_FOR_S
    told = [alert.kind for alert in AlertTail(log.file, clock).look()]
    assert Kind.DEVICE_USB_CHANGED in told
    assert Kind.DEVICE_REPLACED not in told


def test_a_sign_with_a_time_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    clock = SetClock()
    log = make_log(tmp_path, clock)
    log.write(Kind.DEBUGGER_SEEN, "gate-1", success=False, pid=7)
    lines = log.file.read_bytes().splitlines(keepends=True)
    at = next(iter(newest_first(log.file))).at
    log.file.write_bytes(b"".join([*lines[:-1], lines[-1].replace(at.encode(), b"yesterday")]))
    assert [alert.at for alert in AlertTail(log.file, clock).look()] == ["yesterday"]
