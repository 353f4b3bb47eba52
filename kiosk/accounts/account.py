"""What an account is, whom it is for, and which roles do not go together in one person (R-58, R-62)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.config.event import EventConfig
from kiosk.domain.access import Principal, Role

OFFICERS = frozenset({Role.ATTENDANT, Role.SUPERVISOR})
"""Work at one event's desks with badge and PIN; everybody else has a password and a second factor."""

THREE_ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
PEOPLE = (Role.ORGANISER, *sorted(THREE_ADMINS), Role.INSPECTOR, Role.SUPERVISOR, Role.ATTENDANT)
"""Roles an account can have, the one it is called by first."""

AFTER_EVENT = timedelta(days=1)


class Profile(StrEnum):
    """Which place's rules the machine's accounts follow."""

    GENERIC = "generic"  # one organiser may run a small event and hold every administrator's role
    CN = "cn"
    EU_STRICT = "eu-strict"

    @property
    def separates(self) -> bool:
        return self is not Profile.GENERIC

    @property
    def password_days(self) -> int | None:
        """After how many days a password has to be changed."""
        return 90 if self is Profile.CN else None


@dataclass(frozen=True)
class Account:
    """One person's account. ``event`` is empty for the machine's own; ``expires_at`` in UTC seconds, or None.

    ``issued``: it has a secret. ``must_change``: that secret was made by somebody else.
    """

    account_id: str
    name: str
    roles: frozenset[Role]
    event: str = ""
    expires_at: float | None = None
    issued: bool = False
    must_change: bool = False
    revoked: bool = False
    locked_until: float = 0.0

    @property
    def officer(self) -> bool:
        return self.roles <= OFFICERS

    def principal(self) -> Principal:
        first = next(role for role in PEOPLE if role in self.roles)
        return Principal(first, self.account_id, self.roles - {first})

    def __repr__(self) -> str:
        return f"Account({self.account_id})"


class RolesRefused(Exception):
    """These roles may not meet in one person. ``code``: separated, mixed, no_role, no_person, no_event."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def require_separation(profile: Profile, held: frozenset[Role], wanted: frozenset[Role]) -> None:
    """Return if a person who holds ``held`` may get ``wanted`` as well. Raises RolesRefused.

    Desk roles never share an account or a person's badge with the others; where the profile separates, nobody holds
    two of the three administrators' roles, and no administrator of the audit organises what they audit.
    """
    if not wanted:
        raise RolesRefused("no_role")
    if not wanted <= set(PEOPLE):
        raise RolesRefused("no_person")
    if wanted & OFFICERS and wanted - OFFICERS:
        raise RolesRefused("mixed")
    together = held | wanted
    if not profile.separates:
        return
    if len(together & THREE_ADMINS) > 1 or {Role.AUDIT_ADMIN, Role.ORGANISER} <= together:
        raise RolesRefused("separated")


def expiry_of(event: EventConfig) -> datetime:
    """When the officers of ``event`` are nobody any more."""
    return max(session.ends for session in event.sessions) + AFTER_EVENT
