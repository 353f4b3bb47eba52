"""The document's portrait for an officer's eye: only where the event says so, for half a minute, then overwritten."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.port import DeviceLost, DocumentJudged, DocumentPresented, DocumentProof
from kiosk.audit.catalogue import Kind
from kiosk.domain.outcome import CheckOutcome, EarlierUse, TicketCheck
from kiosk.station.desk import PORTRAIT_S
from kiosk.station.desk_view import DeskState, PortraitLook
from kiosk.workers.auditing_acts import AuditedDesk
from tests.helpers.station import TICKET, VALID, DeskLane, RecordedDisplay, SetClock, portrait


class Lane(DeskLane):
    """A desk whose officers may see portraits, with a document's facts on the screen."""

    def __init__(self, check: TicketCheck = VALID) -> None:
        self.display = RecordedDisplay()
        super().__init__(entries=None, portraits=self.display)
        self.facts(check)
        self.read = portrait()
        self.desk.on_document(self.read)

    def shown(self) -> Lane:
        self.desk.on_portrait()
        self.display.answer(True)
        assert (self.view.portrait, self.view.at_portrait) == (PortraitLook.SHOWN, True)
        assert not self.read.data.wiped
        return self


USED = TicketCheck(CheckOutcome.ALREADY_USED, TICKET, EarlierUse(1.0, "gate-1", "A", "face", "admission-0"))


def test_without_the_setting_it_is_overwritten_at_once() -> None:
    lane, read = DeskLane(), portrait()
    lane.facts()
    lane.desk.on_document(read)
    assert read.data.wiped
    assert not lane.view.can_see_portrait
    lane.desk.on_portrait()
    assert not lane.view.at_portrait
    assert "portrait" not in lane.timers.running


def test_it_is_offered_with_the_facts_and_shown_when_asked_for() -> None:
    lane = Lane()
    assert lane.view.can_see_portrait
    assert lane.display.given == []
    lane.desk.on_portrait()
    assert lane.view.portrait is PortraitLook.COMING
    lane.display.answer(True)
    assert lane.view.portrait is PortraitLook.SHOWN
    assert lane.view.can_admit


def test_what_cannot_be_decoded_is_said() -> None:
    lane = Lane()
    lane.desk.on_portrait()
    lane.display.answer(False)
    assert (lane.view.portrait, lane.view.can_admit) == (PortraitLook.FAILED, True)


ENDS: dict[str, Callable[[Lane], object]] = {
    "half a minute": lambda lane: lane.desk.on_timer("portrait"),
    "put away": lambda lane: lane.desk.on_portrait() if lane.view.at_portrait else lane.desk.on_next(),
    "admit": lambda lane: lane.desk.on_admit(),
    "supervisor": lambda lane: lane.desk.on_supervisor(),
    "refused": lambda lane: lane.desk.on_refused(),
    "next": lambda lane: lane.desk.on_next(),
    "correct": lambda lane: lane.desk.on_correct("typing_error", lambda done: None),
    "unplug": lambda lane: lane.desk.on_document(DeviceLost("unplugged")),
    "locked or logged out": lambda lane: lane.desk.on_left(),
    "next document": lambda lane: lane.desk.on_document(DocumentPresented(9.0)),
    "code of somebody else": lambda lane: lane.desk.on_number("cn-resident", "11010519491231002X"),
    "service closed": lambda lane: lane.desk.on_service(False),
    "event over": lambda lane: lane.desk.on_service_ended(),
    "suspect": lambda lane: lane.desk.on_document(DocumentJudged(DocumentProof.TAMPERED, 1.0)),
}


@pytest.mark.requirement("R-34")
@pytest.mark.parametrize("looking", [False, True], ids=["offered", "shown"])
@pytest.mark.parametrize("end", ENDS)
def test_it_is_overwritten(end: str, looking: bool) -> None:
    lane = Lane()
    if looking:
        lane.shown()
    ENDS[end](lane)
    assert lane.read.data.wiped
    assert lane.display.on_screen is None
    assert lane.view.portrait is PortraitLook.NONE
    lane.desk.on_portrait()
    assert not lane.view.at_portrait


@pytest.mark.parametrize("act", ["again", "exit"])
def test_an_act_on_a_used_ticket_is_a_decision_too(act: str) -> None:
    lane = Lane(USED).shown()
    if act == "again":
        lane.desk.on_admit_again("holder_present")
    else:
        lane.desk.on_exit()
    assert lane.read.data.wiped
    assert lane.view.portrait is PortraitLook.NONE


@pytest.mark.requirement("R-34")
def test_half_a_minute_counts_from_the_reading_and_the_facts_stay() -> None:
    lane = Lane()
    assert lane.timers.running["portrait"] == PORTRAIT_S <= 30.0
    lane.timers.running.pop("portrait")
    lane.shown()
    assert "portrait" not in lane.timers.running  # a look gives it no more time
    lane.desk.on_timer("portrait")
    assert (lane.view.state, lane.view.can_admit) == (DeskState.FACTS, True)


def test_a_portrait_of_nobody_who_lies_there_is_not_kept() -> None:
    lane = Lane()
    lane.desk.on_supervisor()
    late = portrait()
    lane.desk.on_document(late)
    assert late.data.wiped
    assert lane.view.portrait is PortraitLook.NONE


def test_each_look_is_on_record_and_names_nobody() -> None:
    lane, noted = Lane(), list[tuple[Kind, str, dict[str, object]]]()

    def note(kind: Kind, by: str = "", about: str = "", *, success: bool = True, **fields: object) -> None:
        noted.append((kind, by + about, fields))

    acts = AuditedDesk(note, lambda: "officer-1", SetClock())
    lane.shown()
    lane.desk.on_portrait()
    for view in lane.window.views:
        acts.shown(view)
    assert [fact for fact in noted if fact[0] is Kind.STAFF_SAW_PORTRAIT] == [
        (Kind.STAFF_SAW_PORTRAIT, "officer-1", {})
    ]
