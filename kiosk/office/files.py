"""Choosing a file to read or a folder to write to, among a few beginnings: no path is typed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, ListPage, Mark, Row, Told, Weight
from kiosk.text import Texts

MOST_SHOWN = 500


class FolderPages(Subject):
    """``suffixes``: of files that can be chosen; none for choosing a folder. ``taken`` gets the path, still unread."""

    def __init__(
        self,
        room: Room,
        beginnings: tuple[Path, ...],
        suffixes: tuple[str, ...],
        title: str,
        taken: Callable[[Path], None],
    ) -> None:
        self._room, self._beginnings, self._suffixes = room, beginnings, suffixes
        self._title, self._taken = title, taken
        self._trail: list[Path] = []

    def open(self, told: Told | None = None) -> None:
        self._show(told)

    def opened(self, row: str) -> None:
        path = Path(row)
        if path.is_dir():
            self._trail.append(path)
            self._show(None)
        elif self._suffixes:
            self._taken(path)

    def act(self, name: str, row: str) -> None:
        if name == "here" and self._trail and _writable(self._trail[-1]):
            self._taken(self._trail[-1])
        elif name == "take" and row:
            self.opened(row)

    def back(self) -> bool:
        if not self._trail:
            return False
        self._trail.pop()
        self._show(None)
        return True

    def _show(self, told: Told | None) -> None:
        texts = self._room.texts
        here = self._trail[-1] if self._trail else None
        rows: tuple[Row, ...] = ()
        if here is None:
            rows = tuple(Row(str(path), (texts("office.files.folder"), str(path))) for path in self._beginnings)
        else:
            try:
                rows = _rows(here, self._suffixes, texts)
            except OSError:
                told = Told(Mark.BAD, texts("office.files.unreadable"))
        acts = [Act("take", texts("office.files.take"), Weight.PRIMARY, on_row=True)]
        if here is not None and not self._suffixes:
            if _writable(here):
                acts.append(Act("here", texts("office.files.here"), Weight.PRIMARY))
            else:
                told = told or Told(Mark.LOOK, texts("office.files.read_only"))
        columns = (Column("", 0.8), Column(texts("office.files.name"), 4.0))
        lead = texts("office.files.lead") if here is None else str(here).replace("/", "/\N{ZERO WIDTH SPACE}")
        empty = texts("office.files.none" if self._suffixes else "office.files.none_inside")
        self._room.show(ListPage(self._title, columns, rows, lead, told, acts=tuple(acts), empty=empty, opens=True))


class PathPages(Subject):
    """A subject that begins with a path to be chosen: those pages are its own until then. ``_files`` has to be set."""

    _files: FolderPages

    def open(self, told: Told | None = None) -> None:
        self._files.open(told)

    def opened(self, row: str) -> None:
        self._files.opened(row)

    def act(self, name: str, row: str) -> None:
        self._files.act(name, row)

    def back(self) -> bool:
        return self._files.back()


def beginnings(home: Path) -> tuple[Path, ...]:
    """The service user's folder and what is mounted for people, where there is any. Sticks are folders inside."""
    mounted = [Path(base) for base in ("/media", "/run/media", "/mnt")]
    return tuple(path for path in (home, *mounted) if path.is_dir() and os.access(path, os.R_OK))


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)


def _rows(folder: Path, suffixes: tuple[str, ...], texts: Texts) -> tuple[Row, ...]:
    """Folders first. Raises OSError."""
    found = sorted((entry for entry in folder.iterdir() if not entry.name.startswith(".")), key=lambda e: e.name)
    folders = [entry for entry in found if entry.is_dir()]
    files = [entry for entry in found if entry.suffix.lower() in suffixes and entry.is_file()]
    shown = [(entry, "folder") for entry in folders] + [(entry, "file") for entry in files]
    return tuple(Row(str(entry), (texts(f"office.files.{kind}"), entry.name)) for entry, kind in shown[:MOST_SHOWN])
