"""Accounts of a machine of one's own: quick hashes, a clock that is set, a log that is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from kiosk.accounts.account import Profile
from kiosk.accounts.book import AccountBook, Issued, NewAccount
from kiosk.accounts.hashing import SecretHasher
from kiosk.accounts.keys import AccountKeys
from kiosk.accounts.logins import Logins, Session
from kiosk.accounts.second_factor import code_at
from kiosk.accounts.store import AccountStore
from kiosk.audit.catalogue import Kind, checked_fields
from kiosk.audit.fields import Value
from kiosk.config.places import DevicePlace
from kiosk.domain.access import Principal, Role

EVENT, STATION = "night", "desk-1"
PASSWORD = "Correct-Horse-7"
NOW_S = 1_777_638_900.0
SECURITY = Principal(Role.SECURITY_ADMIN, "sec")
ORGANISER = Principal(Role.ORGANISER, "org")


class SetClock:
    def __init__(self, s: float = NOW_S) -> None:
        self.s = s

    def now(self) -> float:
        return self.s

    def monotonic(self) -> float:
        return self.s


@dataclass
class Heard:
    """An audit that keeps what was written, and takes only what the catalogue takes."""

    records: list[SimpleNamespace] = field(default_factory=list)

    def write(self, kind: Kind, by: str, about: str = "", *, success: bool = True, **fields: Value) -> None:
        checked = checked_fields(kind, fields)
        self.records.append(SimpleNamespace(kind=kind, by=by, about=about, success=success, fields=checked))

    def kinds(self) -> list[Kind]:
        return [record.kind for record in self.records]


class Machine:
    """One machine's accounts. ``again`` opens the same files as another process would."""

    def __init__(self, folder: Path, clock: SetClock | None = None) -> None:
        self.folder, self.clock, self.heard = folder, clock or SetClock(), Heard()
        self.place = DevicePlace(folder / "data", folder / "keys")
        self.keys = AccountKeys.load_or_create(self.place)
        self.hasher = SecretHasher(self.keys, memory_kib=8, passes=1)
        self.store = AccountStore.open(self.place)
        parts = (self.store, self.keys, self.hasher, self.clock, self.heard)
        self.book, self.logins = AccountBook(*parts), Logins(*parts)

    def again(self) -> Machine:
        return Machine(self.folder, self.clock)

    def set_up(self, profile: Profile = Profile.CN) -> Issued:
        roles = frozenset({Role.SECURITY_ADMIN})
        return self.book.first(NewAccount("sec", "Sam Security", roles), profile, PASSWORD)

    def officer(
        self, account_id: str = "o-1", *, expires_at: float = NOW_S + 86_400, role: Role = Role.ATTENDANT
    ) -> Issued:
        """Added and with a badge; the starting PIN still stands."""
        new = NewAccount(account_id, f"Officer {account_id}", frozenset({role}), event=EVENT, expires_at=expires_at)
        self.book.add(SECURITY, new)
        return self.book.issue_badges(SECURITY, EVENT)[0]

    def working(self, account_id: str = "o-1", pin: str = "302817", station: str = STATION) -> tuple[str, Session]:
        """An officer with a PIN of their own, logged in; (badge, session)."""
        issued = self.officer(account_id)
        return issued.badge, self.logins.officer(issued.badge, issued.secret, station, EVENT, new_pin=pin)

    def code(self, issued: Issued) -> str:
        return code_at(issued.second, self.clock.now())
