"""A reader by other people gets the same portrait: mrtdreader (Debian package ``mrtdreader``, in C, over libnfc's own
PN532 driver) reads our simulated documents through our simulated front-end. It knows BAC only.

A tool for this test and no part of the product: skipped where it is not installed; MRTDREADER names it elsewhere.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.emrtd.simulated_chip import SimulatedDocumentChip
from drivers.emrtd.simulated_document import MadeDocument
from drivers.pn532.simulator import Pn532Simulator
from tests.helpers.documents import document, picture
from tests.helpers.emrtd import DirectChannel, about_specimen, read_whole, specimen
from tests.helpers.libnfc_front import teach

READER = os.environ.get("MRTDREADER") or shutil.which("mrtdreader")
JFIF = bytes.fromhex("FFD8FFE000104A46494600010100000100010000")
"""How the reader knows a JPEG."""

pytestmark = pytest.mark.skipif(READER is None, reason="mrtdreader is not installed: apt-get install mrtdreader")


def read_by_others(paper: MadeDocument, key: tuple[str, str, str], folder: Path) -> SimulatedDocumentChip:
    chip = SimulatedDocumentChip(paper)
    with Pn532Simulator(pace="fast") as front:
        teach(front)
        front.put_card(chip)
        done = subprocess.run(
            [str(READER), "-p", key[0], "-b", key[1], "-e", key[2]],
            cwd=folder,
            env=os.environ | {"LIBNFC_DEVICE": f"pn532_uart:{front.path}"},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return chip


def test_a_simulated_passport_read_by_others(tmp_path: Path) -> None:
    portrait = JFIF + picture(16_000)[len(JFIF) :]
    paper = document(picture=portrait)
    chip = read_by_others(paper, ("L898902C3", "740812", "120415"), tmp_path)
    assert (tmp_path / "image.jpg").read_bytes() == portrait
    assert chip.asked_forbidden == 0
    assert read_whole(DirectChannel(SimulatedDocumentChip(paper))).portrait == portrait


def test_the_specimens_files_on_our_chip_read_by_others(tmp_path: Path) -> None:
    files = specimen()
    names = {0x011E: "EF_COM.bin", 0x0101: "EF_DG1.bin", 0x0102: "EF_DG2.bin", 0x011D: "EF_SOD.bin"}
    paper = replace(
        document(),
        information="C11T002JM496081221310317",
        files={identifier: files[name] for identifier, name in names.items()},
    )
    read_by_others(paper, ("C11T002JM", "960812", "131031"), tmp_path)
    image = (tmp_path / "image.jp2").read_bytes()
    assert hashlib.sha256(image).hexdigest() == about_specimen()["image_sha256"]
