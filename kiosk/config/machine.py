"""What is attached to one station and where its files lie, from its TOML file. Frozen; validated whole."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StringConstraints, ValidationInfo, field_validator, model_validator

from drivers.discovery import AUTO
from kiosk.camera.port import Zone
from kiosk.config.buttons import ButtonsConfig, wiring_faults
from kiosk.config.event import DecoderKind, Frozen, Identifier
from kiosk.config.faults import Problems, raise_problems
from kiosk.config.look import Look, NightHours, Theme
from kiosk.config.places import lie_apart
from kiosk.config.texts import Language

Setting = str | int | float | bool
Settings = dict[str, Setting]
"""What a plug-in family takes beside its port; the family checks it."""

PortName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
MAX_REACH_M = 1.2
_SOUND_PLAYERS = ("auto", "aplay", "paplay", "pw-play")


class Role(StrEnum):
    GATE = "gate"
    DESK = "desk"


class Device(Frozen):
    """A serial device. ``port``: a stable name, a pattern over names, or ``auto`` (ask every port)."""

    family: str
    port: PortName = "auto"
    settings: Settings = Field(default_factory=dict)


class InstallerStatement(Frozen):
    """Who confirms in writing that the turnstile ends its own cycle when the relay stays on."""

    signed_by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]
    signed_on: date
    turnstile: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]
    turnstile_ends_its_own_cycle: Literal[True]


class Gate(Device):
    """The output that opens the turnstile. LCUS boards have no timer, so they need the installer's statement."""

    installer_statement: InstallerStatement | None = None


class CameraKind(StrEnum):
    V4L2 = "v4l2"
    FILM = "film"  # rehearsal only


class Exposure(StrEnum):
    """``auto``: the camera's own. ``face``: by the light on the face; not tried on a real camera yet."""

    AUTO = "auto"
    FACE = "face"


class CaptureZone(Frozen):
    """The zone as fractions of the frame; everything outside is blanked (R-17)."""

    left: Annotated[float, Field(strict=True, ge=0, le=1)] = Zone.left
    top: Annotated[float, Field(strict=True, ge=0, le=1)] = Zone.top
    right: Annotated[float, Field(strict=True, ge=0, le=1)] = Zone.right
    bottom: Annotated[float, Field(strict=True, ge=0, le=1)] = Zone.bottom

    @model_validator(mode="after")
    def _not_empty(self) -> CaptureZone:
        if self.right - self.left < 0.1 or self.bottom - self.top < 0.1:
            raise ValueError("must span at least a tenth of the frame each way")
        return self

    def as_zone(self) -> Zone:
        return Zone(self.left, self.top, self.right, self.bottom)


class LocalCamera(Frozen):
    """A camera of the station itself (R-22)."""

    kind: CameraKind = CameraKind.V4L2
    device: PortName
    width_px: Annotated[int, Field(strict=True, ge=640, le=3840)] = 1280
    height_px: Annotated[int, Field(strict=True, ge=480, le=2160)] = 720

    @field_validator("device")
    @classmethod
    def _a_local_device(cls, value: str, info: ValidationInfo) -> str:
        if "://" in value:
            raise ValueError("must not be a network address: only the station's own camera is used")
        if info.data.get("kind") is CameraKind.V4L2 and not value.startswith(("/dev/v4l/", "/dev/video")):
            raise ValueError("must be a device below /dev/v4l/by-path")
        return value


class CameraConfig(LocalCamera):
    """The camera of the face lane. ``reach_m``: how far a face may be (R-18)."""

    horizontal_fov_deg: Annotated[float, Field(strict=True, ge=20, le=120)] = 60.0
    reach_m: Annotated[float, Field(strict=True, ge=0.3, le=MAX_REACH_M)] = 1.0
    zone: CaptureZone = CaptureZone()
    exposure: Exposure = Exposure.AUTO


class CodeCameraConfig(LocalCamera):
    """What reads ticket codes at a desk that has no scanner; no face is ever looked for in it."""


class WltSignature(StrEnum):
    """How the maker's library function is called; values the PortraitDecoder for libraries knows."""

    UNPACK_CODE = "unpack_code"
    UNPACK_LEN = "unpack_len"
    TWO_BUFFERS = "two_buffers"
    TWO_BUFFERS_LEN = "two_buffers_len"
    FILE = "file"


class PortraitConfig(Frozen):
    """How portraits of this station's documents are decoded."""

    decoder: DecoderKind = DecoderKind.NONE
    path: Path | None = None
    symbol: str = ""
    signature: WltSignature | None = None
    code: StrictInt | None = None
    arguments: tuple[str, ...] = ()
    time_limit_s: Annotated[float, Field(strict=True, gt=0, le=5)] = 2.0

    @model_validator(mode="after")
    def _whole(self) -> PortraitConfig:
        problems = []
        if self.decoder in {DecoderKind.LIBRARY, DecoderKind.PROGRAM} and self.path is None:
            problems.append(("path", "is needed for this decoder"))
        if self.decoder is DecoderKind.LIBRARY:
            problems += [
                (key, "is needed for this decoder")
                for key, value in (("symbol", self.symbol), ("signature", self.signature))
                if not value
            ]
        if problems:
            raise Problems(problems)
        return self


class WindowConfig(Frozen):
    """The station's window. ``theme`` and ``motion``: until staff choose otherwise (``kiosk.config.look``)."""

    fullscreen: StrictBool = True
    width_px: Annotated[int, Field(strict=True, ge=560, le=3840)] = 1080
    height_px: Annotated[int, Field(strict=True, ge=600, le=3840)] = 1920
    theme: Theme = Theme.DAY
    night_from: Annotated[time, Field(strict=True)] = NightHours.begin
    night_to: Annotated[time, Field(strict=True)] = NightHours.end
    motion: StrictBool = True

    @property
    def look(self) -> Look:
        return Look(self.theme, self.motion)

    @property
    def night(self) -> NightHours:
        """For the theme "clock"."""
        return NightHours(self.night_from, self.night_to)


class SoundConfig(Frozen):
    """What attendees hear. ``player``: ``auto``, a known program's name or an absolute path. Quiet hours by the wall
    clock, over midnight if need be; whatever is heard also stands on the screen."""

    player: PortName = "auto"
    volume_percent: Annotated[int, Field(strict=True, ge=0, le=100)] = 70
    quiet: StrictBool = False
    quiet_from: time | None = None
    quiet_until: time | None = None

    @field_validator("player")
    @classmethod
    def _known_or_a_path(cls, value: str) -> str:
        if value not in _SOUND_PLAYERS and not value.startswith("/"):
            raise ValueError(f"must be one of {', '.join(_SOUND_PLAYERS)}, or an absolute path")
        return value

    @model_validator(mode="after")
    def _from_and_until(self) -> SoundConfig:
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise Problems([("quiet_from", "and quiet_until are given together")])
        return self


class AttackModelConfig(Frozen):
    """A model of the operator's own, as one more sign of presentation attacks. ``card``: its card, a JSON file."""

    card: Path

    @field_validator("card")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        if not value.is_absolute():
            raise ValueError("must be an absolute path")
        return value


class AuditConfig(Frozen):
    """The audit log. ``copy_to``: a folder on a second medium, which every record is copied to."""

    copy_to: Path | None = None

    @field_validator("copy_to")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_absolute():
            raise ValueError("must be an absolute path")
        return value


class AccountsConfig(Frozen):
    """Whether a desk asks who works at it. Left out: yes at live events, no in rehearsals."""

    required: StrictBool | None = None


class BaseConfig(Frozen):
    """That this station belongs to a venue with a base, at which the machine is enrolled. How long it waits for it.

    ``serves``: further gate groups whose people a desk checks, beside its own.
    """

    connect_s: Annotated[float, Field(strict=True, ge=0.05, le=2)] = 0.3
    statement_s: Annotated[float, Field(strict=True, ge=0.05, le=2)] = 0.3
    serves: tuple[Identifier, ...] = ()


class MachineConfig(Frozen):
    """One station: a gate or a desk. ``key_dir`` lies outside ``data_dir`` and belongs to the service user."""

    station: Identifier
    role: Role = Role.GATE
    event: Identifier
    gate_group: Identifier
    data_dir: Path
    key_dir: Path
    language: Language = Language.CHINESE
    reader: Device | None = None
    passport_reader: Device | None = None
    scanner: Device | None = None
    gate: Gate | None = None
    buttons: ButtonsConfig | None = None
    printer: Device | None = None
    camera: CameraConfig | None = None
    code_camera: CodeCameraConfig | None = None
    portrait: PortraitConfig = PortraitConfig()
    attack_model: AttackModelConfig | None = None
    window: WindowConfig = WindowConfig()
    sound: SoundConfig | None = None
    accounts: AccountsConfig = AccountsConfig()
    audit: AuditConfig = AuditConfig()
    base: BaseConfig | None = None
    training: StrictBool = False
    """Every window carries the training's band; no live event is served (R-96)."""

    @field_validator("data_dir", "key_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        if not value.is_absolute():
            raise ValueError("must be an absolute path")
        return value

    @field_validator("key_dir")
    @classmethod
    def _apart(cls, value: Path, info: ValidationInfo) -> Path:
        data_dir = info.data.get("data_dir")
        if data_dir is not None and not lie_apart(data_dir, value):
            raise ValueError("must lie outside data_dir, so that copying the data never copies the key")
        return value

    @field_validator("reader")
    @classmethod
    def _a_gate_reads(cls, value: Device | None, info: ValidationInfo) -> Device | None:
        if value is None and info.data.get("role") is Role.GATE:
            raise ValueError("is needed at a gate")
        return value

    @field_validator("passport_reader")
    @classmethod
    def _at_a_named_port(cls, value: Device | None) -> Device | None:
        if value is not None and value.port == AUTO:
            raise Problems([("port", "must be named: other devices must not hear its wake-up")])
        return value

    @field_validator("buttons")
    @classmethod
    def _beside_an_attendees_screen(cls, value: ButtonsConfig | None, info: ValidationInfo) -> ButtonsConfig | None:
        if value is not None and info.data.get("role") is Role.DESK:
            raise ValueError("must be set at a gate only: attendees press them")
        return value

    @model_validator(mode="after")
    def _one_purpose_each(self) -> MachineConfig:
        if self.buttons is not None:
            family, settings = (self.gate.family, self.gate.settings) if self.gate is not None else (None, {})
            raise_problems(wiring_faults(self.buttons, family, settings))
        return self

    @field_validator("printer")
    @classmethod
    def _a_desks_printer(cls, value: Device | None, info: ValidationInfo) -> Device | None:
        if value is not None and info.data.get("role") is not Role.DESK:
            raise ValueError("must be set at a desk only: gates hand out no slips")
        if value is not None and value.port == AUTO:
            raise Problems([("port", "must be named: other devices must not hear what is printed")])
        return value

    @field_validator("camera")
    @classmethod
    def _no_camera_at_a_desk(cls, value: CameraConfig | None, info: ValidationInfo) -> CameraConfig | None:
        if value is not None and info.data.get("role") is Role.DESK:
            raise ValueError("must not be set at a desk: staff never photograph anybody")
        return value

    @field_validator("code_camera")
    @classmethod
    def _where_no_scanner_is(cls, value: CodeCameraConfig | None, info: ValidationInfo) -> CodeCameraConfig | None:
        if value is not None and info.data.get("role") is not Role.DESK:
            raise ValueError("must be set at a desk only: a gate's camera looks at faces and at nothing else")
        if value is not None and info.data.get("scanner") is not None:
            raise ValueError("must not be set where there is a scanner")
        return value
