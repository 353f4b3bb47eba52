"""What is being typed, until it is taken: no widget, and overwritten when it goes."""

from __future__ import annotations

_BYTES = 4
_SPELLING = "utf-32-le"


class Typed:
    """At most ``longest`` characters out of ``letters``; None takes every one that can be seen, and blanks inside."""

    def __init__(self, letters: str | None, longest: int) -> None:
        self.letters, self.longest = letters, longest
        self._data = bytearray()

    def __len__(self) -> int:
        return len(self._data) // _BYTES

    @property
    def text(self) -> str:
        return self._data.decode(_SPELLING)

    def strike(self, letter: str) -> bool:
        """One more character; False where it is none of those taken here, or there is no more room."""
        takes = letter.isprintable() if self.letters is None else letter in self.letters
        if len(letter) != 1 or not takes or len(self) >= self.longest:
            return False
        self._data += letter.encode(_SPELLING, "replace")
        return True

    def delete(self) -> None:
        """The last one goes."""
        if self._data:
            self._data[-_BYTES:] = bytes(_BYTES)
            del self._data[-_BYTES:]

    def clear(self) -> None:
        self._data[:] = bytes(len(self._data))
        self._data.clear()

    def take(self) -> str:
        """All of it; nothing is left here."""
        text = self.text
        self.clear()
        return text

    def __repr__(self) -> str:
        return f"Typed({len(self)})"
