"""Pictures made worse as a gate's light and camera make them: every function takes a frame and an amount, gives a new
frame, and is simulated. Pure; pictures are blue-green-red, 8 bit."""

from __future__ import annotations

import cv2
import numpy as np

from kiosk.camera.port import BgrImage
from kiosk.evaluate.drawing import Plane, ellipse, levels, softened
from kiosk.face.detector import Face

HEAD_ACROSS, HEAD_UP, HEAD_DOWN = 1.25, 1.7, 1.9
"""Outline of a head in the units of ``drawing.Plane``."""
GLARE = 0.35
"""Part of the light from behind that spreads over the face, at full strength."""


def brightness(frame: BgrImage, factor: float) -> BgrImage:
    """All levels times ``factor``, burnt out at 255."""
    return np.asarray(cv2.convertScaleAbs(frame, alpha=factor), dtype=np.uint8)


def contrast(frame: BgrImage, factor: float) -> BgrImage:
    """Levels drawn towards the frame's mean: 1 leaves them, 0 gives grey."""
    mean = float(frame.mean())
    return levels(mean + (frame.astype(np.float32) - mean) * factor)


def noise(frame: BgrImage, sigma: float, seed: int) -> BgrImage:
    """Independent normal noise of ``sigma`` levels on every pixel and channel."""
    generator = np.random.default_rng(seed)
    return levels(frame + generator.standard_normal(frame.shape, dtype=np.float32) * np.float32(sigma))


def motion_blur(frame: BgrImage, length_px: float) -> BgrImage:
    """The camera swept sideways over ``length_px`` while the shutter was open; a part of a pixel counts as a part."""
    half = length_px / 2
    reach = int(np.ceil(half))
    columns = np.arange(-reach, reach + 1, dtype=np.float64)
    kernel = np.clip(half + 0.5 - np.abs(columns), 0.0, 1.0)
    return np.asarray(cv2.filter2D(frame, -1, (kernel / kernel.sum())[np.newaxis]), dtype=np.uint8)


def backlight(frame: BgrImage, face: Face, strength: float) -> BgrImage:
    """A bright wall behind: it burns out, automatic exposure darkens the face, and some light spreads over it.

    ``strength`` 0..1: 0 leaves the frame, 1 makes the wall white and leaves the face an eighth of its light.
    """
    plane = Plane.of(face)
    head = ellipse(plane, frame.shape[:2], (0.0, (HEAD_DOWN - HEAD_UP) / 2), (HEAD_ACROSS, (HEAD_DOWN + HEAD_UP) / 2))
    body = ellipse(plane, frame.shape[:2], (0.0, 4.6), (3.2, 2.9))
    person = softened(np.maximum(head, body), 0.06 * plane.eye_distance_px)
    wall = frame * (1 - strength) + 255.0 * strength
    dark = frame * (1 - 0.875 * strength)
    spread = GLARE * strength * softened(255.0 * (1 - person[..., 0]), 0.8 * plane.eye_distance_px)
    mixed = dark * person + wall * (1 - person)
    return levels(mixed + spread * person)
