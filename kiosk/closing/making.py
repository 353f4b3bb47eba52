"""A new event is made beside its place and put there whole, so that one that was cut short does not use its id up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.closing.destroying import remove_files
from kiosk.config.places import EventPlace
from kiosk.vault.copies import destroy_copies
from kiosk.vault.key_file import sync_folder

_PREFIX = ".making-"  # no event's id begins with a full stop


class _Beside(EventPlace):
    """The same event while it is made: its key lies where it will stay, its folder does not yet."""

    @property
    def folder(self) -> Path:
        return self.data_dir / "events" / f"{_PREFIX}{self.event_id}"


def is_taken(place: EventPlace) -> bool:
    """Whether there is, or was, an event with this id. What a cut-short ``made_whole`` left is swept away first.

    A key without a folder counts: its event may lie in another data folder. Only the folder beside proves that the key
    is that of an event that was never whole. Raises OSError.
    """
    if place.folder.exists():
        return True
    beside = _beside(place)
    if beside.folder.exists():
        _sweep(beside)
    return place.key_file.exists()


@contextmanager
def made_whole(place: EventPlace) -> Iterator[EventPlace]:
    """Where to make the event; at the end it stands in its place, on disk. After an exception nothing of it is left."""
    beside = _beside(place)
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
    """Remove what is left of events that were cut short while they were made. Raises OSError."""
    for path in sorted((data_dir / "events").glob(f"{_PREFIX}*")):
        _sweep(_Beside(data_dir, key_dir, path.name.removeprefix(_PREFIX)))


def _beside(place: EventPlace) -> EventPlace:
    return _Beside(place.data_dir, place.key_dir, place.event_id)


def _sweep(beside: EventPlace) -> None:
    """The key first: without its folder nobody would know that it may go."""
    destroy_copies(beside)
    remove_files(beside.folder, frozenset())
    beside.folder.rmdir()
