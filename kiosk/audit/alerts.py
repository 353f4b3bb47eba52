"""Which records somebody has to hear of at once (R-94), and until whom they were seen. Pure but for ``AlertTail``.

Every process of the machine writes such signs to the log, so it is also where the desk learns of them: from a gate,
a command or a closing alike. That somebody saw it is a record, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from math import inf
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.reading import Listed, newest_first
from kiosk.audit.record import seconds
from kiosk.ports import Clock

KINDS = frozenset(
    {
        Kind.DEVICE_REPLACED,
        Kind.DEVICE_USB_CHANGED,
        Kind.DEVICE_BAD_FRAMES,
        Kind.INTEGRITY_BROKEN,
        Kind.CLOCK_WENT_BACK,
        Kind.CLOCK_WENT_FORWARD,
    }
)
AREA = "attack"
"""Every kind of it, also one that is added later."""

TOLD_FOR_S = 24 * 3600.0
MOST_READ = 5000
"""Records looked through, newest first, where nobody answered for any: a day of one machine is far less."""


@dataclass(frozen=True)
class Alert:
    """One sign. ``by``: the station or command that noticed it; ``detail``: which device, file ..., "" for none.

    ``since_s``: UTC seconds from which its day is counted; ``at`` is what its clock said.
    """

    seq: int
    at: str
    kind: str
    by: str
    detail: str = ""
    since_s: float = 0.0


def is_alert(kind: str) -> bool:
    return kind in KINDS or kind.partition(".")[0] == AREA


def alert_of(record: Listed, since_s: float) -> Alert:
    detail = next((str(record.fields[name]) for name in ("device", "file") if name in record.fields), "")
    return Alert(record.seq, record.at, record.kind, record.by, detail, since_s)


def recent(newest: Iterable[Listed], now_s: float) -> list[Alert]:
    """Signs of the last day among the newest ``MOST_READ`` records, newest first, seen or not.

    A record is as late as any before it: a clock that was set back for a while makes nothing old. Written by a clock
    that was ahead, or without a time that can be read, it counts as recent.
    """
    latest_s = -inf
    found = []
    for record in reversed(list(islice(newest, MOST_READ))):
        at_s = _at_s(record)
        if at_s is not None and at_s <= now_s:
            latest_s = max(latest_s, at_s)
        if is_alert(record.kind):
            found.append(alert_of(record, now_s if at_s is None else max(at_s, latest_s)))
    return [alert for alert in reversed(found) if _is_told(alert, now_s)]


def unseen(newest: Iterable[Listed], now_s: float) -> list[Alert]:
    """Those of the last day after the last one that somebody said they had seen, newest first."""
    seen_to = 0
    after = []
    for record in islice(newest, MOST_READ):
        if record.kind == Kind.ALERT_SEEN and isinstance(record.fields.get("to_seq"), int):
            seen_to = max(seen_to, record.fields["to_seq"])
        after.append(record)
        if 0 < record.seq <= seen_to:
            break  # read for its time alone
    return [alert for alert in recent(after, now_s) if alert.seq > seen_to]


class AlertTail:
    """What of a log nobody has seen yet; reads only when the file grew. One thread."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file, self._clock = file, clock
        self._stamp: tuple[int, int] | None = None
        self._found: tuple[Alert, ...] = ()

    def look(self) -> tuple[Alert, ...]:
        """Newest first. Never raises: a log that cannot be read is the audit's own trouble."""
        try:
            status = self._file.stat()
            stamp = (status.st_ino, status.st_size)
            if stamp != self._stamp:
                self._found, self._stamp = tuple(unseen(newest_first(self._file), self._clock.now())), stamp
        except OSError:
            self._found, self._stamp = (), None
        now_s = self._clock.now()
        return tuple(alert for alert in self._found if _is_told(alert, now_s))


def _is_told(alert: Alert, now_s: float) -> bool:
    return now_s - alert.since_s <= TOLD_FOR_S


def _at_s(record: Listed) -> float | None:
    try:
        return seconds(record.at)
    except ValueError:
        return None
