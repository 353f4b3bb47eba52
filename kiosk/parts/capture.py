"""Camera and engine of a gate."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.camera.port import Camera
from kiosk.camera.zone import eye_distance_floor_px
from kiosk.config.event import AttackSignals
from kiosk.config.machine import CameraConfig, CameraKind, Exposure
from kiosk.config.station import StationConfig
from kiosk.face.client import WarmEngine
from kiosk.face.settings import CHALLENGE_ACTS, EngineSettings
from kiosk.workers.attendee_window import AttendeeWindow
from kiosk.workers.capture import CaptureSettings
from kiosk.workers.capturing import Capturing
from kiosk.workers.mailbox import Mailbox


def make_capturing(
    config: StationConfig,
    mailbox: Mailbox,
    shown: AttendeeWindow,
    engine_ready: Callable[[bool], None],
    hold_key: bytes | None = None,
) -> Capturing:
    """The face lane's camera and engine, which starts at once; ``engine_ready`` hears in the window's thread.

    ``hold_key``: what captures of disputed checks are sealed to, where the event holds any.
    """
    camera_config = config.machine.camera
    if camera_config is None:
        return Capturing.without_camera(mailbox.post)
    zone = camera_config.zone.as_zone()
    settings = CaptureSettings(zone, camera_config.width_px, camera_config.height_px)
    width_px, height_px = settings.zone_size()
    floor_px = eye_distance_floor_px(camera_config.width_px, camera_config.horizontal_fov_deg, camera_config.reach_m)
    attack_model = config.machine.attack_model
    engine = WarmEngine(
        decoder_settings(config),
        EngineSettings(
            floor_px,
            camera_config.width_px,
            width_px,
            height_px,
            attack_signs=config.event.face.attack_signals is not AttackSignals.OFF,
            challenge_acts=CHALLENGE_ACTS if config.event.face.attack_signals is AttackSignals.CHALLENGE else 0,
            operator_card="" if attack_model is None else str(attack_model.card),
        ),
        told=lambda ready: mailbox.post(lambda: engine_ready(ready)),
    )
    return Capturing(
        _camera(camera_config, config.rehearsal), engine, settings, mailbox.post, shown.show_preview, hold_key
    )


def decoder_settings(config: StationConfig) -> dict[str, object]:
    """The portrait decoder as its factory wants it: plain values that cross to the engine process."""
    portrait = config.machine.portrait
    given = portrait.model_dump(mode="json", exclude_none=True)
    pictures = config.machine.passport_reader is not None
    return {"kind": given.pop("decoder"), **given, "rehearsal": config.rehearsal, "pictures": pictures}


def _camera(camera: CameraConfig, rehearsal: bool) -> Camera:
    # Imported where needed: the real camera brings OpenCV along, the film must not be loaded in service.
    if camera.kind is CameraKind.FILM:
        from kiosk.camera.film import FilmCamera

        return FilmCamera(camera.device, rehearsal=rehearsal)
    from kiosk.camera.v4l2 import V4l2Camera

    return V4l2Camera(camera.device, camera.width_px, camera.height_px, follow_face=camera.exposure is Exposure.FACE)
