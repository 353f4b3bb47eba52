"""What every table of pictures can be refused for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath


class TableUnusable(Exception):
    """The file cannot be used. ``faults``: one sentence each, with the row or line it stands in."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults))


def lies_below(untrusted_path: str) -> bool:
    """Whether a picture's path stays within the pictures' folder."""
    path = PurePosixPath(untrusted_path)
    return bool(untrusted_path) and not path.is_absolute() and ".." not in path.parts
