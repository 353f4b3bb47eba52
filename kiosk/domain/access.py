"""Who may do what: one table, asked before every act that changes a ticket or an event.

Accounts come later; until then a principal is what the process was started as. The table stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Whoever acts. A station admits by the visit machine's rules alone; people act through it or the commands."""

    STATION = "station"
    ATTENDANT = "attendant"
    ORGANISER = "organiser"


class Action(StrEnum):
    LOOK_UP_TICKET = "look_up_ticket"
    ADMIT_BY_FACE = "admit_by_face"
    ADMIT_BY_STAFF = "admit_by_staff"
    UNDO_ADMISSION = "undo_admission"
    UNDO_UNTOLD_ADMISSION = "undo_untold_admission"  # it became durable too late, and nobody was told
    CREATE_EVENT = "create_event"
    IMPORT_ROSTER = "import_roster"
    OPEN_EVENT = "open_event"
    CLOSE_EVENT = "close_event"
    READ_COUNTS = "read_counts"


ALLOWED: dict[Role, frozenset[Action]] = {
    Role.STATION: frozenset({Action.LOOK_UP_TICKET, Action.ADMIT_BY_FACE, Action.UNDO_UNTOLD_ADMISSION}),
    Role.ATTENDANT: frozenset(
        {
            Action.LOOK_UP_TICKET,
            Action.ADMIT_BY_STAFF,
            Action.UNDO_ADMISSION,
            Action.UNDO_UNTOLD_ADMISSION,
        }
    ),
    Role.ORGANISER: frozenset(
        {
            Action.CREATE_EVENT,
            Action.IMPORT_ROSTER,
            Action.OPEN_EVENT,
            Action.CLOSE_EVENT,
            Action.READ_COUNTS,
        }
    ),
}


@dataclass(frozen=True)
class Principal:
    """Who asks. ``name`` is a station's or a person's id, for the records."""

    role: Role
    name: str


class NotAllowed(Exception):
    """The table has no such cell. ``code`` is stable."""

    code = "not_allowed"

    def __init__(self, principal: Principal, action: Action) -> None:
        super().__init__(f"{principal.role.value} may not {action.value}")
        self.principal, self.action = principal, action


def authorise(principal: Principal, action: Action) -> None:
    """Return if ``principal`` may do ``action``. Raises NotAllowed."""
    if action not in ALLOWED[principal.role]:
        raise NotAllowed(principal, action)
