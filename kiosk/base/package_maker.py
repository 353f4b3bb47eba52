"""Who signs a package, and whom a device believes: a desk of the venue's base, or a machine that people checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

Verify = Callable[[bytes, bytes], bool]
"""Whether the first is a signature over the second."""


class PackageMaker(Protocol):
    """A machine that makes packages."""

    def named(self, now_s: float) -> str:
        """Its name. Raises BaseTrouble where it may not make packages."""

    def shown(self) -> dict[str, str]:
        """What a header says of its key."""

    def sign(self, data: bytes) -> bytes:
        """At most 100 bytes."""


class Believer(Protocol):
    """A machine that takes packages."""

    def believe(self, maker: str, untrusted_shown: Mapping[str, object], now_s: float) -> Verify:
        """How a signature of ``maker`` is checked. Raises BaseTrouble where it is not believed; ValueError, KeyError,
        TypeError where nothing is shown that could be."""
