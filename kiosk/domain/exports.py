"""What may leave the kiosk at all (R-65): documents, aggregates, the log, certificates, the used list; nothing else.

A list for whoever hands out and for whoever looks over it: an act that writes a file for somebody outside is in it or
does not exist. No picture, feature, name, document number or seat has an entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.access import Action


class DataClass(StrEnum):
    """Everything the kiosk ever holds, by what it says about people."""

    FACES = "faces"  # live pictures, portraits, features, held captures
    IDENTITIES = "identities"  # names, document numbers, dates of birth
    TICKETS = "tickets"  # who holds which ticket, seats, codes
    MOVEMENTS = "movements"  # who entered when
    KEYS = "keys"
    TICKET_IDS = "ticket_ids"  # used or not, without anybody's name
    REFERENCES = "references"  # random ones of tickets, with their shows and gate groups; nobody's code, name or seat
    SEALED_ROSTER = "sealed_roster"  # only devices of the event that asked for it can open it
    STAFF = "staff"  # the officers' own names, on the badges printed for them
    AGGREGATES = "aggregates"
    AUDIT_LOG = "audit_log"
    CERTIFICATES = "certificates"
    PAPERS = "papers"  # what the organiser says in writing: notice, assessment, records; names of those who signed


class Export(StrEnum):
    USED_LIST = "used_list"
    AUDIT_LOG = "audit_log"
    CERTIFICATE = "certificate"
    BADGES = "badges"
    REPORT = "report"
    PAPERS = "papers"
    EVIDENCE = "evidence"  # everything an inspection asks for, in one file
    VENUE_TICKETS = "venue_tickets"  # for the venue's base
    ROSTER_PACKAGE = "roster_package"  # for the venue's other machines
    HANDOVER = "handover"  # when a device leaves service


@dataclass(frozen=True)
class Allowed:
    """Who may (by the role table), and what may be in it."""

    action: Action
    holds: frozenset[DataClass]


ALLOWED: dict[Export, Allowed] = {
    Export.USED_LIST: Allowed(Action.TAKE_USED_LIST, frozenset({DataClass.TICKET_IDS})),
    Export.AUDIT_LOG: Allowed(Action.EXPORT_AUDIT, frozenset({DataClass.AUDIT_LOG})),
    Export.CERTIFICATE: Allowed(Action.EXPORT_DOCUMENTS, frozenset({DataClass.CERTIFICATES, DataClass.AGGREGATES})),
    Export.BADGES: Allowed(Action.PRINT_BADGES, frozenset({DataClass.STAFF})),
    Export.REPORT: Allowed(Action.READ_COUNTS, frozenset({DataClass.AGGREGATES})),
    Export.PAPERS: Allowed(Action.EXPORT_DOCUMENTS, frozenset({DataClass.PAPERS, DataClass.AGGREGATES})),
    Export.EVIDENCE: Allowed(
        Action.EXPORT_EVIDENCE,
        frozenset({DataClass.PAPERS, DataClass.AGGREGATES, DataClass.AUDIT_LOG, DataClass.CERTIFICATES}),
    ),
    Export.VENUE_TICKETS: Allowed(Action.IMPORT_ROSTER, frozenset({DataClass.REFERENCES})),
    Export.ROSTER_PACKAGE: Allowed(Action.IMPORT_ROSTER, frozenset({DataClass.SEALED_ROSTER})),
    Export.HANDOVER: Allowed(
        Action.DECOMMISSION_DEVICE, frozenset({DataClass.AUDIT_LOG, DataClass.CERTIFICATES, DataClass.AGGREGATES})
    ),
}

HANDING_OUT = frozenset(
    {
        Action.TAKE_USED_LIST,
        Action.EXPORT_AUDIT,
        Action.EXPORT_DOCUMENTS,
        Action.EXPORT_EVIDENCE,
        Action.PRINT_BADGES,
    }
)
"""Acts that do nothing but hand out: a refused one is a refused export."""
