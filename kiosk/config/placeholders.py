"""Words of the template file that nobody replaced: people at the gate would read them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel

MARKS = ("CHANGE:", "请改：")
"""What every text of ``assets/events/example-event.toml`` begins with that cannot be true of a real event."""

_WORD = re.compile(r"(?<![A-Z])CHANGE(?![A-Z])")


def placeholders(settings: BaseModel) -> list[str]:
    """Where such texts stand, as dotted paths without the language; entries of lists are counted from 1."""
    paths = _below(settings.model_dump(mode="json"), "")
    return list(dict.fromkeys(path.rpartition(".")[0] for path in paths))


def machine_placeholders(settings: BaseModel) -> list[str]:
    """The same of a machine file, whose values are paths and names: settings that still hold the word CHANGE."""
    return [path for path, text in _texts(settings.model_dump(mode="json"), "") if _WORD.search(text)]


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _texts(inner, f"{path}[{number}]")


def _below(value: object, path: str) -> Iterator[str]:
    return (path for path, text in _texts(value, path) if text.startswith(MARKS))
