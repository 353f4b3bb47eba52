"""The gate station through recorders: effects carried out, nothing mixed between people, one report per visit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.port import CodeScanned, DeviceLost, DocumentPresented, ReadFailed, ReadFailure
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.face.port import Advice, EngineLost, FaceObserved, ReferenceFailed, ReferenceReady, SubjectChanged
from kiosk.ledger.port import Held
from kiosk.station.ports import CameraGone, CameraState, CaptureEnded
from kiosk.visit.states import Phase, Rules
from kiosk.visit.view import Screen
from tests.helpers.station import ADMISSION, HELD, TICKET, GateLane, compared, identity, portrait

SEEN = FaceObserved(1, 101.0, 1, Advice.NONE, usable=True, near_enough=True)


@pytest.fixture
def lane() -> GateLane:
    return GateLane()


def admit(lane: GateLane) -> None:
    lane.station.on_capture(compared(0.95))
    lane.store.take("commit").answer(ADMISSION)


# --- carrying out -----------------------------------------------------------------------------------


def test_a_whole_visit_asks_its_hands_in_order(lane: GateLane) -> None:
    lane.to_capturing()
    assert lane.capture.calls == ["prepare", "start_frames", "give_reference"]
    lane.station.on_capture(compared(0.95))
    assert lane.capture.calls[-1] == "close"
    asked = lane.store.take("commit")
    assert asked.given == ("hold-1", Lane.FACE)
    assert lane.screen != Screen.WELCOME
    assert lane.gate.opened == []
    asked.answer(ADMISSION)
    assert lane.screen == Screen.WELCOME
    assert lane.gate.opened == ["admission-1"]
    assert lane.store.released == []


def test_the_camera_sign_follows_the_handle_and_nothing_else(lane: GateLane) -> None:
    lane.station.on_choice("face")
    assert lane.window.sign == []
    lane.station.on_capture(CameraState(is_open=True))
    lane.station.on_stop()
    assert lane.window.sign == [True]
    lane.station.on_capture(CameraState(is_open=False))
    assert lane.window.sign == [True, False]


def test_frames_are_asked_for_only_after_the_lease(lane: GateLane) -> None:
    lane.station.on_choice("face")
    lane.put()
    assert "start_frames" not in lane.capture.calls
    lane.store.take("hold").answer(HELD)
    assert "start_frames" in lane.capture.calls


def test_a_second_attempt_is_judged_afresh(lane: GateLane) -> None:
    lane.to_capturing()
    before = lane.attempts
    lane.station.on_capture(compared(0.0))
    assert lane.capture.calls[-1] == "restart"
    assert lane.attempts == before + 1
    lane.station.on_capture(compared(0.0))
    assert (lane.phase, lane.screen) == (Phase.STAFF, Screen.SEE_STAFF)


def test_another_face_in_the_zone_starts_the_judging_again_and_voids_the_score(lane: GateLane) -> None:
    lane.to_capturing()
    lane.station.on_capture(compared(0.5))
    before = lane.attempts
    lane.station.on_capture(SubjectChanged())
    assert lane.attempts == before + 1
    lane.station.on_stop()
    lane.station.on_capture(CaptureEnded())
    assert lane.log.facts[0].score is None


@pytest.mark.parametrize("event", [EngineLost("crashed"), CameraGone("lost"), ReferenceFailed("no_face")])
def test_a_fault_of_the_capture_ends_with_staff_and_gives_the_ticket_back(lane: GateLane, event: object) -> None:
    lane.to_capturing()
    lane.station.on_capture(event)  # type: ignore[arg-type]  # one of CaptureEvent
    assert (lane.phase, lane.screen) == (Phase.STAFF, Screen.SEE_STAFF)
    assert lane.store.released == ["hold-1"]
    assert lane.capture.calls[-1] == "close"


def test_a_second_attempt_says_again_that_the_face_is_fine(lane: GateLane) -> None:
    lane.to_capturing()
    lane.station.on_capture(SEEN)
    assert lane.station.visit.acquired
    lane.station.on_timer("attempt")
    lane.station.on_capture(SEEN)
    lane.station.on_timer("attempt")
    assert lane.station.visit.cause == "no_match"


# --- personal data ----------------------------------------------------------------------------------


def test_name_is_wiped_and_portrait_handed_over_with_the_visit(lane: GateLane) -> None:
    read, picture = lane.to_capturing()
    assert lane.capture.portraits == [picture]
    lane.station.on_stop()
    assert read.name.wiped


def test_a_portrait_nobody_needs_is_wiped(lane: GateLane) -> None:
    read, picture = lane.put()
    lane.station.on_choice("staff")
    assert picture.data.wiped
    assert read.name.wiped


def test_what_is_read_after_the_visit_has_ended_is_wiped_at_once(lane: GateLane) -> None:
    lane.station.on_document(DocumentPresented(0.0))
    lane.station.on_choice("staff")
    read, picture = identity(), portrait()
    lane.station.on_document(read)
    lane.station.on_document(picture)
    assert read.name.wiped
    assert picture.data.wiped


def test_what_the_last_one_left_never_meets_the_next_ones_code(lane: GateLane) -> None:
    lane.station.on_document(DocumentPresented(0.0))
    lane.station.on_choice("staff")
    lane.station.on_document(identity(1))
    lane.station.on_scanner(CodeScanned("T-1"))
    lane.station.on_timer("direction")
    lane.station.on_scanner(CodeScanned("T-2"))
    presented = lane.store.take("look_up").given[0]
    assert (presented.token, presented.untrusted_code) == (None, "T-2")


# --- one document per visit -------------------------------------------------------------------------


def test_a_document_laid_down_during_the_comparison_gives_no_reference(lane: GateLane) -> None:
    """Else a stranger's own card would open the gate on the first one's ticket."""
    lane.station.on_choice("face")
    lane.station.on_document(DocumentPresented(0.0))
    lane.station.on_document(identity(1))
    lane.store.take("hold").answer(HELD)
    other, stranger = lane.put(2)
    assert "give_reference" not in lane.capture.calls
    assert stranger.data.wiped
    assert other.name.wiped


def test_a_reference_is_given_once(lane: GateLane) -> None:
    lane.to_capturing()
    lane.put(2)
    assert lane.capture.calls.count("give_reference") == 1


def test_the_portrait_of_the_first_document_is_not_that_of_the_second() -> None:
    lane = GateLane(Rules(code_needed=True))
    lane.station.on_choice("face")
    _, first = lane.put(1)
    lane.station.on_document(DocumentPresented(0.0))
    lane.station.on_document(identity(2))
    lane.station.on_scanner(CodeScanned("T-2"))
    lane.store.take("hold").answer(HELD)
    assert first.data.wiped
    assert lane.capture.portraits == []
    second = portrait(2)
    lane.station.on_document(second)
    assert lane.capture.portraits == [second]


def test_the_answer_about_the_first_document_does_not_move_the_second_ones_visit(lane: GateLane) -> None:
    lane.put(1)
    lane.put(2)
    first, second = lane.store.take("look_up"), lane.store.take("look_up")
    first.answer(TicketCheck(CheckOutcome.OTHER_GATE, TICKET))
    assert lane.phase is Phase.CHOOSING
    second.answer(TicketCheck(CheckOutcome.NO_TICKET))
    assert lane.phase is Phase.STAFF


def test_a_document_put_down_while_closing_is_the_next_visits(lane: GateLane) -> None:
    lane.to_capturing()
    lane.station.on_stop()
    lane.station.on_timer("direction")
    assert lane.phase is Phase.CLOSING
    lane.clock.s = 200.0
    read, _ = lane.put(2)
    lane.station.on_timer("fault")
    assert not read.name.wiped
    lane.station.on_capture(CaptureEnded())
    assert lane.phase is Phase.CHOOSING
    assert lane.store.take("look_up").given[0].token == read.token


def test_an_unreadable_document_put_down_while_closing_is_said_to_be_so(lane: GateLane) -> None:
    lane.to_capturing()
    lane.station.on_stop()
    lane.station.on_timer("direction")
    lane.station.on_document(DocumentPresented(0.0))
    lane.station.on_document(ReadFailed(ReadFailure.GARBLED))
    lane.station.on_capture(CaptureEnded())
    assert (lane.phase, lane.station.visit.unreadable) == (Phase.CHOOSING, 1)


def test_nobody_is_left_in_memory_out_of_service(lane: GateLane) -> None:
    lane.to_capturing()
    lane.station.on_stop()
    lane.station.on_timer("direction")
    read, picture = lane.put(2)
    lane.station.on_service(False)
    lane.station.on_capture(CaptureEnded())
    assert lane.phase is Phase.OUT_OF_SERVICE
    assert read.name.wiped
    assert picture.data.wiped


# --- late answers -----------------------------------------------------------------------------------


def test_a_lease_that_comes_too_late_is_given_back(lane: GateLane) -> None:
    lane.station.on_choice("face")
    lane.put()
    asked = lane.store.take("hold")
    lane.station.on_timer("fault")
    assert lane.phase is Phase.STAFF
    asked.answer(HELD)
    assert lane.store.released == ["hold-1"]


def test_a_refusal_that_comes_too_late_moves_nobody(lane: GateLane) -> None:
    lane.station.on_choice("face")
    lane.put()
    asked = lane.store.take("hold")
    lane.station.on_stop()
    lane.station.on_timer("direction")
    lane.station.on_capture(CaptureEnded())
    shown = len(lane.window.views)
    asked.answer(Held(TicketCheck(CheckOutcome.OTHER_GATE, TICKET), None))
    asked.fail("disk_full")
    assert len(lane.window.views) == shown


@pytest.mark.parametrize("rested", [False, True])
def test_an_admission_that_comes_too_late_is_undone_and_opens_nothing(lane: GateLane, rested: bool) -> None:
    lane.to_capturing()
    lane.station.on_capture(compared(0.95))
    asked = lane.store.take("commit")
    lane.station.on_timer("fault")
    assert lane.screen == Screen.SEE_STAFF
    if rested:
        lane.station.on_capture(CaptureEnded())
        lane.station.on_timer("direction")
    asked.answer(ADMISSION)
    assert lane.store.undone == [("admission-1", "too_late")]
    assert lane.gate.opened == []
    assert Screen.WELCOME not in [view.screen for view in lane.window.views]


def test_a_score_after_the_decision_changes_nothing(lane: GateLane) -> None:
    lane.to_capturing()
    admit(lane)
    lane.station.on_capture(compared(0.01))
    lane.station.on_capture(CaptureEnded())
    lane.station.on_painted(Screen.WELCOME)
    assert [facts.score for facts in lane.log.facts] == [0.95]


# --- the report -------------------------------------------------------------------------------------


def test_durations_are_those_of_the_definition(lane: GateLane) -> None:
    """verdict_s: from the later of portrait and first usable frame to the painted verdict, commit included."""
    lane.clock.s = 10.0
    lane.station.on_choice("face")
    lane.clock.s = 11.0
    lane.station.on_document(DocumentPresented(11.0))
    lane.station.on_document(identity(at_s=11.2))
    lane.station.on_document(portrait(at_s=11.3))
    lane.store.take("hold").answer(HELD)
    lane.station.on_capture(FaceObserved(1, 11.5, 2, Advice.ONE_PERSON, usable=False))
    lane.station.on_capture(FaceObserved(2, 11.7, 1, Advice.COME_CLOSER, usable=False, near_enough=True))
    lane.station.on_capture(FaceObserved(3, 12.4, 1, Advice.NONE, usable=True, near_enough=True))
    lane.clock.s = 12.5
    lane.station.on_capture(compared(0.95))
    lane.clock.s = 12.6
    lane.store.take("commit").answer(ADMISSION)
    lane.clock.s = 12.7
    lane.station.on_capture(CaptureEnded())
    assert lane.log.facts == []
    lane.clock.s = 12.8
    lane.station.on_painted(Screen.WELCOME)
    stages = lane.log.facts[0].stages
    assert stages["verdict_s"] == pytest.approx(12.8 - 11.7)
    assert stages["document_to_verdict_s"] == pytest.approx(12.8 - 11.2)
    assert stages["compare_s"] == pytest.approx(0.8)
    assert stages["commit_s"] == pytest.approx(0.1)
    assert stages["capture_closed_s"] == pytest.approx(0.2)
    assert min(stages.values()) >= 0


def test_a_portrait_after_the_first_face_starts_the_verdict(lane: GateLane) -> None:
    lane.station.on_choice("face")
    lane.station.on_document(DocumentPresented(100.0))
    lane.station.on_document(identity(at_s=100.0))
    lane.store.take("hold").answer(HELD)
    lane.station.on_capture(SEEN)
    lane.station.on_document(portrait(at_s=105.0))
    admit(lane)
    lane.clock.s = 105.5
    lane.station.on_capture(CaptureEnded())
    lane.station.on_painted(Screen.WELCOME)
    assert lane.log.facts[0].stages["verdict_s"] == pytest.approx(0.5)


def test_a_card_before_the_choice_gives_no_negative_duration(lane: GateLane) -> None:
    lane.put(at_s=50.0)
    lane.station.on_choice("face")
    lane.station.on_stop()
    lane.station.on_capture(CaptureEnded())
    assert "choice_to_document_s" not in lane.log.facts[0].stages


def test_a_document_read_while_closing_is_timed_in_its_own_visit(lane: GateLane) -> None:
    lane.to_capturing()
    lane.station.on_stop()
    lane.station.on_timer("direction")
    lane.put(2, at_s=150.0)
    lane.clock.s = 150.5
    lane.station.on_capture(CaptureEnded())
    lane.clock.s = 160.0
    lane.station.on_choice("face")
    lane.store.take("hold").answer(HELD)
    admit(lane)
    lane.station.on_capture(CaptureEnded())
    lane.station.on_painted(Screen.WELCOME)
    assert lane.log.facts[1].stages["document_to_verdict_s"] == pytest.approx(10.0)


def no_choice(lane: GateLane) -> None:
    lane.put()
    lane.station.on_timer("idle")
    lane.station.on_timer("idle")


def abandoned(lane: GateLane) -> None:
    lane.station.on_choice("face")
    lane.station.on_timer("idle")
    lane.station.on_timer("idle")


def refused(outcome: CheckOutcome) -> Callable[[GateLane], None]:
    def play(lane: GateLane) -> None:
        lane.station.on_choice("face")
        lane.put()
        lane.store.take("hold").answer(Held(TicketCheck(outcome, TICKET), None))

    return play


def match(lane: GateLane) -> None:
    lane.to_capturing()
    admit(lane)
    lane.station.on_painted(Screen.WELCOME)


def match_unpainted(lane: GateLane) -> None:
    lane.to_capturing()
    admit(lane)


def non_match(lane: GateLane) -> None:
    lane.to_capturing()
    lane.station.on_capture(compared(0.0))
    lane.station.on_capture(compared(0.0))


def reader_pulled(lane: GateLane) -> None:
    lane.station.on_choice("face")
    lane.station.on_document(DeviceLost("gone"))


def commit_refused(lane: GateLane) -> None:
    lane.to_capturing()
    lane.station.on_capture(compared(0.95))
    lane.store.take("commit").answer(CheckOutcome.IN_USE_ELSEWHERE)


def store_failed(lane: GateLane) -> None:
    lane.station.on_choice("face")
    lane.put()
    lane.store.take("hold").fail("disk_full")


def service_ended(lane: GateLane) -> None:
    lane.to_capturing()
    lane.station.on_service_ended()


ENDINGS: list[tuple[Callable[[GateLane], None], str, str]] = [
    (match, "admitted", "face"),
    (match_unpainted, "admitted", "face"),
    (non_match, "staff", "no_match"),
    (lambda lane: lane.station.on_choice("staff"), "staff", "chose_staff"),
    (no_choice, "staff", "no_choice"),
    (abandoned, "abandoned", "abandoned"),
    (refused(CheckOutcome.NO_TICKET), "staff", "no_ticket"),
    (refused(CheckOutcome.OTHER_GATE), "elsewhere", "other_gate"),
    (reader_pulled, "staff", "reader_lost"),
    (commit_refused, "staff", "lease_lost"),
    (store_failed, "staff", "store_fault"),
    (service_ended, "staff", "service_ended"),
]


@pytest.mark.parametrize(("play", "ending", "cause"), ENDINGS, ids=[f"{i}-{e[2]}" for i, e in enumerate(ENDINGS)])
def test_every_visit_is_reported_exactly_once(
    lane: GateLane, play: Callable[[GateLane], None], ending: str, cause: str
) -> None:
    play(lane)
    lane.station.on_capture(CaptureEnded())
    lane.station.on_timer("direction")
    lane.station.on_capture(CaptureEnded())
    lane.station.on_service(False)
    lane.station.on_painted(Screen.WELCOME)
    assert [(facts.ending, facts.cause) for facts in lane.log.facts] == [(ending, cause)]


def test_the_score_is_in_the_facts_and_on_no_screen(lane: GateLane) -> None:
    match(lane)
    lane.station.on_capture(CaptureEnded())
    assert lane.log.facts[0].score == 0.95
    assert "0.95" not in repr(lane.window.views)


# --- the end of the event ---------------------------------------------------------------------------


def test_an_idle_station_lets_go_at_once_and_stays_closed(lane: GateLane) -> None:
    lane.station.on_service_ended()
    assert (lane.phase, lane.screen, lane.store.let_go_of) == (Phase.OUT_OF_SERVICE, Screen.OUT_OF_SERVICE, 1)
    lane.station.on_choice("face")
    lane.put()
    assert lane.store.asked == []
    assert lane.capture.calls == []


def test_whoever_is_being_compared_goes_to_staff_and_the_lease_back_first(lane: GateLane) -> None:
    lane.to_capturing()
    lane.station.on_service_ended()
    assert lane.screen == Screen.SEE_STAFF
    assert (lane.store.released, lane.store.let_go_of) == (["hold-1"], 1)


def test_an_admission_under_way_is_finished_before_the_ledger_goes(lane: GateLane) -> None:
    lane.to_capturing()
    lane.station.on_capture(compared(0.95))
    lane.station.on_service_ended()
    assert lane.store.let_go_of == 0
    lane.store.take("commit").answer(ADMISSION)
    assert (lane.screen, lane.gate.opened, lane.store.let_go_of) == (Screen.WELCOME, ["admission-1"], 0)
    lane.station.on_capture(CaptureEnded())
    lane.station.on_timer("direction")
    assert (lane.phase, lane.store.let_go_of) == (Phase.OUT_OF_SERVICE, 1)


def test_a_paused_event_keeps_its_ledger(lane: GateLane) -> None:
    lane.station.on_service(False)
    assert (lane.phase, lane.store.let_go_of) == (Phase.OUT_OF_SERVICE, 0)
    lane.station.on_service(True)
    assert lane.phase is Phase.IDLE


def test_reference_news_is_only_marked(lane: GateLane) -> None:
    lane.to_capturing()
    lane.clock.s = 103.0
    lane.station.on_capture(ReferenceReady("wlt", 0.1, 0.1))
    lane.station.on_stop()
    lane.station.on_capture(CaptureEnded())
    assert lane.log.facts[0].stages["reference_s"] == pytest.approx(3.0)
