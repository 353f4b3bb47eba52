"""Which records somebody has to hear of at once (R-94), and until whom they were seen. Pure but for ``AlertTail``.

Every process of the machine writes such signs to the log, so it is also where the desk learns of them: from a gate,
a command or a closing alike. That somebody saw it is a record, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
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
"""Records looked through, newest first: a day of one machine is far less."""


@dataclass(frozen=True)
class Alert:
    """One sign. ``by``: the station or command that noticed it; ``detail``: which device, file ..., "" for none."""

    seq: int
    at: str
    kind: str
    by: str
    detail: str = ""


def is_alert(kind: str) -> bool:
    return kind in KINDS or kind.partition(".")[0] == AREA


def alert_of(record: Listed) -> Alert:
    detail = next((str(record.fields[name]) for name in ("device", "file") if name in record.fields), "")
    return Alert(record.seq, record.at, record.kind, record.by, detail)


def recent(newest: Iterable[Listed], now_s: float) -> list[Alert]:
    """Signs of the last day, newest first, seen or not. Records written by a clock that was ahead count as recent."""
    inside = takewhile(lambda record: not record.at or _age_s(record, now_s) <= TOLD_FOR_S, newest)
    return [alert_of(record) for record in inside if is_alert(record.kind)]


def unseen(newest: Iterable[Listed], now_s: float) -> list[Alert]:
    """Those of the last day after the last one that somebody said they had seen, newest first."""
    seen_to = 0
    found = []
    for record in takewhile(lambda record: not record.at or _age_s(record, now_s) <= TOLD_FOR_S, newest):
        if record.kind == Kind.ALERT_SEEN and isinstance(record.fields.get("to_seq"), int):
            seen_to = max(seen_to, record.fields["to_seq"])
        elif is_alert(record.kind) and record.seq > seen_to:
            found.append(alert_of(record))
    return found


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
                records = (record for _, record in zip(range(MOST_READ), newest_first(self._file), strict=False))
                self._found, self._stamp = tuple(unseen(records, self._clock.now())), stamp
        except OSError:
            self._found, self._stamp = (), None
        now_s = self._clock.now()
        self._found = tuple(alert for alert in self._found if now_s - seconds(alert.at) <= TOLD_FOR_S)
        return self._found


def _age_s(record: Listed, now_s: float) -> float:
    try:
        return now_s - seconds(record.at)
    except ValueError:
        return 0.0
