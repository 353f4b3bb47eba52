"""A key's bytes in memory: on a page of their own, kept out of swap and core files where the system allows it."""

from __future__ import annotations

from drivers.sensitive_memory import SensitiveBuffer

KEY_BYTES = 32


class LockedKey(SensitiveBuffer):
    """32 bytes of a key. The copies libraries make while they use it are theirs; none is given out by us."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(KEY_BYTES, "key")

    @classmethod
    def taken_from(cls, data: bytearray) -> LockedKey:
        """The 32 bytes of ``data``, which is overwritten. Raises ValueError for another length."""
        if len(data) != KEY_BYTES:
            raise ValueError("a key has 32 bytes")
        key = cls()
        with key.view() as view:
            view[:] = data
        data[:] = bytes(KEY_BYTES)
        return key
