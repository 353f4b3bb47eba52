"""Light quality measures of one face, named as in ISO/IEC 29794-5 (inter-eye distance, head pose, sharpness,
under- and over-exposure, illumination uniformity, eyes visible, mouth occlusion), and the advice that follows. No
neural network, no attribute; raw numbers, not the standard's scale of 0 to 100.

Pure but for reading pixels; the limits were set on photographs blurred, darkened, covered and turned step by step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.camera.port import BgrImage
from kiosk.face.coverage import Coverage, coverage_of
from kiosk.face.detector import Face
from kiosk.face.port import Advice

USABLE_SCORE = 0.8
YAW_MAX = 0.30
PITCH_RANGE = (0.25, 0.85)
ROLL_MAX_DEG = 20.0
SHARPNESS_MIN = 3.0
"""Still press photographs lie above 3.6 (290 of 290); smeared over 30 camera pixels nearly all lie below."""
LUMINANCE_RANGE = (45.0, 215.0)
DARK_LEVEL, BURNT_LEVEL = 25, 250
UNDER_EXPOSED_MAX = 0.5
OVER_EXPOSED_MAX = 0.25
UNIFORMITY_MIN = 0.35
LOWER_DETAIL_MIN, LOWER_TINT_MAX = 0.5, 18.0
EYE_LIGHT_MIN = 0.3
BOX_SHARE_MAX = 0.92
INNER_FACE = (slice(24, 104), slice(20, 92))
"""Rows and columns of an aligned face that hold skin whatever the hair or the background."""


@dataclass(frozen=True)
class Pose:
    """From five points. ``yaw``: nose off the middle of the eyes, in eye distances (0 straight). ``pitch``: the nose's
    height between eyes (0) and mouth (1). ``roll_deg``: tilt of the eye line."""

    yaw: float
    pitch: float
    roll_deg: float


@dataclass(frozen=True)
class Light:
    """Of the aligned inner face: mean luminance 0..255, shares of pixels too dark and burnt out, darker half over
    brighter half."""

    luminance: float
    under_exposed: float
    over_exposed: float
    uniformity: float


@dataclass(frozen=True)
class Quality:
    """Measures of one near face. ``merit`` orders usable frames: more is better."""

    eye_distance_px: float
    pose: Pose
    sharpness: float
    light: Light
    detection_score: float
    coverage: Coverage

    @property
    def merit(self) -> float:
        """0..1: straight, sharp, evenly lit and large enough, each to the point where more no longer helps."""
        straight = max(0.0, 1.0 - abs(self.pose.yaw) / YAW_MAX)
        sharp = min(1.0, self.sharpness / (8 * SHARPNESS_MIN))
        return (straight + sharp + self.light.uniformity + min(1.0, self.eye_distance_px / 120.0)) / 4


def pose_of(face: Face) -> Pose:
    right_eye, left_eye, nose, right_mouth, left_mouth = face.points.astype(np.float64)
    across = left_eye - right_eye
    distance = math.hypot(across[0], across[1]) or 1.0
    along = across / distance
    down = np.array([-along[1], along[0]])
    eyes, mouth = (right_eye + left_eye) / 2, (right_mouth + left_mouth) / 2
    height = float(np.dot(mouth - eyes, down)) or 1.0
    return Pose(
        yaw=float(np.dot(nose - eyes, along)) / distance,
        pitch=float(np.dot(nose - eyes, down)) / height,
        roll_deg=math.degrees(math.atan2(across[1], across[0])),
    )


def sharpness_of(aligned: BgrImage) -> float:
    """Variance of the second derivative over the aligned inner face, relative to its contrast (per 1000), in the
    direction that has less of it: whoever moves is sharp across the movement."""
    grey = cv2.cvtColor(aligned, cv2.COLOR_BGR2GRAY)[INNER_FACE].astype(np.float32)
    contrast = float(grey.std()) + 1.0
    curves = (np.diff(grey, 2, axis) for axis in (0, 1))
    return min(float(curve.var()) for curve in curves) * 1000.0 / (contrast * contrast)


def light_of(aligned: BgrImage) -> Light:
    grey = cv2.cvtColor(aligned, cv2.COLOR_BGR2GRAY)[INNER_FACE].astype(np.float32)
    half = grey.shape[1] // 2
    sides = sorted((float(grey[:, :half].mean()), float(grey[:, half:].mean())))
    return Light(
        luminance=float(grey.mean()),
        under_exposed=float((grey < DARK_LEVEL).mean()),
        over_exposed=float((grey > BURNT_LEVEL).mean()),
        uniformity=sides[0] / sides[1] if sides[1] > 0 else 0.0,
    )


def measure(face: Face, aligned: BgrImage) -> Quality:
    return Quality(
        face.eye_distance_px, pose_of(face), sharpness_of(aligned), light_of(aligned), face.score, coverage_of(aligned)
    )


def position_advice(face: Face, zone_width_px: int, zone_height_px: int) -> Advice:
    """STEP_BACK or CENTRE for a face that does not lie whole inside the zone, else NONE."""
    x, y, width, height = face.box
    if width > BOX_SHARE_MAX * zone_width_px or height > BOX_SHARE_MAX * zone_height_px:
        return Advice.STEP_BACK
    points = face.points
    inside = (points > 0).all() and (points < (zone_width_px, zone_height_px)).all()
    slack_x, slack_y = 0.15 * width, 0.15 * height
    whole = (
        x > -slack_x and y > -slack_y and x + width < zone_width_px + slack_x and y + height < zone_height_px + slack_y
    )
    return Advice.NONE if inside and whole else Advice.CENTRE


def quality_advice(quality: Quality) -> Advice:
    """The most urgent shortcoming, or NONE when the frame may become a probe."""
    pose, light = quality.pose, quality.light
    if light.luminance < LUMINANCE_RANGE[0] or light.under_exposed > UNDER_EXPOSED_MAX:
        return Advice.MORE_LIGHT
    if light.luminance > LUMINANCE_RANGE[1] or light.over_exposed > OVER_EXPOSED_MAX:
        return Advice.LESS_LIGHT
    straight = abs(pose.yaw) <= YAW_MAX and PITCH_RANGE[0] <= pose.pitch <= PITCH_RANGE[1]
    if not straight or abs(pose.roll_deg) > ROLL_MAX_DEG:
        return Advice.LOOK_STRAIGHT
    if quality.sharpness < SHARPNESS_MIN or quality.detection_score < USABLE_SCORE:
        return Advice.HOLD_STILL
    if light.uniformity < UNIFORMITY_MIN:
        return Advice.MORE_LIGHT
    return coverage_advice(quality.coverage)


def coverage_advice(coverage: Coverage) -> Advice:
    """SHOW_FACE, SHOW_EYES or NONE: cues that may be wrong, so they hold frames back for a while only
    (``kiosk.face.advice.Patience``)."""
    if coverage.eye_light < EYE_LIGHT_MIN:  # first: dark glasses reach into what the mouth is compared with
        return Advice.SHOW_EYES
    covered = coverage.lower_detail < LOWER_DETAIL_MIN or coverage.lower_tint > LOWER_TINT_MAX
    return Advice.SHOW_FACE if covered else Advice.NONE


def frame_advice(face: Face, quality: Quality, zone_width_px: int, zone_height_px: int) -> Advice:
    """The one advice due for a frame with exactly one near face: where it stands comes before how it looks."""
    due = position_advice(face, zone_width_px, zone_height_px)
    return quality_advice(quality) if due is Advice.NONE else due
