"""What a visit's memory could hold of a face, as bytes: computed with the engine's own functions."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage, Zone
from kiosk.camera.zone import zone_pixels
from kiosk.face.comparator import View, unit
from kiosk.face.detector import Face
from kiosk.face.networks import Models
from kiosk.face.reference import reference_features, the_one_face
from kiosk.face.reference import search_scale as portrait_scale
from kiosk.face.settings import EngineSettings
from kiosk.face.work import search_scale
from kiosk.portrait.rehearsal import RehearsalDecoder

DETECTOR_MULTIPLE_PX = 32
"""YuNet's input is padded at the right and below."""


def of_frame(frame: BgrImage, models: Models) -> dict[str, bytes]:
    """The zone of one camera picture, on its way to the glass and to the comparison."""
    zone = np.ascontiguousarray(zone_pixels(frame, Zone()))
    scale = search_scale(EngineSettings())
    small = np.asarray(cv2.resize(zone, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    held = {
        "frame rows": zone.tobytes(),
        "preview": _rgb32(zone[:, ::-1]).tobytes(),
        "resized frame": small.tobytes(),
        "detector input, float32 planar": _detector_input(small),
    }
    faces = models.detector.find(small)
    if faces:
        face = max(faces, key=lambda each: each.eye_distance_px)
        held |= _of_face("", models.comparator.align(small, face), models)
        held |= _for_the_second("", zone, face.moved(1 / scale), models)
    return held


def of_portrait(block: bytes, models: Models) -> dict[str, bytes]:
    """The document's portrait, from the chip's bytes to the template."""
    decoded = RehearsalDecoder(rehearsal=True).decode(PortraitFormat.WLT, block)
    scale = portrait_scale(decoded.shape[1], decoded.shape[0])
    searched = np.asarray(cv2.resize(decoded, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    face = the_one_face(models.detector.find(decoded, scale))
    of_face = _of_face("portrait, ", models.comparator.align(decoded, face), models)
    template = reference_features(decoded, face, models).tobytes()
    return {
        "portrait, as on the chip": block[:600],
        "portrait, decoded": decoded.tobytes(),
        "portrait, resized": searched.tobytes(),
        "portrait, detector input": _detector_input(searched),
        **of_face,
        "portrait, features": of_face["portrait, features"] + template,
        **_for_the_second("portrait, ", decoded, face, models),
    }


def _of_face(prefix: str, aligned: BgrImage, models: Models) -> dict[str, bytes]:
    straight = models.comparator.features(aligned, View.STRAIGHT)
    mirrored = models.comparator.features(aligned, View.MIRRORED)
    raw = np.array(models.comparator._net.feature(aligned), np.float32)
    return {
        f"{prefix}aligned face": aligned.tobytes(),
        f"{prefix}network input, float32 planar": _planar(aligned[..., ::-1]),
        f"{prefix}network input of the mirror image": _planar(aligned[:, ::-1, ::-1]),
        f"{prefix}features": straight.tobytes() + mirrored.tobytes() + unit(straight + mirrored).tobytes(),
        f"{prefix}features as the network gives them": raw.tobytes(),
    }


def _for_the_second(prefix: str, picture: BgrImage, face: Face, models: Models) -> dict[str, bytes]:
    cut_out = models.second.cut_out(picture, face)
    features = models.second.features(cut_out)
    return {
        f"{prefix}cut out for the second comparator": cut_out.tobytes(),
        f"{prefix}features of the second comparator": features.tobytes() + features.astype(np.float64).tobytes(),
    }


def _planar(picture: npt.NDArray[np.uint8]) -> bytes:
    return np.ascontiguousarray(picture.transpose(2, 0, 1), np.float32).tobytes()


def _detector_input(picture: BgrImage) -> bytes:
    height, width = (-side % DETECTOR_MULTIPLE_PX for side in picture.shape[:2])
    padded: Any = cv2.copyMakeBorder(picture, 0, height, 0, width, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    return _planar(padded)


def _rgb32(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """As Qt lays RGB32 out on a little-endian machine: blue, green, red, 255."""
    return np.concatenate([picture, np.full((*picture.shape[:2], 1), 255, np.uint8)], axis=2)
