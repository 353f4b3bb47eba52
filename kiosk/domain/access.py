"""Who may do what: one table, asked before every act of the product (R-58).

The three administrators see apart: the system's administrator sets the machine up and cannot read what is written about
it; the audit's reads and cannot change anything; the security's hands out accounts and does neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Whoever acts. A station admits by the visit machine's rules alone; people act through it or the commands."""

    STATION = "station"
    UNATTENDED = "unattended"  # a desk nobody is logged in at: it only ends what was begun
    ATTENDANT = "attendant"  # gate officer
    SUPERVISOR = "supervisor"
    ORGANISER = "organiser"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"
    INSPECTOR = "inspector"  # looks, changes nothing


class Action(StrEnum):
    """Everything anybody can ask the product to do."""

    LOOK_UP_TICKET = "look_up_ticket"
    SEARCH_TICKETS = "search_tickets"  # by order, seat or full name; a gate has nobody who could ask
    ADMIT_BY_FACE = "admit_by_face"
    ADMIT_BY_DOCUMENT = "admit_by_document"  # a gate, while a supervisor's incident says so
    ADMIT_BY_STAFF = "admit_by_staff"
    NOTE_EXIT = "note_exit"  # somebody goes out and may come in again
    OVERRIDE_CHECK = "override_check"  # admit although the ticket check says otherwise
    CORRECT_TICKET = "correct_ticket"  # bind a ticket to the document of whoever is present
    ANSWER_RIGHTS = "answer_rights"  # say what is held, record a request, give a slip
    ERASE_TICKET = "erase_ticket"  # at the request of whoever is present
    REFUSE_ENTRY = "refuse_entry"  # say no to somebody, with a reason and a slip
    UNDO_ADMISSION = "undo_admission"
    UNDO_ADMISSION_LATE = "undo_admission_late"  # after the passage
    UNDO_UNTOLD_ADMISSION = "undo_untold_admission"  # it became durable too late, and nobody was told
    RELEASE_TICKET = "release_ticket"
    NOTE_GATE = "note_gate"
    READ_UNCONFIRMED = "read_unconfirmed"
    SERVE_QUEUE = "serve_queue"  # call up whoever gates sent to staff, and answer calls
    READ_VENUE = "read_venue"  # waits, head counts, incidents of all gates
    SET_INCIDENT = "set_incident"  # put gates into another mode, and back
    TRAIN = "train"  # with invented people, in a folder of its own; never while an event is armed or open
    SET_LOOK = "set_look"  # day or night, moving pictures or none, for the windows of the machine
    CLOSE_LANE = "close_lane"  # somebody needs help here: the gates of one's own group, and back

    CREATE_EVENT = "create_event"
    IMPORT_ROSTER = "import_roster"
    OPEN_EVENT = "open_event"
    EXTEND_EVENT = "extend_event"
    CLOSE_EVENT = "close_event"
    TAKE_USED_LIST = "take_used_list"
    READ_COUNTS = "read_counts"
    EXPORT_DOCUMENTS = "export_documents"  # certificates, notices, records of processing
    EXPORT_EVIDENCE = "export_evidence"  # of an event that is over: its papers, figures, certificates and the log
    UNLOCK_EVENT = "unlock_event"  # give the secret that opens the event's key
    CONFIRM_CLOCK = "confirm_clock"

    APPROVE = "approve"  # be one of the two people a longer retention, a hold or a lost key takes

    ALLOW_HOLD = "allow_hold"
    VIEW_HOLD = "view_hold"
    DROP_HOLD = "drop_hold"

    MANAGE_OFFICERS = "manage_officers"
    MANAGE_ADMINS = "manage_admins"
    UNLOCK_ACCOUNT = "unlock_account"
    PRINT_BADGES = "print_badges"
    READ_ACCOUNTS = "read_accounts"
    READ_OVERRIDES = "read_overrides"
    CHANGE_OWN_SECRET = "change_own_secret"  # noqa: S105 - an action

    READ_ALERTS = "read_alerts"  # signs of an attack on the machine, of the last day
    ANSWER_ALERTS = "answer_alerts"
    READ_AUDIT = "read_audit"
    VERIFY_AUDIT = "verify_audit"
    EXPORT_AUDIT = "export_audit"
    PURGE_AUDIT = "purge_audit"

    IMPORT_TRUST = "import_trust"  # say whose signature under a passport is believed

    READ_CONFIGURATION = "read_configuration"
    CHANGE_CONFIGURATION = "change_configuration"
    CHECK_INTEGRITY = "check_integrity"
    SIGN_MANIFEST = "sign_manifest"
    VERIFY_WIPE = "verify_wipe"
    DECOMMISSION_DEVICE = "decommission_device"


_ENDS_WHAT_WAS_BEGUN = frozenset(
    {Action.UNDO_UNTOLD_ADMISSION, Action.RELEASE_TICKET, Action.NOTE_GATE, Action.READ_UNCONFIRMED}
)
_AT_THE_DESK = _ENDS_WHAT_WAS_BEGUN | {
    Action.LOOK_UP_TICKET,
    Action.ADMIT_BY_STAFF,
    Action.NOTE_EXIT,
    Action.SEARCH_TICKETS,
    Action.OVERRIDE_CHECK,
    Action.UNDO_ADMISSION,
    Action.CHANGE_OWN_SECRET,
    Action.SERVE_QUEUE,
    Action.SET_LOOK,
    Action.CLOSE_LANE,
    Action.ANSWER_RIGHTS,
}

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.STATION: _ENDS_WHAT_WAS_BEGUN | {Action.LOOK_UP_TICKET, Action.ADMIT_BY_FACE, Action.ADMIT_BY_DOCUMENT},
    Role.UNATTENDED: _ENDS_WHAT_WAS_BEGUN,
    Role.ATTENDANT: _AT_THE_DESK,
    Role.SUPERVISOR: _AT_THE_DESK
    | {
        Action.REFUSE_ENTRY,
        Action.CORRECT_TICKET,
        Action.ERASE_TICKET,
        Action.UNDO_ADMISSION_LATE,
        Action.UNLOCK_EVENT,
        Action.CONFIRM_CLOCK,
        Action.APPROVE,
        Action.VIEW_HOLD,
        Action.DROP_HOLD,
        Action.UNLOCK_ACCOUNT,
        Action.READ_OVERRIDES,
        Action.READ_ALERTS,
        Action.ANSWER_ALERTS,
        Action.READ_COUNTS,
        Action.READ_VENUE,
        Action.SET_INCIDENT,
        Action.TRAIN,
    },
    Role.ORGANISER: frozenset(
        {
            Action.CREATE_EVENT,
            Action.IMPORT_ROSTER,
            Action.OPEN_EVENT,
            Action.EXTEND_EVENT,
            Action.CLOSE_EVENT,
            Action.TAKE_USED_LIST,
            Action.READ_COUNTS,
            Action.EXPORT_DOCUMENTS,
            Action.EXPORT_EVIDENCE,
            Action.UNLOCK_EVENT,
            Action.CONFIRM_CLOCK,
            Action.APPROVE,
            Action.ALLOW_HOLD,
            Action.DROP_HOLD,
            Action.MANAGE_OFFICERS,
            Action.UNLOCK_ACCOUNT,
            Action.PRINT_BADGES,
            Action.READ_ACCOUNTS,
            Action.READ_OVERRIDES,
            Action.CHANGE_OWN_SECRET,
            Action.IMPORT_TRUST,
            Action.READ_CONFIGURATION,
            Action.VERIFY_WIPE,
            Action.SET_LOOK,
            Action.TRAIN,
        }
    ),
    Role.SYSTEM_ADMIN: frozenset(
        {
            Action.SET_LOOK,
            Action.READ_CONFIGURATION,
            Action.CHANGE_CONFIGURATION,
            Action.CHECK_INTEGRITY,
            Action.SIGN_MANIFEST,
            Action.DECOMMISSION_DEVICE,
            Action.CHANGE_OWN_SECRET,
        }
    ),
    Role.SECURITY_ADMIN: frozenset(
        {
            Action.APPROVE,
            Action.MANAGE_ADMINS,
            Action.MANAGE_OFFICERS,
            Action.UNLOCK_ACCOUNT,
            Action.PRINT_BADGES,
            Action.READ_ACCOUNTS,
            Action.CHECK_INTEGRITY,
            Action.READ_ALERTS,
            Action.CHANGE_OWN_SECRET,
        }
    ),
    Role.AUDIT_ADMIN: frozenset(
        {
            Action.READ_ALERTS,
            Action.READ_AUDIT,
            Action.VERIFY_AUDIT,
            Action.EXPORT_AUDIT,
            Action.EXPORT_EVIDENCE,
            Action.PURGE_AUDIT,
            Action.READ_OVERRIDES,
            Action.VERIFY_WIPE,
            Action.CHANGE_OWN_SECRET,
        }
    ),
    Role.INSPECTOR: frozenset(
        {
            Action.READ_COUNTS,
            Action.READ_ALERTS,
            Action.READ_AUDIT,
            Action.VERIFY_AUDIT,
            Action.READ_CONFIGURATION,
            Action.CHECK_INTEGRITY,
            Action.VERIFY_WIPE,
            Action.READ_ACCOUNTS,
            Action.READ_OVERRIDES,
            Action.CHANGE_OWN_SECRET,
        }
    ),
}


@dataclass(frozen=True)
class Principal:
    """Who asks. ``name`` is a station's or an account's id, for the records. ``more``: what else the account may be."""

    role: Role
    name: str
    more: frozenset[Role] = frozenset()

    def may(self, action: Action) -> bool:
        return any(action in ALLOWED[role] for role in {self.role, *self.more})


class NotAllowed(Exception):
    """The table has no such cell. ``code`` is stable."""

    code = "not_allowed"

    def __init__(self, principal: Principal, action: Action) -> None:
        super().__init__(f"{principal.role.value} may not {action.value}")
        self.principal, self.action = principal, action


def authorise(principal: Principal, action: Action) -> None:
    """Return if ``principal`` may do ``action``. Raises NotAllowed."""
    if not principal.may(action):
        raise NotAllowed(principal, action)
