"""The model card: what is measured is what is compared with, and nothing is compared without it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.face.card import Card, CardUnusable, Evidence, Threshold, read_card
from kiosk.face.carded import carded_models
from kiosk.face.models import model_hashes
from kiosk.face.port import EngineUnavailable
from kiosk.face.thresholds import ENGINE, PortraitKind

rates = st.floats(0.0, 1.0)
counts = st.integers(1, 10**9)
evidences = st.builds(
    Evidence, st.text(), counts, counts, rates, rates, rates, counts, rates, rates, counts, counts, st.text()
)
thresholds = st.builds(Threshold, st.floats(0.01, 0.99), st.floats(1e-6, 0.1), evidences)
names = st.text(min_size=1)
cards = st.builds(Card, names, names, st.dictionaries(names, names), st.dictionaries(names, thresholds))


@given(card=cards)
def test_what_was_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, card: Card) -> None:
    path = tmp_path_factory.mktemp("card") / "card.json"
    path.write_text(card.as_json(), encoding="utf-8")
    assert read_card(path) == card


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-3],
        lambda text: text.replace('"nonmated"', '"mixed"', 1),
        lambda text: text.replace('"value": 0.', '"value": 4.', 1),
        lambda text: json.dumps([json.loads(text)]),
        lambda text: "[" * 100_000,
    ],
)
def test_a_damaged_card_is_no_card(tmp_path: Path, damage: object) -> None:
    path = tmp_path / "card.json"
    text = read_card().as_json()
    path.write_text(damage(text), encoding="utf-8")  # type: ignore[operator]
    with pytest.raises(CardUnusable):
        read_card(path)
    assert refused_with(path) == "card_missing"


def test_the_shipped_card_was_measured_with_what_is_shipped() -> None:
    card = read_card()
    assert (card.engine, card.opencv, card.models) == (ENGINE, cv2.__version__, model_hashes())
    assert set(card.thresholds) == set(PortraitKind)
    assert carded_models().sface.is_file()


@pytest.mark.parametrize(
    "change",
    [
        {"engine": "another"},
        {"opencv": "0.1"},
        {"models": {}},
        {"models": {**model_hashes(), "sface": "0" * 64}},
    ],
)
def test_what_was_not_measured_so_compares_nothing(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "card.json"
    path.write_text(replace(read_card(), **change).as_json(), encoding="utf-8")  # type: ignore[arg-type]
    assert refused_with(path) == "card_differs"


def refused_with(card: Path) -> str:
    with pytest.raises(EngineUnavailable) as refused:
        carded_models(card=card)
    return refused.value.code
