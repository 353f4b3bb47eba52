"""The TPM by its commands: what crosses where, what goes wrong how; the real ones with a simulated TPM."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from kiosk.vault.errors import TpmUnavailable
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.locked_memory import LockedKey
from kiosk.vault.tpm import TpmWrapping
from kiosk.vault.tpm_tools import TpmTools
from tests.helpers.vault import FakeTpm, fake_commands

KEY = bytes(range(100, 132))


def a_key() -> LockedKey:
    return LockedKey.taken_from(bytearray(KEY))


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    return fake_commands(tmp_path / "tpm2")


def test_a_key_crosses_by_standard_input_and_output_alone(
    commands: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    tools = TpmTools(str(commands), tcti="device:/dev/tpmrm0")
    public, private = tools.seal(a_key())
    assert bytes(tools.unseal(public, private).view()) == KEY
    told = (commands / "log").read_text(encoding="utf-8")
    names = [line.split()[0] for line in told.splitlines()]
    assert names == ["tpm2_createprimary", "tpm2_create", "tpm2_createprimary", "tpm2_load", "tpm2_unseal"]
    assert all("-T device:/dev/tpmrm0" in line for line in told.splitlines())
    for secret in (KEY.hex(), KEY.decode("latin-1"), private.hex()):
        assert secret not in told
    paths = [word for word in told.split() if word.startswith("/")]
    assert all(path.startswith("/proc/self/fd/") for path in paths), "no file has a name"
    assert list((tmp_path / "tmp").iterdir()) == []


def test_descriptors_are_closed_again(commands: Path) -> None:
    tools = TpmTools(str(commands))
    before = set(os.listdir("/proc/self/fd"))  # noqa: PTH208 - numbers, not paths
    tools.unseal(*tools.seal(a_key()))
    assert set(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("exit 1", "refused"),
        ("echo 'ERROR:tcti:src/tss2-tcti/tcti-device.c: Failed to open device' >&2; exit 1", "no_tpm"),
    ],
)
def test_what_goes_wrong_is_a_code(commands: Path, script: str, code: str) -> None:
    (commands / "tpm2_createprimary").write_text(f"#!/bin/sh\n{script}\n")
    with pytest.raises(TpmUnavailable, match=f"^{code}$"):
        TpmTools(str(commands)).seal(a_key())


def test_commands_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(TpmUnavailable, match="no_tools"):
        TpmTools(str(tmp_path)).seal(a_key())


def test_an_answer_of_the_wrong_length_is_no_key(commands: Path) -> None:
    tools = TpmTools(str(commands))
    sealed = tools.seal(a_key())
    (commands / "tpm2_unseal").write_text("#!/bin/sh\nprintf short\n")
    with pytest.raises(TpmUnavailable, match="refused"):
        tools.unseal(*sealed)


@pytest.mark.parametrize("parameters", [b"", b"\0", b"\0\0ab", b"\0\5ab", b"\0\2ab"])
def test_parameters_that_are_none_never_reach_the_tpm(parameters: bytes) -> None:
    with pytest.raises(KeyFileUnusable, match="damaged"):
        TpmWrapping(FakeTpm()).again(parameters)


@pytest.fixture
def swtpm(tmp_path: Path) -> Iterator[str]:
    missing = [name for name in ("swtpm", "tpm2_unseal") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (apt-get install swtpm tpm2-tools)")
    socket = tmp_path / "tpm.sock"
    state = ["--tpmstate", f"dir={tmp_path}", "--server", f"type=unixio,path={socket}"]
    control = ["--ctrl", f"type=unixio,path={socket}.ctrl", "--flags", "not-need-init,startup-clear"]
    pid_file = tmp_path / "swtpm.pid"
    # As a daemon it returns once it listens.
    started = ["swtpm", "socket", "--tpm2", "--daemon", "--pid", f"file={pid_file}", *state, *control]
    subprocess.run(started, check=True, stderr=subprocess.DEVNULL)
    yield f"swtpm:path={socket}"
    os.kill(int(pid_file.read_text()), signal.SIGTERM)


class BareTpm(TpmTools):
    """For a TPM without the kernel's resource manager, which clears the working memory after each command."""

    def _run(self, command: Sequence[str], *more: Any, **options: Any) -> bytes:
        subprocess.run(["tpm2_flushcontext", "-T", self._tcti, "-t"], check=True, capture_output=True)
        return super()._run(command, *more, **options)


def test_the_real_commands_and_a_simulated_tpm(swtpm: str) -> None:
    wrapping = TpmWrapping(BareTpm(tcti=swtpm))
    parameters, key = wrapping.first()
    assert bytes(wrapping.again(parameters).view()) == bytes(key.view())
    assert bytes(key.view()) not in parameters
    for at in (3, len(parameters) // 2, len(parameters) - 1):
        changed = bytearray(parameters)
        changed[at] ^= 1
        with pytest.raises(TpmUnavailable, match="refused"):
            wrapping.again(bytes(changed))
    subprocess.run(["tpm2_clear", "-T", swtpm], check=True, capture_output=True)  # as a new owner does: another seed
    with pytest.raises(TpmUnavailable, match="refused"):
        wrapping.again(parameters)
