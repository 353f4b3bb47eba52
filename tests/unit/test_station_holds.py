"""What the station does with sealed captures: stored for whoever waits for the code, and for nobody else."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from drivers.sensitive_memory import sensitive_count
from kiosk.audit.catalogue import Kind
from kiosk.holding.items import HoldRefused
from kiosk.holding.permission import HoldNotAllowed
from kiosk.station.ports import CaptureEnded, SealingDone
from kiosk.visit.states import Phase, Rules
from kiosk.visit.view import Keeping, View
from kiosk.workers.holding import EXPIRED, NOBODY_WAITED, HeldCaptures, HoldSweep, NoHolds
from tests.helpers.station import GateLane, SetClock, compared
from tests.helpers.station_workers import Posts

SEALED = b"sealed"
NOT_THEM = compared(0.0)


class Disputing(GateLane):
    """A lane whose visitor was not confirmed and wants the check repeated."""

    def __init__(self, person: int = 1) -> None:
        super().__init__(Rules(hold_offered=True, max_attempts=1))
        self.to_capturing(person)
        self.station.on_capture(NOT_THEM)
        self.station.on_capture(CaptureEnded())
        self.station.on_dispute()
        self.station.on_hold_answer(True)

    @property
    def view(self) -> View:
        view: View = self.window.views[-1]
        return view

    def repeat(self, person: int = 1) -> None:
        self.to_capturing(person)
        self.station.on_capture(NOT_THEM)


def test_the_person_who_agreed_gets_a_code() -> None:
    lane = Disputing()
    lane.repeat()
    assert lane.capture.calls[-4:] == ["prepare", "start_frames to keep", "give_reference", "close and seal"]
    lane.station.on_capture(SealingDone(SEALED))
    lane.station.on_capture(CaptureEnded())
    (asked,) = lane.holds.asked
    assert asked.given == (SEALED,)
    asked.answer("K7M4PX")
    assert (lane.view.keeping, lane.view.dispute_code) == (Keeping.KEPT, "K7M4PX")
    assert (lane.holds.confirmed, lane.holds.dropped) == (["K7M4PX"], [])


def test_another_persons_document_is_an_ordinary_check() -> None:
    lane = Disputing(person=1)
    lane.repeat(person=2)
    assert "start_frames to keep" not in lane.capture.calls
    assert lane.capture.calls[-1] == "close"


def test_a_third_persons_check_later_knows_nothing_of_the_first() -> None:
    lane = Disputing()
    lane.station.on_choice("staff")
    lane.station.on_timer("direction")
    assert lane.phase is Phase.IDLE
    lane.repeat(person=1)
    assert "start_frames to keep" not in lane.capture.calls


@pytest.mark.parametrize("trouble", [SealingDone(None), "disk_full"])
def test_what_could_not_be_kept_is_said(trouble: SealingDone | str) -> None:
    lane = Disputing()
    lane.repeat()
    lane.station.on_capture(trouble if isinstance(trouble, SealingDone) else SealingDone(SEALED))
    for asked in lane.holds.asked:
        asked.fail(str(trouble))
    assert (lane.view.keeping, lane.view.dispute_code) == (Keeping.FAILED, "")


def test_a_code_that_comes_when_the_next_person_is_here_is_dropped_with_what_it_finds() -> None:
    lane = Disputing()
    lane.repeat()
    lane.station.on_capture(SealingDone(SEALED))
    lane.station.on_capture(CaptureEnded())
    lane.put(person=3)
    lane.holds.asked[0].answer("K7M4PX")
    assert (lane.holds.confirmed, lane.holds.dropped) == ([], ["K7M4PX"])
    assert all(view.dispute_code == "" for view in lane.window.views)


def test_sealed_bytes_for_nobody_are_not_stored() -> None:
    lane = Disputing()
    lane.repeat()
    lane.station.on_stop()  # too late to stop: it is decided
    lane.put(person=3)
    lane.station.on_capture(SealingDone(SEALED))
    assert lane.holds.asked == []
    assert "sealed" not in repr(SealingDone(SEALED))


def test_nothing_of_a_disputing_visitor_stays_in_memory_of_ours() -> None:
    gc.collect()  # lanes of other tests
    before = sensitive_count().living
    lane = Disputing()
    lane.repeat()
    for given in lane.capture.portraits:
        given.data.wipe()
    assert sensitive_count().living == before


# --- the worker -----------------------------------------------------------------------------------


class PlayedStore:
    """A store that keeps codes with their end."""

    def __init__(self) -> None:
        self.until_s: dict[str, float] = {}
        self.refuse: Exception | None = None

    def keep(self, sealed: bytes, now_s: float) -> str:
        if self.refuse:
            raise self.refuse
        self.until_s["K7M4PX"] = now_s + 3600
        return "K7M4PX"

    def drop(self, code: str) -> None:
        if self.refuse:
            raise self.refuse
        del self.until_s[code]

    def drop_expired(self, now_s: float) -> int:
        if self.refuse:
            raise self.refuse
        over = [code for code, until_s in self.until_s.items() if until_s <= now_s]
        for code in over:
            del self.until_s[code]
        return len(over)


class Worker:
    def __init__(self) -> None:
        self.posts, self.clock, self.store = Posts(), SetClock(), PlayedStore()
        self.notes: list[tuple[Kind, dict[str, object]]] = []
        self.codes: list[str] = []
        self.failures: list[str] = []
        self.holds = HeldCaptures(self.store, self.posts, self.clock.now, self._note)  # type: ignore[arg-type]
        self.sweep = HoldSweep(lambda: self.store.drop_expired(self.clock.now()), self.posts, self._note)

    def _note(self, kind: Kind, by: str = "", about: str = "", *, success: bool = True, **fields: object) -> None:
        self.notes.append((kind, fields))

    def keep(self) -> None:
        self.holds.keep(SEALED, self.codes.append, self.failures.append)
        self.posts.run_until(lambda: bool(self.codes or self.failures))


@pytest.fixture
def worker(qapp: object) -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.holds.stop()
    worker.sweep.stop()


def test_what_is_kept_is_recorded_and_gone_at_its_time(worker: Worker) -> None:
    worker.keep()
    assert (worker.codes, worker.notes) == (["K7M4PX"], [(Kind.HOLD_KEPT, {})])
    worker.clock.s += 3599
    worker.sweep.look()
    worker.clock.s += 1
    worker.sweep.look()
    worker.posts.run_until(lambda: len(worker.notes) == 2)
    assert worker.notes[1] == (Kind.HOLD_DROPPED, {"count": 1, "reason": EXPIRED})
    assert worker.store.until_s == {}


def test_what_nobody_waited_for_is_dropped_and_recorded(worker: Worker) -> None:
    worker.keep()
    worker.holds.drop("K7M4PX")
    worker.posts.run_until(lambda: len(worker.notes) == 2)
    assert worker.notes[1] == (Kind.HOLD_DROPPED, {"count": 1, "reason": NOBODY_WAITED})


@pytest.mark.parametrize("act", ["drop", "look"])
def test_what_could_not_be_removed_is_recorded_once(worker: Worker, act: str) -> None:
    worker.store.refuse = HoldRefused("not_removed")
    for _ in range(2 if act == "look" else 1):
        worker.sweep.look() if act == "look" else worker.holds.drop("K7M4PX")
    worker.sweep.stop()
    worker.holds.stop()
    worker.posts.run_waiting()
    assert worker.notes == [(Kind.HOLD_DROPPED, {"reason": "not_removed"})]


def test_a_store_that_refuses_leaves_no_record_of_keeping(worker: Worker) -> None:
    worker.store.refuse = HoldNotAllowed()
    worker.keep()
    assert (worker.codes, worker.failures, worker.notes) == ([], ["not_allowed"], [])


def test_an_event_that_holds_nothing_raises() -> None:
    with pytest.raises(HoldNotAllowed):
        NoHolds().keep(SEALED, print, print)
    with pytest.raises(HoldNotAllowed):
        NoHolds().drop("K7M4PX")
