"""Holders for personal bytes: no repr, no copy by accident, overwritten on wipe.

Python may have made copies before we got the bytes (decoding, slicing); these classes bound ours.
"""

from __future__ import annotations

from types import TracebackType


class SensitiveBytes:
    """Owns one mutable buffer of personal bytes; ``wipe`` overwrites it in place."""

    __slots__ = ("_buffer",)

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        self._buffer = bytearray(data)

    def view(self) -> memoryview:
        """A read-only view; do not keep it past ``wipe``."""
        return memoryview(self._buffer).toreadonly()

    def wipe(self) -> None:
        for i in range(len(self._buffer)):
            self._buffer[i] = 0

    @property
    def wiped(self) -> bool:
        return not any(self._buffer)

    def __len__(self) -> int:
        return len(self._buffer)

    def __repr__(self) -> str:
        return f"SensitiveBytes({len(self._buffer)} bytes)"

    def __enter__(self) -> SensitiveBytes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wipe()


class SecretText(SensitiveBytes):
    """Personal text (a name, a typed number) held as wipeable UTF-8."""

    __slots__ = ()

    def __init__(self, text: str) -> None:
        super().__init__(text.encode("utf-8"))

    def reveal(self) -> str:
        """The text itself, for comparing in memory; never for logs, screens or messages."""
        return self._buffer.decode("utf-8")

    def __repr__(self) -> str:
        return "SecretText(...)"
