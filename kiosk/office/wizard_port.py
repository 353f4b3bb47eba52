"""What the wizard stands on: the event as it is now, and the acts of ``kiosk event`` behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.accounts.account import Account
from kiosk.closing.readiness import Missing
from kiosk.closing.statements import About
from kiosk.config.event import EventConfig
from kiosk.config.toml_text import Values
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Picture


@dataclass(frozen=True)
class Looked:
    """``values``: the event's file. ``state``: "" before the event is made, then a value of EventState. ``settled``:
    its rules were published, or it is more than a draft, so that a change takes a reason. ``locked``: opening it takes
    the opening secret.
    """

    values: Values
    event: EventConfig
    state: str
    missing: tuple[Missing, ...]
    settled: bool = False
    locked: bool = False
    earlier: tuple[tuple[str, Values], ...] = ()
    """Before the event is made: what it could begin with instead of the template, by the earlier event's id."""


@dataclass(frozen=True)
class Given:
    """What somebody typed to agree: badge and PIN, or account, password and one-time code."""

    by_badge: bool
    who: str
    secret: str
    code: str = ""

    def __repr__(self) -> str:
        return "Given()"


@dataclass(frozen=True)
class WizardPort:
    """Acts that wait ask the role table first; the others are the window's.

    ``begin``: of values, a protection of the key and its secret. ``change``: of the values that were seen, those wanted
    and a reason; what is no event is refused by ConfigFaults. ``stand_for``: with the paper's file, None for the signs.
    ``screens``: what an attendee would see, in the window's thread; ``seen``: what the event is now, there too.
    ``agrees``: who gave these proofs. ``change_agreed``: as ``change``, with two people who agree to it.
    ``close`` opens a window of its own and calls when that is left.
    """

    look: Callable[[], Looked]
    begin: Callable[[Values, str, str], None]
    change: Callable[[Values, Values, str], None]
    publish: Callable[[], None]
    arm: Callable[[], None]
    open: Callable[[str], None]
    stand_for: Callable[[About, Path | None], None]
    close: Callable[[Callable[[], None]], None]
    screens: Callable[[EventConfig], tuple[Picture, ...]]
    seen: Callable[[Looked], None]
    event_of: Callable[[Values], EventConfig]
    officers: Callable[[Room], Subject]
    roster: Callable[[Room], Subject]
    folders: tuple[Path, ...]
    agrees: Callable[[Given], Account]
    change_agreed: Callable[[Values, Values, str, tuple[Account, Account]], None]
    package: Callable[[Room], Subject] | None = None
    """An event that another machine made; None where a venue's base brings it."""
