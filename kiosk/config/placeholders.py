"""Words of the template file that nobody replaced: people at the gate would read them."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

MARKS = ("CHANGE:", "请改：")
"""What every text of ``assets/events/example-event.toml`` begins with that cannot be true of a real event."""


def placeholders(settings: BaseModel) -> list[str]:
    """Where such texts stand, as dotted paths without the language; entries of lists are counted from 1."""
    paths = _below(settings.model_dump(mode="json"), "")
    return list(dict.fromkeys(path.rpartition(".")[0] for path in paths))


def _below(value: object, path: str) -> Iterator[str]:
    if isinstance(value, str) and value.startswith(MARKS):
        yield path
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _below(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _below(inner, f"{path}[{number}]")
