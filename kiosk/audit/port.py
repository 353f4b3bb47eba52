"""The audit log as everybody else sees it."""

from __future__ import annotations

from typing import Protocol

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import Value


class Audit(Protocol):
    """One device's log."""

    def write(self, kind: Kind, by: str, about: str = "", *, success: bool = True, **fields: Value) -> None:
        """Append one record; it is on disk when this returns.

        ``by``: who acted, an account's or station's id or "system". ``about``: what was acted on, an event's, station's
        or account's id, never a person of the audience. Raises AuditUnavailable, ValueError for a field the catalogue
        does not list.
        """


class AuditUnavailable(Exception):
    """The record could not be made durable. ``code``: disk_full, io, busy, broken_chain, no_key."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoAudit:
    """Keeps nothing; for tests and for rehearsals without a device folder."""

    def write(self, kind: Kind, by: str, about: str = "", *, success: bool = True, **fields: Value) -> None:
        """Does nothing."""
