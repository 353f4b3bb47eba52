"""Documents with a chip: a zone to be swiped, seconds of reading, a proof that must be there before the ticket is
used.
"""

from __future__ import annotations

import pytest

from drivers.port import DocumentKind, DocumentProof, DocumentValidity
from kiosk.domain.incident import Mode
from kiosk.domain.lane import Lane
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.states import Cause, Phase, Rules
from kiosk.visit.view import Screen
from tests.helpers.visits import FACE, VALID, Story

PASSPORT = ev.DocumentRead("E***", age_ok=True, validity=DocumentValidity.VALID, to_be_proved=True)
GENUINE = ev.DocumentProved(DocumentProof.GENUINE)


def until_identity(rules: Rules | None = None) -> Story:
    return Story(rules).tell(FACE, ev.KeyTaken(), ev.DocumentPresented(), ev.ReadingWentOn(0.1), PASSPORT)


def until_capturing(rules: Rules | None = None) -> Story:
    return until_identity(rules).tell(ev.TicketHeld(VALID), ev.ReadingWentOn(0.6), ev.PortraitArrived())


def test_no_frame_flows_before_the_portrait_is_there() -> None:
    story = until_identity().tell(ev.TicketHeld(VALID))
    assert (story.visit.phase, story.wanted(ef.StartFrames)) == (Phase.HOLDING, 0)
    assert story.shown.screen is Screen.READING
    story.tell(ev.ReadingWentOn(0.5))
    assert story.shown.reading_share == 0.5
    story.tell(ev.PortraitArrived())
    assert (story.visit.phase, story.wanted(ef.StartFrames), story.wanted(ef.GiveReference)) == (Phase.CAPTURING, 1, 1)


def test_proof_first_then_match_commits_at_once() -> None:
    story = until_capturing().tell(GENUINE, ev.MatchFound())
    assert story.visit.phase is Phase.COMMITTING


def test_a_match_waits_for_the_proof_with_the_camera_closed() -> None:
    story = until_capturing().tell(ev.MatchFound())
    assert (story.visit.phase, story.wanted(ef.CloseCapture), story.wanted(ef.CommitTicket)) == (Phase.PROVING, 1, 0)
    assert story.shown.proving
    story.tell(ev.CaptureClosed(), GENUINE)
    assert (story.visit.phase, story.wanted(ef.CommitTicket)) == (Phase.COMMITTING, 1)
    story.tell(ev.AdmissionCommitted())
    assert story.visit.phase is Phase.ADMITTED


@pytest.mark.parametrize(
    ("proof", "cause"),
    [
        (DocumentProof.TAMPERED, Cause.DOCUMENT_SUSPECT),
        (DocumentProof.CLONE_SUSPECTED, Cause.DOCUMENT_SUSPECT),
        (DocumentProof.SIGNER_REFUSED, Cause.DOCUMENT_SUSPECT),
        (DocumentProof.TECHNICAL_FAILURE, Cause.DOCUMENT_UNPROVED),
        (DocumentProof.ISSUER_UNKNOWN, Cause.ISSUER_UNKNOWN),
        (DocumentProof.EXPIRED, Cause.DOCUMENT_NOT_VALID),
    ],
)
@pytest.mark.parametrize("when", ["held", "capturing", "matched", "choosing"])
def test_every_other_proof_goes_to_staff_with_the_same_words(proof: DocumentProof, cause: Cause, when: str) -> None:
    if when == "choosing":
        story = Story().tell(ev.DocumentPresented(), PASSPORT, ev.DocumentProved(proof))
        assert story.visit.phase is Phase.CHOOSING
        story.tell(FACE)
        assert story.wanted(ef.PrepareCapture) == 0
    else:
        story = until_identity().tell(ev.TicketHeld(VALID)) if when == "held" else until_capturing()
        story.tell(*([ev.MatchFound()] if when == "matched" else []), ev.DocumentProved(proof))
    assert (story.visit.phase, story.visit.cause) == (Phase.STAFF, cause)
    assert story.shown.screen is Screen.SEE_STAFF
    assert story.wanted(ef.CommitTicket) == 0
    assert story.wanted(ef.ReleaseTicket) == (0 if when == "choosing" else 1)


def test_an_unknown_issuer_is_accepted_where_the_event_says_so() -> None:
    story = until_capturing(Rules(unknown_issuer_ok=True))
    story.tell(ev.DocumentProved(DocumentProof.ISSUER_UNKNOWN), ev.MatchFound())
    assert story.visit.phase is Phase.COMMITTING


@pytest.mark.parametrize(
    ("event", "cause"),
    [
        (ev.TimerFired("proof"), Cause.DOCUMENT_UNPROVED),
        (ev.DocumentUnreadable("lifted"), Cause.DOCUMENT_UNPROVED),
        (ev.ReaderWentAway(), Cause.READER_LOST),
        (ev.StopTapped(), Cause.WITHDREW),
        (ev.ServiceEnded(), Cause.SERVICE_ENDED),
    ],
)
def test_what_ends_the_wait_for_a_proof(event: ev.Event, cause: Cause) -> None:
    story = until_capturing().tell(ev.MatchFound(), event)
    assert (story.visit.phase, story.visit.cause, story.wanted(ef.ReleaseTicket)) == (Phase.STAFF, cause, 1)


def test_a_chip_without_a_key_asks_for_the_zone() -> None:
    story = Story().tell(FACE, ev.DocumentPresented(), ev.KeyWanted())
    assert (story.shown.screen, story.shown.key_wanted) == (Screen.PRESENT_DOCUMENT, True)
    story.tell(ev.KeyUnreadable())
    assert story.shown.swipe_failed
    story.tell(ev.KeyTaken())
    assert (story.shown.key_here, story.shown.key_wanted, story.shown.swipe_failed) == (True, False, False)
    story.tell(ev.ReadingWentOn(0.2))
    assert (story.shown.screen, story.shown.reading_share) == (Screen.READING, 0.2)


def test_reading_for_seconds_is_no_silence() -> None:
    story = Story().tell(FACE, ev.DocumentPresented())
    for share in (0.1, 0.2):
        story.effects.clear()
        story.tell(ev.ReadingWentOn(share))
        assert ef.StartTimer("reading", story.rules.reading_s) in story.effects
    assert story.tell(ev.TimerFired("reading")).visit.cause is Cause.DOCUMENT_UNREADABLE


def test_a_chip_lifted_between_identity_and_portrait_may_be_laid_down_again() -> None:
    story = until_identity().tell(ev.TicketHeld(VALID), ev.DocumentUnreadable("lifted"))
    assert (story.visit.phase, story.wanted(ef.ReleaseTicket)) == (Phase.AWAITING_DOCUMENT, 1)
    assert not story.visit.document_known
    story.tell(ev.DocumentPresented(), PASSPORT, ev.TicketHeld(VALID), ev.PortraitArrived(), GENUINE, ev.MatchFound())
    assert story.visit.phase is Phase.COMMITTING
    again = until_identity().tell(ev.TicketHeld(VALID), ev.DocumentUnreadable("lifted"), ev.DocumentPresented())
    again.tell(PASSPORT, ev.DocumentUnreadable("lifted"))
    assert (again.visit.phase, again.visit.cause) == (Phase.STAFF, Cause.DOCUMENT_UNREADABLE)
    assert again.wanted(ef.ReleaseTicket) == 1


def test_a_portrait_that_never_comes_goes_to_staff() -> None:
    story = until_identity().tell(ev.TicketHeld(VALID), ev.TimerFired("portrait"))
    assert (story.visit.cause, story.wanted(ef.ReleaseTicket)) == (Cause.NO_REFERENCE, 1)


def test_a_kind_the_event_does_not_take_goes_to_staff() -> None:
    refused = ev.DocumentRead("E***", True, DocumentValidity.VALID, to_be_proved=True, kind_taken=False)
    story = Story(Rules(documents=frozenset({DocumentKind.RESIDENT}))).tell(FACE, ev.DocumentPresented(), refused)
    assert (story.visit.phase, story.visit.cause) == (Phase.STAFF, Cause.DOCUMENT_NOT_TAKEN)


def test_a_resident_card_needs_no_proof() -> None:
    assert Story().until_capturing().tell(ev.MatchFound()).visit.phase is Phase.COMMITTING


def by_document() -> Story:
    return Story().tell(ev.ModeChanged(Mode.DOCUMENT_ONLY), ev.DocumentPresented(), PASSPORT)


def test_where_no_face_is_looked_at_the_ticket_waits_for_the_proof_all_the_same() -> None:
    story = by_document().tell(ev.TicketHeld(VALID))
    assert (story.visit.phase, story.shown.screen) == (Phase.PROVING, Screen.READING)
    assert not story.wanted(ef.CommitTicket)
    story.tell(GENUINE)
    assert ef.CommitTicket(Lane.DOCUMENT) in story.effects
    for kind in (ef.PrepareCapture, ef.StartFrames, ef.CloseCapture):
        assert not story.wanted(kind)


def test_where_no_face_is_looked_at_an_altered_document_goes_to_staff() -> None:
    early = by_document().tell(ev.DocumentProved(DocumentProof.TAMPERED))
    late = by_document().tell(ev.TicketHeld(VALID), ev.DocumentProved(DocumentProof.TAMPERED))
    for story in (early, late):
        assert (story.visit.phase, story.visit.cause) == (Phase.STAFF, Cause.DOCUMENT_SUSPECT)
        assert not story.wanted(ef.CommitTicket)
    assert late.wanted(ef.ReleaseTicket)
