"""What is known of an event while it runs, as the dashboard shows it: exact numbers, nobody's name."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.audit.alerts import Alert
from kiosk.base.seen import VenueSeen
from kiosk.documents.figures import Figures


@dataclass(frozen=True)
class Live:
    """``admitted``: (beginning of the quarter in UTC seconds, station, lane, people) of this machine's store.
    ``figures``: of the log, the quarter that runs included where ``running``. ``devices``: (station, device) -> whether
    it answers. ``stations``: station -> what it said of itself last. ``venue``: None without a base that answers.
    """

    state: str
    admitted: tuple[tuple[int, str, str, int], ...]
    figures: Figures
    running: bool
    devices: dict[tuple[str, str], bool] = field(default_factory=dict)
    stations: dict[str, str] = field(default_factory=dict)
    alerts: tuple[Alert, ...] = ()
    venue: VenueSeen | None = None
