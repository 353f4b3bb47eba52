"""Texts an organiser writes: per language, complete, and free of pressure towards the face lane (R-07, R-08)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Annotated

from pydantic import StringConstraints

from kiosk.config.assets import asset


class Language(StrEnum):
    """Languages the product's own texts exist in."""

    CHINESE = "zh"
    ENGLISH = "en"


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
LocalText = Mapping[Language, Text]
Ground = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
"""A legal ground in one sentence: it is read on a screen before an answer."""
LocalLabel = Mapping[Language, Label]
LocalGround = Mapping[Language, Ground]

SHORT_NOTICE_MAX_WORDS = 120
SHORT_NOTICE_MAX_HAN = 200

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PRESSURE_WORDS = ("wording", "pressure.toml")


def missing_languages(text: Mapping[Language, str], languages: tuple[Language, ...]) -> Iterator[tuple[str, str]]:
    """(language, sentence) for each language of the event this text does not have."""
    for language in languages:
        if language not in text:
            yield language.value, "is missing for a language of this event"


def too_long_for_a_glance(language: Language, text: str) -> str | None:
    """Why ``text`` is no short notice (at most 120 words, or 200 Chinese characters), or None."""
    if language is Language.CHINESE:
        count, limit, unit = len(_HAN.findall(text)), SHORT_NOTICE_MAX_HAN, "Chinese characters"
    else:
        count, limit, unit = len(text.split()), SHORT_NOTICE_MAX_WORDS, "words"
    return f"has {count} {unit}, at most {limit} are allowed" if count > limit else None


def pressure(language: Language, text: str, *, offer: bool = True) -> str | None:
    """Why ``text`` pushes people towards one lane (R-08), or None. ``offer``: it describes the choice itself."""
    found = _pressing(language, offer).search(text)
    return f"must not push people towards one lane: “{found.group()}”" if found else None


@cache
def _pressing(language: Language, offer: bool) -> re.Pattern[str]:
    """The shipped list as one expression: Chinese has no gaps between words to look for."""
    with asset(*_PRESSURE_WORDS).open("rb") as file:
        lists: dict[str, list[str]] = tomllib.load(file)[language.value]
    words = "|".join(map(re.escape, [*lists["anywhere"], *(lists["offer"] if offer else ())]))
    return re.compile(words if language is Language.CHINESE else rf"\b(?:{words})\b", re.IGNORECASE)
