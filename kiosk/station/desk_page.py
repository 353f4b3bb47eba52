"""A page in place of the desk, as plain values with their words in them: one task each."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.office.view import Act, Told


@dataclass(frozen=True)
class Tile:
    """Something to choose. ``line``: a few words more."""

    name: str
    words: str
    line: str = ""


@dataclass(frozen=True)
class DeskPage:
    """``steps`` are numbered; ``facts`` are (label, value); ``code`` is what a QR code says.

    ``tiles`` and ``acts`` come back with their names. ``back``: whether there is a way back beside them.
    """

    title: str
    lead: str = ""
    told: Told | None = None
    steps: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    tiles: tuple[Tile, ...] = ()
    code: str = ""
    code_words: str = ""
    acts: tuple[Act, ...] = ()
    back: bool = True
