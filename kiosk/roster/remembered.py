"""What was said about a file's columns, kept beside the event so that its next file is read alike. Nobody is in it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kiosk.roster.columns import COLUMNS, FIXABLE
from kiosk.roster.mapping import Wish

MAX_FILE_BYTES = 100_000
_MOST = 400


def remembered(path: Path) -> Wish:
    """An empty wish where nothing usable is kept: then it is guessed and asked about again."""
    try:
        with path.open("rb") as file:
            raw: dict[str, Any] = json.loads(file.read(MAX_FILE_BYTES))
        columns, fixed = _texts(raw["columns"], COLUMNS), _texts(raw["fixed"], FIXABLE)
        words = {column: _texts(known, None) for column, known in raw["words"].items() if column in FIXABLE}
        return Wish(columns, fixed, words, str(raw["sheet"]), confirmed=True)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Wish()


def as_text(wish: Wish) -> str:
    """What ``remembered`` reads."""
    kept = {name: value for name, value in asdict(wish).items() if name != "confirmed"}
    return json.dumps(kept, ensure_ascii=False, indent=2) + "\n"


def fits(wish: Wish, header: tuple[str, ...]) -> bool:
    """Whether every heading it names is in the file; of another file's layout nothing is taken."""
    return set(wish.columns.values()) <= set(header)


def _texts(raw: Any, known: Any) -> dict[str, str]:
    pairs = {str(name): str(value) for name, value in list(raw.items())[:_MOST]}
    return {name: value for name, value in pairs.items() if known is None or name in known}
