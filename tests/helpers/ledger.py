"""Tickets, places and presentations for tests of the ledger and of what stands on it. All people are invented."""

from __future__ import annotations

from pathlib import Path

from drivers.port import DocumentKind, IdToken
from drivers.secret import SecretText
from kiosk.ledger.port import Place, Presented
from kiosk.ledger.tickets import NewTicket, TicketDetails
from kiosk.vault.file_keys import FileEventKeys

EVENT = "concert"
GATE = Place("gate-1", "A", "night-1")
OTHER_STATION = Place("gate-2", "A", "night-1")
GATE_B = Place("gate-3", "B", "night-1")
TOMORROW = Place("gate-1", "A", "night-2")
NOON = 1_777_600_000.0
LEASE_S = 60.0


def new_keys(folder: Path) -> FileEventKeys:
    return FileEventKeys.create(folder / f"{EVENT}.key", EVENT)


def token_of(keys: FileEventKeys, person: int) -> IdToken:
    return keys.token(DocumentKind.RESIDENT, "CHN", f"person-{person}")


def ticket(
    keys: FileEventKeys,
    person: int,
    *,
    session: str = "night-1",
    gate_group: str = "A",
    revoked: bool = False,
    name: str = "",
) -> NewTicket:
    """Person N's ticket: code ``T-N``, name ``测试N`` unless given."""
    details = TicketDetails(f"T-{person}", name or f"测试{person}", f"Block {person}")
    return NewTicket(token_of(keys, person), session, gate_group, details, revoked)


def card(keys: FileEventKeys, person: int, name: str | None = None) -> Presented:
    """Person N's document."""
    return Presented(token_of(keys, person), SecretText(name or f"测试{person}"), None)


def code(person: int) -> Presented:
    """Person N's ticket code alone."""
    return Presented(untrusted_code=f"T-{person}")
