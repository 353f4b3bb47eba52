"""Acts that must go on whatever becomes of the log: destroying data does not wait for a record of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.audit.port import AuditUnavailable


class Survived:
    """Faults of the log that an act went on in spite of. ``codes``: each once, in the order they came."""

    def __init__(self) -> None:
        self.codes: tuple[str, ...] = ()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Around one call of the log. A fault nobody thought of is named by its type: its words may say too much."""
        try:
            yield
        except AuditUnavailable as unavailable:
            self._note(unavailable.code)
        except Exception as unforeseen:
            self._note(type(unforeseen).__name__)

    def _note(self, code: str) -> None:
        if code not in self.codes:
            self.codes = (*self.codes, code)
