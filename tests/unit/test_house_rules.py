"""Promises that can be read off the code: what the product has no way to do.

Each rule is a function from modules to findings, so that every rule is also tried on code that breaks it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.helpers.source_tree import Module, modules, words

Rule = Callable[[Iterable[Module]], Iterator[str]]

PICTURE_WRITERS = {str(Path("kiosk/ui/render.py")), str(Path("kiosk/evaluate/plots.py"))}
"""Pictures of screens, in rehearsal only, and charts: the second knows numbers alone and may not see a face."""

MAKERS_FOLDER = str(Path("kiosk/portrait/library.py"))
"""For a maker's library that insists on file names: links to memory without a name, never a portrait's bytes."""

_SAVING_CALLS = {"imwrite", "imwritemulti", "VideoWriter", "FileStorage", "QImageWriter", "QMediaRecorder"}
_SAVING_CALLS |= {"savez", "savez_compressed", "savetxt", "tofile", "memmap"}
_SAVING_OWNERS = {"np", "numpy"}
_PAINTERS = {"painter", "_painter", "p"}
_SERIALISERS = {"pickle", "dill", "joblib", "shelve", "marshal", "PIL", "imageio", "h5py"}

SEALERS = {str(Path("kiosk/face/keeping.py")), str(Path("kiosk/face/fake.py"))}
"""Where captures of a disputed check are sealed, with the person's consent; the fake seals a word."""
_SEES_FACES = ("kiosk/face/", "kiosk/camera/", "kiosk/portrait/", "kiosk/workers/portrait_", "kiosk/ui/portrait_")
_MAKES_FILES = {"write_bytes", "write_text", "touch", "mkfifo", "NamedTemporaryFile", "write_private", "write_whole"}

_SOUND_INPUT = {"sounddevice", "pyaudio", "alsaaudio", "soundcard", "speech_recognition", "pulsectl", "ossaudiodev"}
_SOUND_INPUT |= {"PySide6.QtMultimedia"}

_TRAITS = {"gender", "sex", "race", "racial", "ethnicity", "ethnic", "emotion", "mood", "religion", "nationality"}
_TRAITS_OF_A_FACE = _TRAITS | {"age", "ages", "smile", "health", "beard", "skin"}

_COPYABLE = {"QClipboard", "QLineEdit", "QTextEdit", "QPlainTextEdit", "QTextBrowser", "QSpinBox", "QDateEdit"}
_COPYING = {"clipboard", "setTextInteractionFlags", "setEditable", "QLineEdit", "QTextEdit", "QPlainTextEdit"}

_READ_WITH_FINGERPRINT = (0x30, 0x10)


def picture_saving(code: Iterable[Module]) -> Iterator[str]:
    """No code path writes frames or features to a disk (R-45)."""
    for module in code:
        if module.name in PICTURE_WRITERS:
            seen = {name for name, _ in module.imports() if name.startswith(("cv2", "kiosk.camera", "kiosk.face"))}
            yield from (f"{module.name} imports {name}" for name in sorted(seen))
            continue
        for node in module.nodes:
            match node:
                case ast.Call(func=ast.Attribute(attr="save", value=owner), args=args, keywords=keywords):
                    if args or keywords or not (isinstance(owner, ast.Name) and owner.id in _PAINTERS):
                        yield f"{module.where(node)} calls save"
                case ast.Call(func=ast.Attribute(attr="dump", value=ast.Name(id=owner))) if owner in _SAVING_OWNERS:
                    yield f"{module.where(node)} calls dump"
                case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in _SAVING_CALLS:
                    yield f"{module.where(node)} calls {name}"
                case _:
                    pass
        for name, node in module.imports():
            if name.split(".")[0] in _SERIALISERS:
                yield f"{module.where(node)} imports {name}"


def sound_input(code: Iterable[Module]) -> Iterator[str]:
    """No microphone (R-22)."""
    for module in code:
        for name, node in module.imports():
            if any(name == banned or name.startswith(banned + ".") for banned in _SOUND_INPUT):
                yield f"{module.where(node)} imports {name}"


def trait_symbols(code: Iterable[Module]) -> Iterator[str]:
    """Nothing estimates a trait of a person (R-36); in the code that sees faces not even the words occur."""
    for module in code:
        if not module.name.startswith("kiosk/"):
            continue  # drivers name what they drop from a document
        banned = _TRAITS_OF_A_FACE if module.name.startswith("kiosk/face") else _TRAITS
        for symbol, node in module.symbols():
            if banned.intersection(words(symbol)):
                yield f"{module.where(node)} names {symbol}"


def fingerprint_command(code: Iterable[Module]) -> Iterator[str]:
    """No way to build the command that reads fingerprints (R-23; sdt-id-card section 3)."""
    packed, number = bytes(_READ_WITH_FINGERPRINT), int.from_bytes(bytes(_READ_WITH_FINGERPRINT))
    for module in code:
        for value, node in module.constants():
            match value:
                case bytes() if packed in value:
                    yield f"{module.where(node)} holds the bytes"
                case str() if value.replace(" ", "") == packed.hex():
                    yield f"{module.where(node)} holds them as hex"
                case int() if value == number:
                    yield f"{module.where(node)} holds them as a number"
                case _:
                    pass
        for node in module.nodes:
            if isinstance(node, ast.Tuple | ast.List):
                values = [item.value if isinstance(item, ast.Constant) else None for item in node.elts]
                if _READ_WITH_FINGERPRINT in pairwise(values):
                    yield f"{module.where(node)} holds them as a pair"


def named_shared_memory(code: Iterable[Module]) -> Iterator[str]:
    """Frames travel by anonymous descriptors; a named segment is a file that outlives a killed process."""
    for module in code:
        for name, node in module.imports():
            if name.startswith("multiprocessing.shared_memory") or name == "PySide6.QtCore.QSharedMemory":
                yield f"{module.where(node)} imports {name}"


def landmark_model(code: Iterable[Module]) -> Iterator[str]:
    """The 68 point landmark model is never loaded: its training data may not be used commercially."""
    for module in code:
        for value, node in module.constants():
            if isinstance(value, str) and "predictor_68" in value:
                yield f"{module.where(node)} names {value}"
        for symbol, node in module.symbols():
            if symbol == "pose_predictor_model_location":
                yield f"{module.where(node)} asks for it"


def copying_out(code: Iterable[Module]) -> Iterator[str]:
    """No clipboard, and no widget whose text a finger or a key could select and copy (R-46)."""
    for module in code:
        for name, node in module.imports():
            if name.rsplit(".", 1)[-1] in _COPYABLE:
                yield f"{module.where(node)} imports {name}"
        for symbol, node in module.symbols():
            if symbol in _COPYING:
                yield f"{module.where(node)} names {symbol}"


def temporary_files(code: Iterable[Module]) -> Iterator[str]:
    """Nothing in service makes a temporary file; a rehearsal's world may (R-46)."""
    for module in code:
        if module.name.startswith("kiosk/rehearsal") or module.name == MAKERS_FOLDER:
            continue
        for name, node in module.imports():
            if name.split(".")[0] == "tempfile" or name.rsplit(".", 1)[-1] in {"QTemporaryFile", "QTemporaryDir"}:
                yield f"{module.where(node)} imports {name}"


def faces_into_files(code: Iterable[Module]) -> Iterator[str]:
    """Code that sees faces makes no file, and one function alone seals pictures for the disk (R-45, R-47)."""
    for module in code:
        sees_faces = module.name.startswith(_SEES_FACES)
        for node in module.nodes:
            match node:
                case ast.Call(func=ast.Attribute(attr=name)) if sees_faces and name in _MAKES_FILES:
                    yield f"{module.where(node)} calls {name}"
                case ast.Call(func=ast.Attribute(attr="open") | ast.Name(id="open")) if sees_faces and _writes(node):
                    yield f"{module.where(node)} opens a file for writing"
                case ast.Call(func=ast.Attribute(attr="seal_to") | ast.Name(id="seal_to")):
                    if module.name not in SEALERS:
                        yield f"{module.where(node)} seals"
                case _:
                    pass
        for name, node in module.imports():
            if sees_faces and name.startswith("kiosk.holding.store"):
                yield f"{module.where(node)} imports {name}"


def _writes(call: ast.Call) -> bool:
    """Whether a call of open may make or change a file; what is not seen to read counts as writing."""
    given = [*call.args, *(word.value for word in call.keywords if word.arg in {"mode", "flags"})]
    modes = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    flags = {each.attr for each in ast.walk(call) if isinstance(each, ast.Attribute) and each.attr.startswith("O_")}
    if flags:
        return "O_CREAT" in flags  # a device or a file of the kernel is there already
    return any(set(mode) & set("wax+") and set(mode) <= set("rwaxbt+") for mode in modes)


BROKEN: list[tuple[Rule, str, str]] = [
    (copying_out, "kiosk/ui/x.py", "QGuiApplication.clipboard().setText(name)"),
    (copying_out, "kiosk/ui/x.py", "from PySide6.QtGui import QClipboard"),
    (copying_out, "kiosk/ui/x.py", "from PySide6.QtWidgets import QLabel, QLineEdit"),
    (copying_out, "kiosk/ui/x.py", "label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)"),
    (temporary_files, "kiosk/face/x.py", "import tempfile"),
    (temporary_files, "kiosk/closing/x.py", "from tempfile import mkstemp"),
    (picture_saving, "kiosk/camera/x.py", "cv2.imwrite('a.png', frame)"),
    (picture_saving, "kiosk/ui/x.py", "self.grab().save('a.png')"),
    (picture_saving, "kiosk/face/x.py", "np.save(where, features)"),
    (picture_saving, "kiosk/face/x.py", "features.tofile(where)"),
    (picture_saving, "kiosk/face/x.py", "from pickle import dumps"),
    (faces_into_files, "kiosk/face/x.py", "path.write_bytes(aligned)"),
    (faces_into_files, "kiosk/camera/x.py", "open('a', 'wb').write(frame)"),
    (faces_into_files, "kiosk/portrait/x.py", "path.open('xb')"),
    (faces_into_files, "kiosk/face/x.py", "os.open('a', os.O_WRONLY | os.O_CREAT)"),
    (faces_into_files, "kiosk/face/x.py", "from kiosk.holding.store import HeldStore"),
    (faces_into_files, "kiosk/workers/x.py", "seal_to(public, frame)"),
    (sound_input, "kiosk/ui/x.py", "from PySide6.QtMultimedia import QAudioSource"),
    (sound_input, "kiosk/ui/x.py", "import sounddevice"),
    (trait_symbols, "kiosk/face/x.py", "def estimate_age(face): ..."),
    (trait_symbols, "kiosk/station/x.py", "class EmotionSeen: ..."),
    (trait_symbols, "kiosk/station/x.py", "visit.gender = 1"),
    (fingerprint_command, "drivers/sdt/x.py", "READ = b'\\x30\\x10'"),
    (fingerprint_command, "drivers/sdt/x.py", "READ = (0x30, 0x10)"),
    (fingerprint_command, "drivers/sdt/x.py", "send(bytes.fromhex('30 10'))"),
    (fingerprint_command, "drivers/sdt/x.py", "send(0x3010)"),
    (named_shared_memory, "kiosk/face/x.py", "from multiprocessing.shared_memory import SharedMemory"),
    (landmark_model, "kiosk/face/x.py", "load('shape_predictor_68_face_landmarks.dat')"),
]
RULES = sorted({rule for rule, _, _ in BROKEN}, key=lambda rule: rule.__name__)


@pytest.mark.requirement("R-22", "R-23", "R-25", "R-28", "R-36", "R-45")
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_product_keeps_the_rule(rule: Rule) -> None:
    assert list(rule(modules("kiosk", "drivers"))) == []


@pytest.mark.parametrize(("rule", "name", "code"), BROKEN, ids=lambda value: getattr(value, "__name__", value))
def test_the_rule_finds_what_breaks_it(rule: Rule, name: str, code: str) -> None:
    assert list(rule([Module(name, ast.parse(code))]))


def test_an_age_decision_is_no_estimate() -> None:
    assert not list(trait_symbols([Module("kiosk/domain/x.py", ast.parse("age_ok = visit.age_ok"))]))


def test_a_painter_saving_its_state_is_no_picture() -> None:
    assert not list(picture_saving([Module("kiosk/ui/x.py", ast.parse("painter.save()"))]))
