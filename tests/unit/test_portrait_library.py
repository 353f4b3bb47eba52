"""The maker's library: every signature gives the same picture; every misbehaviour gives a code and leaves nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from drivers.port import PortraitFormat
from kiosk.config.machine import WltSignature
from kiosk.portrait.factory import make_decoder
from kiosk.portrait.library import MEMORY_FOLDERS, Signature
from kiosk.portrait.port import PortraitDecoder, PortraitUndecodable
from tests.helpers.decoders import LICENCE_CODE, compiled, expected_picture, some_block

SHORT_S = 0.5
SOON_S = 5.0


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled("maker_library.c", tmp_path_factory.mktemp("maker"), "-shared", "-fPIC", "-w")


def decoder(library: Path, symbol: str, signature: str, **more: Any) -> PortraitDecoder:
    return make_decoder({"kind": "library", "path": library, "symbol": symbol, "signature": signature, **more})


def code_of(made: PortraitDecoder, block: bytes | None = None) -> str:
    with pytest.raises(PortraitUndecodable) as undecodable:
        made.decode(PortraitFormat.WLT, some_block() if block is None else block)
    return undecodable.value.code


@pytest.mark.parametrize(
    ("symbol", "signature", "more"),
    [
        ("unpack", "unpack_code", {"code": LICENCE_CODE}),
        ("unpack_talking", "unpack_code", {"code": LICENCE_CODE}),
        ("unpack_sized", "unpack_len", {}),
        ("wlt_to_bmp", "two_buffers", {}),
        ("dewlt_buf", "two_buffers_len", {}),
        ("unpack_with_size", "unpack_code", {"code": 38_862}),
        ("dewlt", "file", {}),
        ("get_bmp", "file", {"code": 2}),
        ("overruns_a_little", "two_buffers", {}),
    ],
)
def test_every_signature_gives_the_same_picture(library: Path, symbol: str, signature: str, more: Any) -> None:
    block = some_block()
    picture = decoder(library, symbol, signature, **more).decode(PortraitFormat.WLT, block)
    assert np.array_equal(picture, expected_picture(block))


@pytest.mark.parametrize(
    ("symbol", "signature", "more", "code"),
    [
        ("unpack", "unpack_code", {"code": 1}, "refused"),
        ("get_bmp", "file", {"code": 1}, "refused"),
        ("refuses", "two_buffers", {}, "refused"),
        ("unpack_bad_length", "unpack_len", {}, "refused"),
        ("writes_nothing", "two_buffers", {}, "malformed"),
        ("exits", "two_buffers", {}, "malformed"),
        ("crashes", "two_buffers", {}, "crashed"),
        ("aborts", "two_buffers", {}, "crashed"),
        ("overruns_far", "two_buffers", {}, "crashed"),
        ("hangs", "two_buffers", {"time_limit_s": SHORT_S}, "timed_out"),
        ("not_in_there", "two_buffers", {}, "no_decoder"),
    ],
)
def test_every_misbehaviour_gives_its_code(library: Path, symbol: str, signature: str, more: Any, code: str) -> None:
    assert code_of(decoder(library, symbol, signature, **more)) == code


def test_what_the_machine_file_may_say_is_what_can_be_called() -> None:
    assert {signature.value for signature in WltSignature} == {signature.value for signature in Signature}


def test_a_library_that_is_not_there(tmp_path: Path) -> None:
    assert code_of(decoder(tmp_path / "libabsent.so", "unpack", "two_buffers")) == "no_decoder"
    assert code_of(decoder(tmp_path / "gone" / "libabsent.so", "unpack", "two_buffers")) == "no_decoder"


@pytest.mark.parametrize(("symbol", "limit_s"), [("hangs", SHORT_S), ("crashes", 2.0), ("leaves_a_child", 2.0)])
def test_no_process_outlives_the_call(library: Path, symbol: str, limit_s: float) -> None:
    made = decoder(library, symbol, "two_buffers", time_limit_s=limit_s)
    if symbol == "leaves_a_child":
        made.decode(PortraitFormat.WLT, some_block())
    else:
        code_of(made)
    _, alive = psutil.wait_procs(_hosts_of_ours(), timeout=SOON_S)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def _hosts_of_ours() -> list[psutil.Process]:
    """Processes started for us and what they forked, wherever they have been re-parented to; the dead left out."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if str(os.getpid()) in line and any(part.endswith("maker_host.py") for part in line):
            found.append(process)
    return found


def test_no_portrait_becomes_a_file(library: Path) -> None:
    folders = [folder for folder in (library.parent, *MEMORY_FOLDERS) if folder.is_dir()]
    before = {path for folder in folders for path in folder.iterdir()}
    decoder(library, "dewlt", "file").decode(PortraitFormat.WLT, some_block())
    decoder(library, "writes_a_file", "two_buffers").decode(PortraitFormat.WLT, some_block())
    after = {path for folder in folders for path in folder.iterdir()} - before
    ours = [path for path in after if path.name.startswith("kiosk-portrait-") or path.parent == library.parent]
    # A library may create an empty file in its own folder, but it cannot write into it.
    assert not [path for path in ours if path.is_dir() or path.stat().st_size > 0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may replace links in a read-only folder; the kiosk is not root")
def test_a_library_that_would_replace_the_link_by_a_file_fails(library: Path) -> None:
    assert code_of(decoder(library, "dewlt_replacing", "file")) == "refused"


def test_what_no_card_said_is_not_given_to_the_library(library: Path) -> None:
    made = decoder(library, "crashes", "two_buffers")
    assert code_of(made, bytes(1024)) == "malformed"
    assert code_of(made, some_block()[:-1]) == "malformed"


@pytest.mark.parametrize(
    "settings",
    [
        {"symbol": "f", "signature": "two_buffers"},
        {"path": "/lib/x.so", "symbol": "", "signature": "two_buffers"},
        {"path": "/lib/x.so", "symbol": "f", "signature": "guess"},
        {"path": "/lib/x.so", "symbol": "f", "signature": "unpack_code"},
        {"path": "/lib/x.so", "symbol": "f", "signature": "file", "time_limit_s": 60},
    ],
)
def test_settings_nothing_can_be_made_of(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        make_decoder({"kind": "library", **settings})
