"""Settings as TOML text: what a window writes is the file that ``kiosk event`` reads. Comments are not kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

Values = Mapping[str, Any]
"""What ``tomllib`` gives: texts, numbers, true and false, dates, lists, tables."""


def as_toml(values: Values) -> str:
    """The values as TOML; ``tomllib`` reads the same again. A list of tables becomes blocks."""
    return "\n".join(_table(values, "")) + "\n"


def _table(values: Values, path: str) -> Iterator[str]:
    below = {name: value for name, value in values.items() if _is_block(value)}
    for name, value in values.items():
        if name not in below:
            yield f"{_key(name)} = {_value(value)}"
    for name, value in below.items():
        inner = f"{path}.{_key(name)}" if path else _key(name)
        if isinstance(value, Mapping):
            yield f"\n[{inner}]"
            yield from _table(value, inner)
        else:
            for each in value:
                yield f"\n[[{inner}]]"
                yield from _table(each, inner)


def _is_block(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(each, Mapping) for each in value)
    return isinstance(value, Mapping)


def _key(name: str) -> str:
    return (
        name
        if name and all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in name)
        else _text(name)
    )


def _text(text: str) -> str:
    """A basic string; JSON's quoting is a part of TOML's, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case datetime() | date():
            return value.isoformat()
        case list() | tuple():
            return f"[{', '.join(map(_value, value))}]"
        case Mapping():
            return f"{{ {', '.join(f'{_key(name)} = {_value(each)}' for name, each in value.items())} }}"
        case int() | float():
            return repr(value)
    raise TypeError(f"no setting is a {type(value).__name__}")
