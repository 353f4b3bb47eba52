"""A model an operator brings along: used as its card says, or not at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kiosk.camera.port import BgrImage
from kiosk.face.attack import watch as watch_module
from kiosk.face.attack.operator_card import OperatorModelUnusable
from kiosk.face.attack.operator_model import OperatorModel
from kiosk.face.attack.signs import Reading, Sign
from kiosk.face.attack.watch import MODEL_FRAMES, AttackWatch
from kiosk.face.detector import Face
from tests.helpers.face_made import made_face
from tests.helpers.tiny_onnx import tiny_onnx

BLUE = [[1.0, 0.0, 0.0]]
"""The mean of the first channel is the score."""


def bring(folder: Path, model: bytes, **changes: Any) -> Path:
    """Model and card in ``folder``; ``changes`` replace what the card says."""
    (folder / "own.onnx").write_bytes(model)
    card: dict[str, Any] = {
        "name": "own-1",
        "file": "own.onnx",
        "sha256": hashlib.sha256(model).hexdigest(),
        "input": {"width_px": 16, "height_px": 16},
        "outputs": [{"name": "score", "what": "score"}],
        "suspects": {"when": "at_least", "value": 100.0},
        "licence": "made in a test",
        "measured_on": "nothing at all",
    }
    path = folder / "own.json"
    path.write_text(json.dumps(card | changes), encoding="utf-8")
    return path


def plain(blue: int, green: int = 10, red: int = 20) -> np.ndarray[Any, np.dtype[np.uint8]]:
    picture = np.empty((600, 560, 3), dtype=np.uint8)
    picture[:] = (blue, green, red)
    return picture


FACE = made_face(90.0)


@pytest.mark.parametrize(("blue", "suspects"), [(99, False), (100, True), (180, True)])
def test_it_suspects_from_its_cards_value_on(tmp_path: Path, blue: int, suspects: bool) -> None:
    reading = OperatorModel(bring(tmp_path, tiny_onnx(BLUE))).reading(plain(blue), FACE)
    assert reading.sign is Sign.OPERATOR_MODEL
    assert reading.value == pytest.approx(blue, abs=0.01)
    assert reading.suspects is suspects


def test_colour_mean_scale_and_direction_are_the_cards(tmp_path: Path) -> None:
    card = bring(
        tmp_path,
        tiny_onnx(BLUE),
        input={"width_px": 16, "height_px": 16, "colour": "rgb", "mean": [10.0, 0.0, 0.0], "scale": 0.5},
        suspects={"when": "at_most", "value": 20.0},
    )
    model = OperatorModel(card)
    assert model.reading(plain(200, red=50), FACE).value == pytest.approx((50 - 10) * 0.5, abs=0.01)
    assert model.reading(plain(200, red=50), FACE).suspects
    assert not model.reading(plain(200, red=60), FACE).suspects


def test_only_the_face_with_its_margin_is_given(tmp_path: Path) -> None:
    model = OperatorModel(bring(tmp_path, tiny_onnx(BLUE)))
    picture = plain(0)
    x, y, width, height = (round(side) for side in FACE.box)
    picture[y : y + height, x : x + width, 0] = 200
    assert model.reading(picture, FACE).value == pytest.approx(200, abs=8)


def test_of_two_classes_one_counts_as_a_share(tmp_path: Path) -> None:
    two = tiny_onnx([[0.0, 0.0, 0.0], [0.01, 0.0, 0.0]])
    outputs = [{"name": "score", "what": "score", "place": 1, "softmax": True}]
    model = OperatorModel(bring(tmp_path, two, outputs=outputs, suspects={"when": "at_least", "value": 0.7}))
    assert model.reading(plain(0), FACE).value == pytest.approx(0.5)
    assert model.reading(plain(200), FACE).value == pytest.approx(1 / (1 + np.exp(-2.0)), abs=0.001)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sha256": "0" * 64}, "the hash differs"),
        ({"outputs": []}, "other outputs than one score"),
        (
            {"outputs": [{"name": "score", "what": "score"}, {"name": "more", "what": "score"}]},
            "other outputs than one",
        ),
        ({"outputs": [{"name": "score", "what": "likeness"}]}, "other outputs than one score"),
        ({"outputs": [{"name": "else", "what": "score"}]}, "its model has score"),
        ({"outputs": [{"name": "score", "what": "score", "place": 1}]}, "gives 1 numbers"),
        ({"licence": ""}, "licence"),
        ({"file": "../own.onnx"}, "file"),
        ({"file": "absent.onnx"}, "cannot be read"),
        ({"input": {"width_px": 4, "height_px": 16}}, "width_px"),
        ({"further": 1}, "further"),
        ({"name": "a name\nof two lines"}, "name"),
        ({"licence": "", "further": 1}, "licence: String should have at least 3 characters; further"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(tmp_path: Path, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OperatorModelUnusable, match=sentence) as refused:
        OperatorModel(bring(tmp_path, tiny_onnx(BLUE), **changes))
    assert "\n" not in str(refused.value)


def test_a_model_with_a_second_output_is_not_used_whatever_its_card_says(tmp_path: Path) -> None:
    with pytest.raises(OperatorModelUnusable, match="such a model is not used"):
        OperatorModel(bring(tmp_path, tiny_onnx(BLUE, second_output=True)))


def test_a_model_that_gives_more_than_a_few_numbers_is_not_used(tmp_path: Path) -> None:
    with pytest.raises(OperatorModelUnusable, match="4 numbers"):
        OperatorModel(bring(tmp_path, tiny_onnx(BLUE * 4)))


@pytest.mark.parametrize("raw", [b"", b"no model", tiny_onnx(BLUE)[:40]])
def test_what_is_no_model_is_refused(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(OperatorModelUnusable, match="cannot be run"):
        OperatorModel(bring(tmp_path, raw))


@pytest.mark.parametrize("text", ["", "{", "[]", "5"])
def test_a_card_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = bring(tmp_path, tiny_onnx(BLUE))
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OperatorModelUnusable):
        OperatorModel(path)


def test_a_number_that_is_none_suspects(tmp_path: Path) -> None:
    model = OperatorModel(bring(tmp_path, tiny_onnx([[float("nan"), 0.0, 0.0]])))
    assert model.reading(plain(10), FACE).suspects


@pytest.mark.parametrize(("blue", "told"), [(180, Sign.OPERATOR_MODEL), (20, None)])
def test_in_a_visit_it_is_one_more_sign_that_has_to_speak_thrice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blue: int, told: Sign | None
) -> None:
    monkeypatch.setattr(watch_module, "still_readings", lambda picture, face: ())
    watch = AttackWatch(OperatorModel(bring(tmp_path, tiny_onnx(BLUE))))
    news = []
    for _ in range(3):
        watch.take_face(plain(blue), FACE)
        news.append(watch.news())
    assert news == [None, None, told]
    watch.forget()


def test_it_is_asked_about_a_few_frames_of_an_attempt_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "still_readings", lambda picture, face: ())
    model = OperatorModel(bring(tmp_path, tiny_onnx(BLUE)))
    asked: list[int] = []

    def counted(picture: BgrImage, face: Face) -> Reading:
        asked.append(1)
        return OperatorModel.reading(model, picture, face)

    monkeypatch.setattr(model, "reading", counted)
    watch = AttackWatch(model)
    for _ in range(3 * MODEL_FRAMES):
        watch.take_face(plain(10), FACE)
    assert len(asked) == MODEL_FRAMES
    watch.restart()
    watch.take_face(plain(10), FACE)
    assert len(asked) == MODEL_FRAMES + 1
    watch.forget()
