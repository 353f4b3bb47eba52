"""What a ticket's check opens at the desk, and what is said of it. Pure: check and document's proof in, a view out."""

from __future__ import annotations

from dataclasses import replace

from drivers.port import DocumentProof
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.station.desk_view import DeskState, DeskView, Reentry

# Staff may let in whoever has a ticket for this show: the wrong door and a differing name are theirs to judge.
ADMISSIBLE = frozenset(
    {CheckOutcome.VALID, CheckOutcome.OTHER_GATE, CheckOutcome.NAME_DIFFERS, CheckOutcome.CODE_NEEDED}
)
SUSPECT = frozenset({DocumentProof.TAMPERED, DocumentProof.CLONE_SUSPECTED, DocumentProof.SIGNER_REFUSED})
"""A document of which its own chip says that something is amiss is the supervisor's to look into."""
PENDING = "pending"
"""A chip's proof that is not there yet."""


def with_facts(view: DeskView, check: TicketCheck, entries: int | None) -> DeskView:
    """``view`` with everything the check says. ``entries``: how often a ticket admits, None without a limit.

    Asked again when the document's proof comes: nobody is admitted by any button while it is pending or suspect.
    """
    ticket, use = check.ticket, check.earlier_use
    proved = _proved(view)
    inside = check.outcome is CheckOutcome.ALREADY_USED and use is not None and not use.outside
    return replace(
        view,
        state=DeskState.FACTS,
        outcome=check.outcome,
        name_agrees=check.name_agrees,
        ticket_reference_end=ticket.reference[-4:] if ticket else "",
        session=ticket.session if ticket else "",
        gate_group=ticket.gate_group if ticket else "",
        seat_area=ticket.seat_area if ticket else "",
        earlier_use=use,
        can_admit=proved and ticket is not None and check.outcome in ADMISSIBLE,
        can_admit_again=proved and _use_can_be_set_aside(check),
        can_exit=inside and entries != 1,
        reentry=_reentry(check, entries),
        trouble="",
    )


def identified(view: DeskView) -> bool:
    """Whether whoever is here showed a document with which nothing is amiss: changing a ticket for good takes one."""
    return view.document_read and _proved(view)


def _proved(view: DeskView) -> bool:
    return view.proof != PENDING and view.proof not in SUSPECT


def _use_can_be_set_aside(check: TicketCheck) -> bool:
    """Used up, and known which use it was: whoever stands there may be the holder."""
    use = check.earlier_use
    used = check.outcome is CheckOutcome.ALREADY_USED and check.ticket is not None
    return used and use is not None and bool(use.admission_id)


def _reentry(check: TicketCheck, entries: int | None) -> Reentry:
    if check.outcome is not CheckOutcome.ALREADY_USED:
        return Reentry.NONE
    if entries == 1:
        return Reentry.NOT_OFFERED
    return Reentry.USED_UP if check.earlier_use is not None and check.earlier_use.outside else Reentry.NONE
