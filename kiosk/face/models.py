"""Finds the model files the manifest names, and refuses any that is not byte for byte what it says.

The files lie inside an installed distribution whose own code is never imported: only its folder is asked for.
Nothing is fetched while running.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import tomllib
from dataclasses import dataclass
from pathlib import Path

from kiosk.config.assets import asset
from kiosk.face.port import EngineUnavailable

MANIFEST = ("models", "manifest.toml")
MODELS = ("yunet", "sface", "points", "resnet")
"""What the engine loads: the fields of ModelPaths."""
LANDMARKS = "facemesh"


@dataclass(frozen=True)
class ModelEntry:
    """One model of the manifest. ``file`` is relative to the distribution's folder; ``outputs`` is complete.
    ``optional``: everything works without it but what asks for it by name."""

    name: str
    purpose: str
    distribution: str
    version: str
    file: str
    sha256: str
    licence: str
    origin: str
    training_data: str
    outputs: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True)
class ModelPaths:
    """Checked files, ready to be loaded."""

    yunet: Path
    sface: Path
    points: Path
    resnet: Path


def read_manifest(path: Path | None = None) -> dict[str, ModelEntry]:
    """All entries by name. Raises EngineUnavailable("models_missing") where there is no readable manifest."""
    try:
        document = tomllib.loads((path or asset(*MANIFEST)).read_text("utf-8"))
        entries = [ModelEntry(**{**raw, "outputs": tuple(raw["outputs"])}) for raw in document["model"]]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise EngineUnavailable("models_missing") from error
    return {entry.name: entry for entry in entries}


def locate(entry: ModelEntry) -> Path:
    """Where the file lies. Raises EngineUnavailable("models_missing")."""
    try:
        distribution = importlib.metadata.distribution(entry.distribution)
    except importlib.metadata.PackageNotFoundError as error:
        raise EngineUnavailable("models_missing") from error
    path = Path(str(distribution.locate_file(entry.file)))
    if not path.is_file():
        raise EngineUnavailable("models_missing")
    return path


def checked(entry: ModelEntry) -> Path:
    """The file's path once its SHA-256 agrees. Raises EngineUnavailable("models_missing" or "models_changed")."""
    path = locate(entry)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != entry.sha256:
        raise EngineUnavailable("models_changed")
    return path


def checked_models(manifest: Path | None = None) -> ModelPaths:
    """All models, checked against the manifest. Raises EngineUnavailable."""
    return ModelPaths(**{name: checked(entry) for name, entry in _wanted(manifest).items()})


def landmark_model(manifest: Path | None = None) -> Path:
    """The optional model of dense points, checked: only an event with a challenge needs it.

    Raises EngineUnavailable("landmarks_missing", "models_missing" or "models_changed").
    """
    entry = read_manifest(manifest).get(LANDMARKS)
    if entry is None or not present(entry):
        raise EngineUnavailable("landmarks_missing")
    return checked(entry)


def present(entry: ModelEntry) -> bool:
    """Whether its file is installed; says nothing about what is in it."""
    try:
        return locate(entry).is_file()
    except EngineUnavailable:
        return False


def model_hashes(manifest: Path | None = None) -> dict[str, str]:
    """SHA-256 of each model by name, as the manifest says. Raises EngineUnavailable("models_missing")."""
    return {name: entry.sha256 for name, entry in _wanted(manifest).items()}


def _wanted(manifest: Path | None) -> dict[str, ModelEntry]:
    entries = read_manifest(manifest)
    try:
        return {name: entries[name] for name in MODELS}
    except KeyError as error:
        raise EngineUnavailable("models_missing") from error
