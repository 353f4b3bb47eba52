"""The items on disk: one file each, named by a keyed hash of its dispute code, apart from tickets and names.

Each is sealed twice: by the visit's process to the hold key, and around that under the event's key together with its
name and its end, so that no item can be put in, renamed or given more time from outside.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from drivers.sensitive_memory import SensitiveBuffer
from kiosk.config.places import PRIVATE_DIR_MODE, EventPlace
from kiosk.holding.captures import Captures, NoCaptures, decode
from kiosk.holding.codes import new_code
from kiosk.holding.items import ITEM_MAGIC, UNTIL_BYTES, HoldRefused, alone, remove, until_in
from kiosk.holding.numbers import ITEM_SUFFIX, PENDING_SUFFIX, count_one_more, items, pending
from kiosk.holding.permission import private_of, terms_of
from kiosk.holding.sealing import SEALED_MAX_BYTES, check_sealed, open_with
from kiosk.vault.key_file import KeyFileUnusable, sync_folder, write_private
from kiosk.vault.port import EventKeys, SealBroken

MOST_ITEMS = 200
_ITEM_MAX_BYTES = SEALED_MAX_BYTES + 200
_ROUNDED_TO_S = 900


class HeldStore:
    """What one event holds. One thread at a time; several processes of a machine may."""

    def __init__(self, place: EventPlace, keys: EventKeys, codes: Callable[[], str] = new_code) -> None:
        self._place, self._keys, self._codes = place, keys, codes

    def keep(self, sealed: bytes, now_s: float) -> str:
        """Keep what a visit's process sealed; its code. ``now_s``: UTC seconds. It is pending until ``confirm``.

        Raises HoldNotAllowed where the event allows none, HoldRefused, KeysDestroyed.
        """
        terms = terms_of(self._place, self._keys)
        try:
            check_sealed(sealed)
        except SealBroken:
            raise HoldRefused("malformed") from None
        until_s = int((now_s + terms.max_h * 3600) // _ROUNDED_TO_S) * _ROUNDED_TO_S
        try:
            self._place.holds_folder.mkdir(mode=PRIVATE_DIR_MODE, exist_ok=True)
            with alone(self._place):
                if len(items(self._place)) + len(pending(self._place)) >= MOST_ITEMS:
                    raise HoldRefused("full")
                code = self._unused_code()
                count_one_more(self._place)
                self._write(code, until_s, sealed)
        except (OSError, KeyFileUnusable):
            raise HoldRefused("not_written") from None
        return code

    def confirm(self, code: str) -> None:
        """The person was shown ``code``: from now on it finds the item. Raises HoldRefused, KeysDestroyed."""
        path = self._path(code)
        try:
            with alone(self._place):
                _pending(path).rename(path)
                sync_folder(path.parent)
        except FileNotFoundError:
            raise HoldRefused("unknown") from None
        except OSError:
            raise HoldRefused("not_written") from None

    @contextmanager
    def look(self, code: str, now_s: float) -> Iterator[Captures]:
        """What is held under ``code``, in clear and in memory of ours, which is overwritten at the end.

        Raises HoldNotAllowed, HoldRefused, KeysDestroyed.
        """
        with self._opened(code, now_s) as opened:
            try:
                captures = decode(opened.view())
            except NoCaptures:
                raise HoldRefused("damaged") from None
            yield captures

    def _opened(self, code: str, now_s: float) -> SensitiveBuffer:
        path = self._path(code)
        try:
            with path.open("rb") as file:
                data = file.read(_ITEM_MAX_BYTES)
        except OSError:
            raise HoldRefused("unknown") from None
        until_s = until_in(data)
        if until_s is None:
            raise HoldRefused("damaged")
        if until_s <= now_s:
            raise HoldRefused("unknown")
        private = private_of(self._place, self._keys)
        try:
            sealed = self._keys.open(data[len(ITEM_MAGIC) + UNTIL_BYTES :], _context(path, until_s))
            return open_with(private, sealed)
        except SealBroken:
            raise HoldRefused("damaged") from None

    def drop(self, code: str) -> None:
        """Overwrite and remove what is held under ``code``. Raises HoldRefused, KeysDestroyed."""
        there = self._files(code)
        if not there:
            raise HoldRefused("unknown")
        for each in there:
            remove(each)

    def _unused_code(self) -> str:
        while self._files(code := self._codes()):
            pass
        return code

    def _files(self, code: str) -> list[Path]:
        path = self._path(code)
        return [each for each in (path, _pending(path)) if os.path.lexists(each)]

    def _write(self, code: str, until_s: int, sealed: bytes) -> None:
        path = self._path(code)
        around = self._keys.seal(sealed, _context(path, until_s))
        write_private(_pending(path), ITEM_MAGIC + until_s.to_bytes(UNTIL_BYTES, "big") + around)

    def _path(self, code: str) -> Path:
        name = self._keys.code_token(f"hold/{code}").hex()[:32]
        return self._place.holds_folder / f"{name}{ITEM_SUFFIX}"


def _pending(path: Path) -> Path:
    return path.with_suffix(PENDING_SUFFIX)


def _context(path: Path, until_s: int) -> str:
    return f"hold/item/{path.name}/{until_s}"
