"""What the pages of packages that come without a base ask this machine for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.base.receiving import Received


@dataclass(frozen=True)
class Asked:
    """This machine's request: ``text`` goes to the machine with the roster, ``code`` is typed there."""

    event: str
    device: str
    code: str
    text: str


@dataclass(frozen=True)
class Brought:
    """What a package says of itself. ``code_wanted``: that of its maker has to be typed. ``made``: the event is here
    already. ``locked``: its key opens by a secret only.
    """

    event: str
    maker: str
    code_wanted: bool
    made: bool
    locked: bool


@dataclass(frozen=True)
class Answers:
    """What was typed: the maker's ``code``; how a new key is kept, and its secret, or the present key's."""

    code: str
    protection: str
    secret: str


@dataclass(frozen=True)
class Taken:
    """``over``: the event has ended by its own dates, and is closed by itself."""

    received: Received
    over: bool


@dataclass(frozen=True)
class PackagePort:
    """Everything waits and asks the role table. ``keep``: a request as a new file in a folder; its name."""

    ask: Callable[[], Asked]
    keep: Callable[[Asked, Path], str]
    look: Callable[[Path], Brought]
    take: Callable[[Path, Answers, Callable[[int], None]], Taken]
    folders: tuple[Path, ...]
