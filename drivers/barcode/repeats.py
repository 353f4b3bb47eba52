"""One presentation of a code is one scan, however often the scanner repeats it (sheet section 5)."""

from __future__ import annotations

__all__ = ["RepeatFilter"]


class RepeatFilter:
    """Lets a code through unless it was seen less than ``within_s`` seconds ago.

    Each sighting extends the span, so a phone left under the scanner stays one presentation. Codes are
    remembered no longer than they are needed.
    """

    def __init__(self, within_s: float = 3.0) -> None:
        self._within_s = within_s
        self._seen_at_s: dict[str, float] = {}

    def is_new(self, code: str, at_s: float) -> bool:
        """Note a sighting at ``at_s`` (monotonic seconds)."""
        self.forget_old(at_s)
        new = code not in self._seen_at_s
        self._seen_at_s[code] = at_s
        return new

    def forget_old(self, at_s: float) -> None:
        """Drop what no longer matters."""
        self._seen_at_s = {
            code: seen_at_s for code, seen_at_s in self._seen_at_s.items() if at_s - seen_at_s < self._within_s
        }
