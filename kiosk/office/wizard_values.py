"""Between an event's file as values and what stands in the lines of a form. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from math import isfinite
from typing import Any

from kiosk.config.toml_text import Values
from kiosk.office.wizard_steps import Kind, Setting

MOMENT = "%Y-%m-%d %H:%M"


class NotThis(ValueError):
    """What was typed is none of what this setting takes; ``setting`` says which."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting.path)
        self.setting = setting


def found(values: Values, path: str, default: Any = None) -> Any:
    """What stands at a dotted path, ``default`` where nothing does."""
    here: Any = values
    for part in path.split("."):
        if not isinstance(here, Mapping) or part not in here:
            return default
        here = here[part]
    return here


def with_value(values: Values, path: str, value: Any) -> dict[str, Any]:
    """A copy with ``value`` at the path; tables that are not there are made."""
    copy = deepcopy(dict(values))
    *above, last = path.split(".")
    here = copy
    for part in above:
        here = here.setdefault(part, {})
    here[last] = value
    return copy


def with_defaults(settings: Sequence[Setting], values: Values, all_of_it: Values) -> Values:
    """The values with what counts where the file says nothing; ``all_of_it``: the event with its defaults."""
    for setting in settings:
        if found(values, setting.path) is None and found(all_of_it, setting.path) is not None:
            values = with_value(values, setting.path, found(all_of_it, setting.path))
    return values


def lines_of(setting: Setting, languages: Sequence[str]) -> list[tuple[str, str]]:
    """(name of the line, language or "") for everything that is typed for one setting."""
    if setting.kind is Kind.LOCAL:
        return [(f"{setting.words}_{language}", language) for language in languages]
    return [(setting.words, "")]


def shown(setting: Setting, values: Values, language: str = "") -> str:
    """What stands in the line to begin with."""
    value = found(values, setting.path)
    match setting.kind:
        case Kind.LOCAL:
            return str(value.get(language, "")) if isinstance(value, Mapping) else ""
        case Kind.MOMENT:
            return f"{value.astimezone():{MOMENT}}" if isinstance(value, datetime) else ""
        case Kind.NUMBER | Kind.WHOLE:
            return "" if value is None else f"{value:g}"
        case Kind.YES_NO:
            return "yes" if value else "no"
        case Kind.MANY:
            return ",".join(map(str, value or ()))
    return "" if value is None else str(value)


def taken(settings: Sequence[Setting], values: Values, typed: Mapping[str, str], languages: Sequence[str]) -> Values:
    """The values with everything that was typed or chosen in the place where it belongs. Raises NotThis."""
    result = dict(values)
    for setting in settings:
        lines = {language: typed[name] for name, language in lines_of(setting, languages) if name in typed}
        if lines:
            result = with_value(result, setting.path, _value(setting, lines, found(values, setting.path)))
    return result


def _value(setting: Setting, lines: Mapping[str, str], before: Any) -> Any:
    text = lines.get("", "")
    match setting.kind:
        case Kind.LOCAL:
            kept = before if isinstance(before, Mapping) else {}
            texts = {**kept, **lines}
            return {language: words for language, words in texts.items() if words}
        case Kind.MOMENT:
            return _moment(setting, text)
        case Kind.WHOLE:
            return int(_number(setting, text, whole=True))
        case Kind.NUMBER:
            return _number(setting, text)
        case Kind.YES_NO:
            return text == "yes"
        case Kind.MANY:
            return [value for value in setting.values if value in text.split(",")]
        case Kind.CHOICE if set(setting.values) <= {"1", "2"}:
            return int(text)
    return text


def _moment(setting: Setting, text: str) -> datetime:
    """In the time zone of this machine, which stands at the gate."""
    try:
        return datetime.strptime(text.replace("T", " "), MOMENT).astimezone()
    except (ValueError, OverflowError, OSError):
        raise NotThis(setting) from None


def _number(setting: Setting, text: str, *, whole: bool = False) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        raise NotThis(setting) from None
    if not isfinite(number) or abs(number) > 1e6 or (whole and number != int(number)):
        raise NotThis(setting)
    return number
