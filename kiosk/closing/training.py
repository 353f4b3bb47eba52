"""A machine trains or serves, never both (R-96).

Whoever trains holds the data folder; the kernel lets go of it when that process ends, however it ends. Nothing is
written there for it. An event is armed and opened only while nobody does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from kiosk.closing.lock import folder_alone
from kiosk.closing.state import OVER, EventState, state_at
from kiosk.config.places import EventPlace, is_event_id

_SHORT_S = 1.0
"""As long as another event may take to be armed."""
_AT_REST = frozenset({EventState.DRAFT, *OVER})


class TrainingRuns(Exception):
    """Somebody trains on this machine right now."""


class EventInService(Exception):
    """Armed, open or not yet destroyed, or nobody can say: ``events`` by id."""

    def __init__(self, events: tuple[str, ...]) -> None:
        super().__init__(", ".join(events))
        self.events = events


def in_service(data_dir: Path, key_dir: Path) -> tuple[str, ...]:
    """Ids of the events on this machine that are neither drafts nor over. Raises OSError."""
    folder = data_dir / "events"
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    places = (EventPlace(data_dir, key_dir, name) for name in names if is_event_id(name))
    return tuple(place.event_id for place in places if state_at(place) not in _AT_REST)


@contextmanager
def training_alone(data_dir: Path, key_dir: Path) -> Iterator[None]:
    """Hold the machine for a training. Raises TrainingRuns, EventInService, OSError."""
    with ExitStack() as held:
        if data_dir.is_dir():  # without it there is no event, and nothing to hold
            _hold(held, data_dir, 0.0)
        events = in_service(data_dir, key_dir)
        if events:
            raise EventInService(events)
        yield


@contextmanager
def no_training(data_dir: Path) -> Iterator[None]:
    """Keep trainings from beginning meanwhile. Raises TrainingRuns, OSError."""
    with ExitStack() as held:
        _hold(held, data_dir, _SHORT_S)
        yield


def trains(data_dir: Path) -> bool:
    """Whether somebody trains right now, or an event is being armed this moment. Raises OSError."""
    try:
        with ExitStack() as held:
            _hold(held, data_dir, 0.0)
    except TrainingRuns:
        return True
    return False


def _hold(held: ExitStack, data_dir: Path, wait_s: float) -> None:
    try:
        held.enter_context(folder_alone(data_dir, wait_s=wait_s))
    except BlockingIOError:
        raise TrainingRuns from None
