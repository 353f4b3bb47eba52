"""What is wrong in a settings file: every fault at once, each with its place and one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError


@dataclass(frozen=True)
class ConfigFault:
    """One fault. ``key`` is the dotted path inside ``file`` ("" for the file itself)."""

    file: str
    key: str
    problem: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place}: {self.problem}"


class ConfigFaults(Exception):
    """A settings file cannot be used. ``faults`` is never empty."""

    def __init__(self, faults: Iterable[ConfigFault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Problems(ValueError):
    """Raised inside a validator to report several faults of one value: (path below the value, sentence)."""

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        self.items = list(items)
        super().__init__("; ".join(sentence for _, sentence in self.items))


def raise_problems(items: Iterable[tuple[str, str]]) -> None:
    """Raise Problems when there are any."""
    found = list(items)
    if found:
        raise Problems(found)


_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a known setting",
    "string_type": "must be text in quotes",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "list_type": "must be a list in [ ]",
    "tuple_type": "must be a list in [ ]",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "timezone_aware": "needs a time zone, for example +08:00",
    "datetime_type": "must be a date and time, for example 2026-05-01T18:00:00+08:00",
    "datetime_parsing": "must be a date and time, for example 2026-05-01T18:00:00+08:00",
    "date_type": "must be a date, for example 2026-05-01",
    "date_parsing": "must be a date, for example 2026-05-01",
    "string_pattern_mismatch": "may have letters, digits, - and _ only",
    "date_from_datetime_inexact": "must be a date without a time",
}
_WITH_LIMIT = {
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "greater_than": "must be more than {gt:g}",
    "less_than": "must be less than {lt:g}",
    "string_too_short": "must not be shorter than {min_length} characters",
    "string_too_long": "must not be longer than {max_length} characters",
    "too_short": "needs at least {min_length} entries",
    "too_long": "takes at most {max_length} entries",
}


def faults_of(file: str, error: ValidationError) -> list[ConfigFault]:
    """Pydantic's findings as faults, in the order of the file's model; values are never repeated."""
    faults: list[ConfigFault] = []
    items = error.errors(include_url=False, include_input=False)
    for item in items:
        if item["type"] == "too_short" and _has_faults_below(item["loc"], [other["loc"] for other in items]):
            continue  # entries with faults of their own are not counted; there are enough of them
        key = _dotted(item["loc"])
        context = item.get("ctx", {})
        inner = context.get("error")
        if isinstance(inner, Problems):
            faults += [ConfigFault(file, _join(key, below), sentence) for below, sentence in inner.items]
        elif isinstance(inner, ValueError):
            faults.append(ConfigFault(file, key, str(inner)))
        elif item["type"] in _WITH_LIMIT:
            faults.append(ConfigFault(file, key, _WITH_LIMIT[item["type"]].format(**context)))
        else:
            faults.append(ConfigFault(file, key, _SENTENCES.get(item["type"], item["msg"])))
    return faults


def _has_faults_below(place: tuple[int | str, ...], places: list[tuple[int | str, ...]]) -> bool:
    return any(len(other) > len(place) and other[: len(place)] == place for other in places)


def _dotted(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        elif part != "[key]":
            text = _join(text, part)
    return text


def _join(key: str, below: str) -> str:
    if not key or not below or below.startswith("["):
        return key + below
    return f"{key}.{below}"
