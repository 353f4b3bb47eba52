"""Pictures and features in memory that is overwritten on close and counted: numpy's view of a SensitiveBuffer."""

from __future__ import annotations

import math
from types import TracebackType
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from drivers.sensitive_memory import SensitiveBuffer

Number = TypeVar("Number", bound=np.generic)


class SensitiveArray(Generic[Number]):
    """``array`` starts as zeroes and is zeroes again after ``close``, whoever still looks at it."""

    __slots__ = ("_buffer", "array")

    def __init__(self, shape: tuple[int, ...], dtype: type[Number], kind: str) -> None:
        count = math.prod(shape)
        self._buffer = SensitiveBuffer(count * np.dtype(dtype).itemsize, kind)
        self.array: npt.NDArray[Number] = np.frombuffer(self._buffer.view(), dtype=dtype, count=count).reshape(shape)

    @classmethod
    def taking(cls, source: npt.NDArray[Number], kind: str) -> SensitiveArray[Number]:
        """The numbers of ``source``, which is overwritten: one holder remains."""
        taken = cls(source.shape, source.dtype.type, kind)
        taken.array[...] = source
        overwrite(source)
        return taken

    @property
    def closed(self) -> bool:
        return self._buffer.closed

    def close(self) -> None:
        """Overwrite and let go. Calling twice is fine."""
        self._buffer.close()

    def __repr__(self) -> str:
        return f"SensitiveArray({self._buffer.kind}, {'x'.join(map(str, self.array.shape))})"

    def __enter__(self) -> SensitiveArray[Number]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def overwrite(array: npt.NDArray[Any]) -> None:
    """Zeroes over what a library has given us, before it goes back to the allocator."""
    array[...] = 0
