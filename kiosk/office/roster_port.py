"""What the roster's pages stand on: the acts of ``kiosk event import`` and ``kiosk event ticket``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.config.event import EventConfig
from kiosk.ledger.port import Found
from kiosk.roster.faults import ImportReport, RosterFault
from kiosk.roster.importer import Progress, Shown
from kiosk.roster.mapping import Wish


@dataclass(frozen=True)
class RosterLook:
    """``tickets``: per session id and gate group id; None where the store cannot be read. ``locked``: the key takes the
    opening secret.
    """

    event: EventConfig
    state: str
    tickets: Mapping[tuple[str, str], int] | None
    locked: bool


@dataclass(frozen=True)
class RosterPort:
    """All of it waits and asks the role table first. A ``secret`` is "" where the key takes none.

    ``header``: a file's headings. ``columns``: how it would be read; raises RosterUnreadable. ``rows_in``: about how
    many lines it has, 0 where that is not known before. ``add`` and ``transfer``: of cells by column, a reason, a
    secret; they give what to look at. ``revoke``: of a ticket's code and session. ``find``: of what somebody says,
    a session and a secret. ``keep_report``: the report into a folder.
    """

    look: Callable[[], RosterLook]
    header: Callable[[Path], tuple[str, ...]]
    columns: Callable[[Path, Wish], Shown]
    rows_in: Callable[[Path], int]
    take: Callable[[Path, Wish, bool, str, Progress], ImportReport]
    add: Callable[[Mapping[str, str], str, str], list[RosterFault]]
    transfer: Callable[[Mapping[str, str], str, str], list[RosterFault]]
    revoke: Callable[[str, str, str, str], None]
    find: Callable[[str, str, str], Found]
    keep_report: Callable[[ImportReport, Path], str]
    folders: tuple[Path, ...]
