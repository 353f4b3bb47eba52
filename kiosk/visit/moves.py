"""The few ways a visit moves on, shared by all handlers; each leaves nothing behind that its phase may not have."""

from __future__ import annotations

from dataclasses import replace

from drivers.port import DocumentProof
from kiosk.domain.incident import Mode
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.visit import events as ev
from kiosk.visit.effects import (
    CancelTimers,
    CloseCapture,
    CommitTicket,
    Effect,
    EndVisit,
    ForgetDocument,
    GiveReference,
    HoldTicket,
    NoteEnding,
    ReleaseTicket,
    RestartCapture,
    Show,
    StartFrames,
    StartTimer,
    VoidPriorChoice,
)
from kiosk.visit.states import Cause, Phase, Rules, Visit
from kiosk.visit.table import Step
from kiosk.visit.view import Keeping, Screen, View, WhereReason

ELSEWHERE_REASONS = {
    CheckOutcome.OTHER_GATE: WhereReason.OTHER_GATE,
    CheckOutcome.OTHER_DAY: WhereReason.OTHER_DAY,
}


UNCONFIRMED = frozenset({Cause.NO_MATCH, Cause.NOT_ACQUIRED, Cause.ATTACK_SIGN, Cause.CHALLENGE_NOT_MET})
"""A face check was made, and did not confirm the person: what can be disputed."""


SERVING = frozenset({Mode.NONE, Mode.DOCUMENT_ONLY})
"""Modes in which documents are read here."""


def told_mode(visit: Visit) -> Mode:
    """What a closed gate says of itself: an incident where there is one, nothing where it is just closed."""
    return Mode.NONE if visit.paused or visit.mode in SERVING else visit.mode


def rest(visit: Visit) -> Step:
    """Back to the choice, or out of service; remembers nothing of the last person."""
    fit = visit.reader_ready and not visit.paused and visit.mode in SERVING
    phase = Phase.IDLE if fit else Phase.OUT_OF_SERVICE
    waiting = visit.early if fit else ()
    fresh = replace(emptied(visit, phase), capture_on=False, early=waiting)
    forget = () if fit else (ForgetDocument(),)  # somebody may have put a document down while we closed
    view = choosing_view(fresh) if fit else View(Screen.OUT_OF_SERVICE, mode=told_mode(visit))
    return fresh, (CancelTimers(), EndVisit(), *forget, Show(view))


def drop_everything(visit: Visit, *, seal: bool = False, but_holder: bool = False) -> tuple[Effect, ...]:
    """Give the lease back, close the capture, forget the document: the order is the order of harm."""
    effects: list[Effect] = [CancelTimers()]
    if visit.capture_on:
        effects.append(CloseCapture(seal))
    if visit.held:
        effects.append(ReleaseTicket())
    effects.append(ForgetDocument(but_holder))
    return tuple(effects)


def emptied(visit: Visit, phase: Phase) -> Visit:
    """Only what Closing needs survives: our own parts, whether the capture is still on, and who waits."""
    return Visit(
        phase=phase,
        reader_ready=visit.reader_ready,
        paused=visit.paused,
        face_paused=visit.face_paused,
        mode=visit.mode,
        let_in=visit.let_in,
        capture_on=visit.capture_on,
        early=visit.early,
    )


def to_staff(visit: Visit, cause: Cause, rules: Rules, outcome: str = "") -> Step:
    """The manual lane. Same screen for every cause but the attendee's own wish (R-33)."""
    wished = cause in {Cause.CHOSE_STAFF, Cause.WITHDREW}
    screen = Screen.STAFF_CHOSEN if wished else Screen.SEE_STAFF
    unconfirmed = cause in UNCONFIRMED
    seal = visit.keep and visit.capture_on and unconfirmed  # any other ending of such a check keeps nothing
    repeatable = not (visit.keep or visit.paused or visit.face_paused or visit.mode)
    may_dispute = rules.hold_offered and unconfirmed and repeatable
    keeping = Keeping.PENDING if seal else Keeping.FAILED if visit.keep and not wished else Keeping.NOTHING
    after = replace(emptied(visit, Phase.STAFF), cause=cause, outcome=outcome, may_dispute=may_dispute, sealing=seal)
    return after, (
        *drop_everything(visit, seal=seal, but_holder=may_dispute),
        NoteEnding("staff", outcome or cause),
        Show(View(screen, can_dispute=may_dispute, keeping=keeping)),
        StartTimer("direction", rules.dispute_s if may_dispute else rules.direction_s),
    )


def to_elsewhere(visit: Visit, check: TicketCheck, rules: Rules) -> Step:
    """Another gate or another day, with words that say where and when."""
    ticket = check.ticket
    reason = ELSEWHERE_REASONS[check.outcome]
    where = ""
    if ticket is not None:
        where = ticket.gate_group if reason is WhereReason.OTHER_GATE else ticket.session
    after = replace(emptied(visit, Phase.ELSEWHERE), cause=Cause.TICKET, outcome=check.outcome)
    return after, (
        *drop_everything(visit),
        NoteEnding("elsewhere", check.outcome),
        Show(View(Screen.WHERE_TO_GO, where_reason=reason, where=where)),
        StartTimer("direction", rules.direction_s),
    )


def refused_ticket(visit: Visit, check: TicketCheck, rules: Rules) -> Step:
    """No lease: either the person belongs elsewhere, or staff look at it."""
    if check.outcome in ELSEWHERE_REASONS:
        return to_elsewhere(visit, check, rules)
    return to_staff(visit, Cause.TICKET, rules, outcome=check.outcome)


def close(visit: Visit, rules: Rules) -> Step:
    """Closing: wait until camera and engine are truly gone, then rest."""
    if not visit.capture_on:
        after, effects = rest(visit)
        return after, (*drop_everything(visit), *effects)
    after = emptied(visit, Phase.CLOSING)
    return after, (*drop_everything(visit), StartTimer("fault", rules.fault_s))


def waiting_view(visit: Visit, rules: Rules) -> View:
    """*Put your document here*, with what is still missing."""
    return View(
        Screen.PRESENT_DOCUMENT,
        mode=Mode.DOCUMENT_ONLY if visit.by_document else Mode.NONE,
        document_down=visit.document_down,
        code_needed=rules.code_needed and not visit.code_here,
        code_seen=visit.code_here,
        can_stop=True,
        keeps=visit.keep,
        idle_warning=visit.idle_warned,
        key_wanted=visit.key_wanted,
        key_here=visit.key_here,
        swipe_failed=visit.swipe_failed,
    )


def choosing_view(visit: Visit) -> View:
    if visit.mode is Mode.DOCUMENT_ONLY:
        return View(
            Screen.PRESENT_DOCUMENT,
            mode=visit.mode,
            can_stop=True,
            key_wanted=visit.key_wanted,
            key_here=visit.key_here,
            swipe_failed=visit.swipe_failed,
        )
    if visit.reminding:
        return View(
            Screen.PRIOR_CHOICE, prior=visit.prior, document_down=visit.document_down, code_seen=visit.code_here
        )
    return View(
        Screen.CHOICE,
        face_paused=visit.face_paused,
        document_down=visit.document_down,
        code_seen=visit.code_here,
        keeps=visit.keep,
        idle_warning=visit.idle_warned,
        key_wanted=visit.key_wanted,
        key_here=visit.key_here,
        swipe_failed=visit.swipe_failed,
    )


def without_prior(visit: Visit) -> Visit:
    """Another document may be another person's: what one ticket said counts no more."""
    return replace(visit, prior=None, reminding=False)


def taken_back(visit: Visit) -> tuple[Effect, ...]:
    """A consent that came with the ticket ends with its withdrawal, for this visit and any later one (R-10)."""
    return (VoidPriorChoice(),) if visit.prior is Lane.FACE else ()


def reading_view(visit: Visit) -> View:
    return View(
        Screen.READING,
        can_stop=True,
        keeps=visit.keep,
        reading_share=visit.reading_share,
        proving=visit.phase is Phase.PROVING,
    )


def looking_view(visit: Visit, advice: str) -> View:
    return View(
        Screen.LOOK_HERE,
        can_stop=True,
        advice=advice,
        attempt=visit.attempt,
        act=visit.act,
        act_step=visit.act_step,
        act_of=visit.act_of,
        keeps=visit.keep,
    )


def unfit_document(visit: Visit, rules: Rules) -> Cause | None:
    """Why this document cannot take the face lane at all, or None. Without a face there is nobody too young for it."""
    if not visit.kind_taken:
        return Cause.DOCUMENT_NOT_TAKEN
    if visit.age_ok is False and not visit.by_document:
        return Cause.UNDER_AGE
    if visit.validity is not None and visit.validity != "valid":
        return Cause.DOCUMENT_NOT_VALID
    return bad_proof(visit, rules)


_CAUSES_OF_PROOF = {
    DocumentProof.TAMPERED: Cause.DOCUMENT_SUSPECT,
    DocumentProof.CLONE_SUSPECTED: Cause.DOCUMENT_SUSPECT,
    DocumentProof.SIGNER_REFUSED: Cause.DOCUMENT_SUSPECT,
    DocumentProof.TECHNICAL_FAILURE: Cause.DOCUMENT_UNPROVED,
    DocumentProof.ISSUER_UNKNOWN: Cause.ISSUER_UNKNOWN,
    DocumentProof.EXPIRED: Cause.DOCUMENT_NOT_VALID,
}


def bad_proof(visit: Visit, rules: Rules) -> Cause | None:
    """Why what the document proved of itself sends its holder to staff; None where it does not, or is not known yet."""
    if visit.proof is None or (visit.proof is DocumentProof.ISSUER_UNKNOWN and rules.unknown_issuer_ok):
        return None
    return _CAUSES_OF_PROOF.get(visit.proof)


def with_identity(visit: Visit, event: ev.DocumentRead) -> Visit:
    """What was read replaces what was known of any document before it."""
    return replace(
        visit,
        document_down=True,
        masked_name=event.masked_name,
        age_ok=event.age_ok,
        validity=event.validity,
        kind_taken=event.kind_taken,
        to_be_proved=event.to_be_proved,
        proof=None,
        portrait_here=False,  # a portrait belongs to the document it came from
        key_wanted=False,
        key_here=False,
        swipe_failed=False,
        keep=visit.keep and event.same_holder,  # and a consent to the person who gave it
        prior=None,
        reminding=False,
    )


def without_document(visit: Visit) -> Visit:
    """What was read of a document counts no more: it has to be read again."""
    return replace(
        visit,
        document_down=False,
        masked_name="",
        age_ok=None,
        validity=None,
        portrait_here=False,
        to_be_proved=False,
        proof=None,
        reading_share=None,
        held=False,
    )


def hold_if_complete(visit: Visit, rules: Rules) -> Step:
    """Consent is given: as soon as document (and code, where needed) are there, ask for the lease."""
    if visit.document_known:
        cause = unfit_document(visit, rules)
        if cause is not None:
            return to_staff(visit, cause, rules)
        if visit.code_here or not rules.code_needed:
            after = replace(visit, phase=Phase.HOLDING, idle_warned=False)
            return after, (
                CancelTimers(),
                Show(reading_view(after)),
                HoldTicket(),
                StartTimer("fault", rules.fault_s),
            )
    after = replace(visit, phase=Phase.AWAITING_DOCUMENT, idle_warned=False)
    return after, (CancelTimers(), Show(waiting_view(after, rules)), StartTimer("idle", rules.idle_s))


def start_capturing(visit: Visit, rules: Rules) -> Step:
    """Choice, age and lease are all there: frames may flow (R-14)."""
    after = replace(visit, phase=Phase.CAPTURING, attempt=1, acquired=False)
    effects: list[Effect] = [CancelTimers(), Show(looking_view(after, "none")), StartFrames(visit.keep)]
    if visit.portrait_here:
        effects.append(GiveReference())
    else:
        effects.append(StartTimer("portrait", rules.portrait_s))
    effects.append(StartTimer("attempt", rules.attempt_s))
    return after, tuple(effects)


def admit_by_document(visit: Visit, rules: Rules) -> Step:
    """The ticket is held, and in this mode that is all it takes; staff stand beside. A document that has a proof of its
    own has to be through with it."""
    if visit.proof_pending:
        proving = replace(visit, phase=Phase.PROVING)
        return proving, (CancelTimers(), Show(reading_view(proving)), StartTimer("proof", rules.proof_s))
    return replace(visit, phase=Phase.COMMITTING), (
        CancelTimers(),
        CommitTicket(Lane.DOCUMENT),
        StartTimer("fault", rules.fault_s),
    )


def without_findings(visit: Visit) -> Visit:
    """Nothing that was found out about whoever stood there counts any more."""
    return replace(visit, acquired=False, matched=False, challenge_met=False, act=None, act_step=0, act_of=0)


def next_attempt(visit: Visit, rules: Rules, cause: Cause) -> Step:
    if visit.attempt >= rules.max_attempts:
        return to_staff(visit, cause, rules)
    after = replace(without_findings(visit), attempt=visit.attempt + 1)
    return after, (
        RestartCapture(),
        Show(looking_view(after, "none")),
        StartTimer("attempt", rules.attempt_s),
    )
