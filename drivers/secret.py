"""Holders for personal bytes: no repr, no copy by accident, overwritten on wipe.

Python may have made copies before we got the bytes (decoding, slicing); these classes bound ours.
"""

from __future__ import annotations

from types import TracebackType

from drivers.sensitive_memory import SensitiveBuffer


class SensitiveBytes:
    """Owns one buffer of personal bytes; ``wipe`` overwrites it in place. ``kind``: as in the count of buffers."""

    __slots__ = ("_buffer",)

    def __init__(self, data: bytes | bytearray | memoryview, kind: str = "bytes") -> None:
        source = memoryview(data).cast("B")
        self._buffer = SensitiveBuffer(len(source), kind)
        with self._buffer.view() as view:
            view[:] = source

    def view(self) -> memoryview:
        """A read-only view; do not keep it past ``wipe``. Zeroes after it."""
        if self._buffer.closed:
            return memoryview(bytes(len(self._buffer)))
        return self._buffer.view().toreadonly()

    def wipe(self) -> None:
        self._buffer.close()

    @property
    def wiped(self) -> bool:
        return not any(self.view())

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
        super().__init__(text.encode("utf-8"), "text")

    def reveal(self) -> str:
        """The text itself, for comparing in memory; never for logs, screens or messages."""
        return str(self.view(), "utf-8")

    def __repr__(self) -> str:
        return "SecretText(...)"
