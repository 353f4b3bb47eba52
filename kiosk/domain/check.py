"""Which ticket is meant, and whether it admits here and now. Pure: facts in, one named outcome out.

The first rule that applies wins:

1.  CODE_AND_CARD_DISAGREE  both were shown and belong to different tickets (or one to none): until they agree nobody
                            knows which ticket is meant, so no later rule can be asked.
2.  NO_TICKET               nothing that was shown belongs to a ticket.
3.  REVOKED                 the ticket was taken back; sending its holder to another gate or day would be a lie.
4.  OTHER_DAY               there are tickets, none of this session; facts of the next best one are given.
5.  OTHER_GATE              the ticket belongs to another gate group.
6.  ALREADY_USED            it has admitted somebody who is inside, or who went out and came in again as often as the
                            event allows; when and where goes with it (R-35).
7.  IN_USE_ELSEWHERE        another station holds a lease on it right now.
8.  CODE_NEEDED             this event wants the ticket's own code too, and only the document was shown.
9.  NAME_DIFFERS            everything else agrees; staff look. A name that cannot be compared does not count.
10. DOCUMENT_EXPIRED        decided from the document (``with_document``), after everything about the ticket.
11. GUARDIAN_NEEDED         likewise: under age.
12. VALID
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from drivers.port import DocumentValidity
from kiosk.domain.names import NameAgreement
from kiosk.domain.outcome import CheckOutcome, EarlierUse, TicketCheck, TicketFacts

PRECEDENCE = (
    CheckOutcome.CODE_AND_CARD_DISAGREE,
    CheckOutcome.NO_TICKET,
    CheckOutcome.REVOKED,
    CheckOutcome.OTHER_DAY,
    CheckOutcome.OTHER_GATE,
    CheckOutcome.ALREADY_USED,
    CheckOutcome.IN_USE_ELSEWHERE,
    CheckOutcome.CODE_NEEDED,
    CheckOutcome.NAME_DIFFERS,
    CheckOutcome.DOCUMENT_EXPIRED,
    CheckOutcome.GUARDIAN_NEEDED,
    CheckOutcome.VALID,
)

_HALF_CHARACTERS = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Shown:
    """What kinds of proof were presented and where: the question the tickets answer."""

    document: bool
    code: bool
    station: str
    gate_group: str
    session: str
    code_needed: bool = False
    entries: int | None = 1


@dataclass(frozen=True)
class Candidate:
    """A ticket that the document, the code, or both belong to. ``leased_by``: station with a live lease.
    ``entries``: how often it has admitted, ``earlier_use`` the last time.
    """

    ticket: TicketFacts
    by_document: bool
    by_code: bool
    revoked: bool = False
    earlier_use: EarlierUse | None = None
    entries: int = 0
    leased_by: str | None = None
    name: NameAgreement = NameAgreement.CANNOT_TELL


def check_tickets(candidates: Iterable[Candidate], shown: Shown) -> TicketCheck:
    """The outcome for everything that was found. One person may hold tickets for several sessions."""
    found = list(candidates)
    meant = [
        candidate for candidate in found if candidate.by_document == shown.document and candidate.by_code == shown.code
    ]
    if not found:
        return TicketCheck(CheckOutcome.NO_TICKET)
    if not meant:
        return TicketCheck(CheckOutcome.CODE_AND_CARD_DISAGREE)
    chosen = choose(meant, shown.session)
    return TicketCheck(
        outcome=_outcome(chosen, shown),
        ticket=chosen.ticket,
        earlier_use=chosen.earlier_use,
        name_agrees=_agrees(chosen.name),
    )


def choose(candidates: list[Candidate], session: str) -> Candidate:
    """This session's ticket; without one, the ticket most likely to help: not revoked, not used, first by session."""
    return min(
        candidates,
        key=lambda candidate: (
            candidate.ticket.session != session,
            candidate.revoked,
            candidate.earlier_use is not None,
            candidate.ticket.session,
            candidate.ticket.reference,
        ),
    )


def with_document(check: TicketCheck, *, age_ok: bool, validity: DocumentValidity) -> TicketCheck:
    """``check`` together with what the document says; whichever comes first in PRECEDENCE."""
    outcomes = [check.outcome]
    if validity is not DocumentValidity.VALID:
        outcomes.append(CheckOutcome.DOCUMENT_EXPIRED)
    if not age_ok:
        outcomes.append(CheckOutcome.GUARDIAN_NEEDED)
    return replace(check, outcome=min(outcomes, key=PRECEDENCE.index))


def normalise_code(untrusted_code: str) -> str:
    """The one spelling under which ticket codes are stored and looked up.

    Half characters, which no encoding can hold, become U+FFFD: such a code belongs to no ticket.
    """
    if untrusted_code.isascii():
        return untrusted_code.strip()
    whole = _HALF_CHARACTERS.sub("\ufffd", untrusted_code)
    return unicodedata.normalize("NFC", whole).strip()


def _outcome(candidate: Candidate, shown: Shown) -> CheckOutcome:
    ticket = candidate.ticket
    rules = (
        (candidate.revoked, CheckOutcome.REVOKED),
        (ticket.session != shown.session, CheckOutcome.OTHER_DAY),
        (ticket.gate_group != shown.gate_group, CheckOutcome.OTHER_GATE),
        (_is_used(candidate, shown), CheckOutcome.ALREADY_USED),
        (candidate.leased_by not in (None, shown.station), CheckOutcome.IN_USE_ELSEWHERE),
        (shown.code_needed and not shown.code, CheckOutcome.CODE_NEEDED),
        (candidate.name is NameAgreement.DIFFERS, CheckOutcome.NAME_DIFFERS),
    )
    return next((outcome for applies, outcome in rules if applies), CheckOutcome.VALID)


def _is_used(candidate: Candidate, shown: Shown) -> bool:
    use = candidate.earlier_use
    may_return = shown.entries is None or candidate.entries < shown.entries
    return use is not None and not (use.outside and may_return)


def _agrees(name: NameAgreement) -> bool | None:
    return {NameAgreement.AGREES: True, NameAgreement.DIFFERS: False}.get(name)
