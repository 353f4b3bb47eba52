"""Translations: complete, alike, without pressure, without blame, and drawable."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QRawFont
from PySide6.QtWidgets import QApplication

from kiosk.domain.act import Act
from kiosk.domain.outcome import CheckOutcome
from kiosk.face.port import Advice
from kiosk.text import PSEUDO, MissingText, Texts, languages, placeholders
from kiosk.ui.fonts import base_font, chinese_available

ATTENDEE = ("common.", "choice.", "notice.", "document.", "look.", "verdict.", "idle.")

PRESSURE = {
    "en": r"\b(fast(er|est)?|quick(er|est)?|recommend\w*|required|must|mandatory|priority|better|best|free)\b",
    "zh": r"更快|最快|推荐|建议|必须|强制|仅限|优先|免费|更好",
}
BLAME = {
    "en": r"\b(fail\w*|reject\w*|refus\w*|denied|invalid|mismatch|not match\w*|error|suspicious|alarm|wrong)\b",
    "zh": r"失败|拒绝|不通过|无效|不匹配|错误|可疑|警报|不符",
}


@pytest.mark.requirement("R-106")
def test_every_language_has_the_same_keys() -> None:
    keys = {language: Texts(language).keys() for language in languages()}
    everything = frozenset().union(*keys.values())
    missing = {language: sorted(everything - own) for language, own in keys.items() if everything - own}
    assert not missing


def test_placeholders_agree() -> None:
    english = dict(Texts("en").items())
    for language in (*languages(), PSEUDO):
        for key, text in Texts(language).items():
            assert placeholders(text) == placeholders(english[key]), f"{language}: {key}"


@pytest.mark.requirement("R-08")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_word_pushes_towards_a_lane_or_blames_anybody(language: str) -> None:
    for key, text in Texts(language).items():
        if key.startswith(ATTENDEE):
            assert not re.search(PRESSURE[language], text, re.IGNORECASE), key
            assert not re.search(BLAME[language], text, re.IGNORECASE), key


@pytest.mark.parametrize("language", languages())
def test_every_value_of_the_contracts_has_words(language: str) -> None:
    texts = Texts(language)
    for advice in Advice:
        assert texts(f"look.advice.{advice}")
    for act in Act:
        assert texts(f"look.act.{act}")
    for outcome in CheckOutcome:
        assert texts(f"desk.outcome.{outcome}.title")
        assert texts(f"desk.outcome.{outcome}.do")


@given(count=st.integers(0, 10**9))
def test_arguments_are_filled_in(count: int) -> None:
    for language in (*languages(), PSEUDO):
        assert str(count) in Texts(language)("close.item.tickets", count=count)


def test_an_unknown_key_says_which() -> None:
    with pytest.raises(MissingText, match=r"no\.such\.key"):
        Texts("en")("no.such.key")


def test_the_pseudo_language_is_longer_and_marked() -> None:
    english = dict(Texts("en").items())
    for key, text in Texts(PSEUDO).items():
        assert text.startswith("[")
        assert len(text) > len(english[key])


def test_every_character_can_be_drawn(qapp: QApplication) -> None:
    assert chinese_available(), "no Chinese font: install fonts-noto-cjk"
    font = QRawFont.fromFont(base_font())
    for language in (*languages(), PSEUDO):
        missing = {
            c
            for _, text in Texts(language).items()
            for c in text
            if not c.isspace() and not font.supportsCharacter(ord(c))
        }
        assert not missing, f"{language}: {missing}"
