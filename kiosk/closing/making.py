"""A new event is made beside its place and put there whole, so that one that was cut short does not use its id up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.closing.destroying import remove_files
from kiosk.closing.journal import forget_journal
from kiosk.closing.lock import folder_alone
from kiosk.closing.state import OVER, state_at
from kiosk.config.places import JOURNAL_SUFFIX, PRIVATE_DIR_MODE, EventPlace, is_event_id
from kiosk.vault.copies import destroy_copies
from kiosk.vault.key_file import sync_folder

_PREFIX = ".making-"  # no event's id begins with a full stop


@contextmanager
def making_alone(key_dir: Path) -> Iterator[None]:
    """At most one process makes events of these keys, or sweeps. Raises OSError."""
    key_dir.mkdir(mode=PRIVATE_DIR_MODE, parents=True, exist_ok=True)
    with folder_alone(key_dir):
        yield


class _Beside(EventPlace):
    """The same event while it is made: its key lies where it will stay, its folder does not yet."""

    @property
    def folder(self) -> Path:
        return self.data_dir / "events" / f"{_PREFIX}{self.event_id}"


def is_taken(place: EventPlace) -> bool:
    """Whether there is, or was, an event with this id. What a cut-short ``made_whole`` left is swept away first.

    A key without a folder counts: its event may lie in another data folder. Raises OSError.
    """
    if place.folder.exists():
        return True
    beside = _beside(place)
    if _is_half_made(beside):
        _sweep(beside)
    return place.key_file.exists()


@contextmanager
def made_whole(place: EventPlace) -> Iterator[EventPlace]:
    """Where to make the event; at the end it stands in its place, on disk. After an exception nothing of it is left.

    Its journal is begun by the caller afterwards: where there is one, the event is whole.
    """
    beside = _beside(place)
    forget_journal(place)
    beside.make_folders()
    sync_folder(beside.folder.parent)  # before there is a key, so that a key never lies there alone
    try:
        yield beside
        beside.folder.rename(place.folder)
        sync_folder(place.folder.parent)
    except Exception:
        with suppress(OSError):
            _sweep(beside)
        raise


def sweep_half_made(data_dir: Path, key_dir: Path) -> None:
    """Remove what is left of events that were cut short while they were made, and the journals of those that are over.

    Raises OSError.
    """
    with making_alone(key_dir):
        for place in half_made(data_dir, key_dir):
            _sweep(_beside(place))
        for path in sorted(key_dir.glob(f"*{JOURNAL_SUFFIX}*")):
            place = EventPlace(data_dir, key_dir, path.name.partition(JOURNAL_SUFFIX)[0])
            if state_at(place) in OVER:
                forget_journal(place)


def half_made(data_dir: Path, key_dir: Path) -> list[EventPlace]:
    """Events that were cut short while they were made, or are being made now."""
    names = [path.name.removeprefix(_PREFIX) for path in sorted((data_dir / "events").glob(f"{_PREFIX}*"))]
    places = [EventPlace(data_dir, key_dir, name) for name in names if is_event_id(name)]
    return [place for place in places if _is_half_made(_beside(place))]


def _is_half_made(beside: EventPlace) -> bool:
    """Its folder beside is there, and nothing says that the event was ever whole: whoever may write the data folder can
    make such a folder, or rename a whole event to it."""
    whole = EventPlace(beside.data_dir, beside.key_dir, beside.event_id)
    return beside.folder.is_dir() and not whole.folder.exists() and not whole.journal_file.exists()


def _beside(place: EventPlace) -> EventPlace:
    return _Beside(place.data_dir, place.key_dir, place.event_id)


def _sweep(beside: EventPlace) -> None:
    """The key first: without its folder nobody would know that it may go."""
    destroy_copies(beside)
    remove_files(beside.folder, frozenset())
    beside.folder.rmdir()
