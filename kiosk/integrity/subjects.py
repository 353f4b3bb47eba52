"""What a seal covers: the files of code, models and settings that decide what this station does.

=========  =======================================================================================================
code       every file of the packages ``kiosk`` and ``drivers`` and of the assets, the compiled file the interpreter
           would load in place of each source, and the lists by which packages add device families
models     the files the face engine loads
settings   machine files, event files and the index of trusted issuers of documents, by their full path
decoder    the portrait decoder of another maker that a machine file names, by its full path
=========  =======================================================================================================

Other installed packages and the interpreter are not covered: the lock file fixes them by hash when they are installed.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import drivers
import kiosk
from drivers.emrtd.trust_folder import TrustFolder
from drivers.registry import CODE_SCANNERS, DOCUMENT_READERS, GATE_OUTPUTS
from kiosk.config.assets import asset
from kiosk.config.machine import MachineConfig
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.face.attack.operator_card import OperatorModelUnusable, read_operator_card
from kiosk.face.models import locate, read_manifest
from kiosk.face.port import EngineUnavailable

COMPILED = "__pycache__"


class Part(StrEnum):
    CODE = "code"
    MODELS = "models"
    SETTINGS = "settings"
    DECODER = "decoder"


COMPLETE = frozenset({Part.CODE, Part.MODELS})
"""Parts of which each file is known: one too many or too few is a difference. The others are asked for by path."""


@dataclass(frozen=True)
class Subject:
    """One file. ``name`` is unique within its part, and the same wherever the product is installed."""

    part: Part
    name: str
    path: Path


def code_roots() -> dict[str, Path]:
    """Where the product's own files lie, links resolved; the assets are inside one package once installed."""
    roots = {"kiosk": Path(kiosk.__file__).parent.resolve(), "drivers": Path(drivers.__file__).parent.resolve()}
    assets = asset().resolve()
    return roots if assets.is_relative_to(roots["kiosk"]) else {**roots, "assets": assets}


def product(roots: Mapping[str, Path] | None = None) -> Iterator[Subject]:
    """All of code and models."""
    for name, root in (code_roots() if roots is None else roots).items():
        for place, path in _files(root):
            yield Subject(Part.CODE, f"{name}/{place.as_posix()}", path)
    yield from _families()
    yield from _models()


def sources(roots: Mapping[str, Path] | None = None) -> Iterator[Path]:
    """Every Python source of the product."""
    for root in (code_roots() if roots is None else roots).values():
        yield from (path for _, path in _files(root) if path.suffix == ".py")


def named(part: Part, paths: Iterable[Path]) -> Iterator[Subject]:
    """Files that are asked for by their full path."""
    for path in paths:
        yield Subject(part, str(path), path)


def station(machine_file: Path | None, machine: MachineConfig) -> Iterator[Subject]:
    """What one station's own settings add."""
    event_file = EventPlace(machine.data_dir, machine.key_dir, machine.event).event_file
    yield from named(Part.SETTINGS, [file for file in (machine_file, event_file) if file is not None])
    trust = TrustFolder(DevicePlace(machine.data_dir, machine.key_dir).trust_folder).index_file
    if trust.exists():  # none: no issuer is believed, and nobody can have added one
        yield from named(Part.SETTINGS, (trust,))
    if machine.portrait.path is not None:
        yield from named(Part.DECODER, (machine.portrait.path,))
    if machine.attack_model is not None:
        yield from named(Part.SETTINGS, _attack_model(machine.attack_model.card))


def _attack_model(card_file: Path) -> tuple[Path, ...]:
    """The card of the operator's model, and the model where the card can be read."""
    try:
        return card_file, card_file.parent / read_operator_card(card_file).file
    except OperatorModelUnusable:
        return (card_file,)


def _files(root: Path) -> Iterator[tuple[Path, Path]]:
    """Regular and irregular files below ``root``, linked folders as themselves, and what stands for each source.

    (place below ``root``, path); a compiled file that PYTHONPYCACHEPREFIX keeps elsewhere has the place it would have.
    """
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        below = here.relative_to(root)
        folders[:] = sorted(name for name in folders if name != COMPILED)
        yield from ((below / name, here / name) for name in folders if (here / name).is_symlink())
        for name in sorted(files):
            yield below / name, here / name
            if name.endswith(".py") and (compiled := compiled_file(here / name)).is_file():
                yield below / COMPILED / compiled.name, compiled


def compiled_file(source: Path) -> Path:
    """The file this interpreter would load instead of compiling ``source``."""
    return Path(importlib.util.cache_from_source(str(source)))


def _families() -> Iterator[Subject]:
    """The lists of device families: whoever adds one adds code to the kiosk."""
    seen = set()
    for group in (DOCUMENT_READERS, CODE_SCANNERS, GATE_OUTPUTS):
        for point in importlib.metadata.entry_points(group=group):
            owner = point.dist
            if owner is not None and owner.name not in seen:
                seen.add(owner.name)
                folder = f"{owner.name.replace('-', '_')}-{owner.version}.dist-info"
                yield Subject(
                    Part.CODE,
                    f"families/{owner.name}",
                    Path(str(owner.locate_file(f"{folder}/entry_points.txt"))),
                )


def _models() -> Iterator[Subject]:
    try:
        entries = read_manifest()
    except EngineUnavailable:
        return  # the list itself is an asset, and its absence a difference
    for name, entry in sorted(entries.items()):
        try:
            yield Subject(Part.MODELS, name, locate(entry))
        except EngineUnavailable:
            continue  # found missing by comparison
