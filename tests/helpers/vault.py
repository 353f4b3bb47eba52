"""What vault tests need: a TPM made of a dictionary, commands that look like tpm2-tools, and cheap guesses."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.vault.errors import TpmUnavailable
from kiosk.vault.locked_memory import LockedKey
from kiosk.vault.opening_secret import Cost, OpeningSecret, SecretWrapping

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
SECRET = "Open the gates, 2026"
OTHER_SECRET = "close the gates 2026"


def with_secret(text: str = SECRET) -> SecretWrapping:
    return SecretWrapping(OpeningSecret.of(text), CHEAP)


class FakeTpm:
    """Keeps what it sealed under a handle that says nothing."""

    def __init__(self) -> None:
        self._sealed: dict[bytes, bytes] = {}

    def seal(self, key: LockedKey) -> tuple[bytes, bytes]:
        handle = os.urandom(16)
        self._sealed[handle] = bytes(key.view())
        return b"public", handle

    def unseal(self, public: bytes, private: bytes) -> LockedKey:
        if private not in self._sealed:
            raise TpmUnavailable("refused")
        return LockedKey.taken_from(bytearray(self._sealed[private]))


class ListAudit:
    """An audit log in a list: (kind, by, about, success, fields)."""

    def __init__(self) -> None:
        self.records: list[tuple[Kind, str, str, bool, dict[str, object]]] = []

    def write(self, kind: Kind, by: str, about: str = "", *, success: bool = True, **fields: object) -> None:
        self.records.append((kind, by, about, success, fields))

    @property
    def kinds(self) -> list[Kind]:
        return [record[0] for record in self.records]


_COMMANDS = """#!{python} -S
import os, sys
name = os.path.basename(sys.argv[0])
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
with open(os.path.join(os.path.dirname(sys.argv[0]), "log"), "a") as log:
    print(name, *sys.argv[1:], file=log)
def content(path):
    with open(path, "rb") as file:
        return file.read()
def write(path, data):
    with open(path, "r+b") as file:
        file.write(data)
mask = bytes(255 - byte for byte in range(32))
def masked(data):
    return bytes(a ^ b for a, b in zip(data, mask))
if name == "tpm2_createprimary":
    write(given["-c"], b"primary")
elif content(given.get("-C", given.get("-c"))) not in (b"primary", b"object") and name != "tpm2_unseal":
    sys.exit("no primary")
elif name == "tpm2_create":
    key = sys.stdin.buffer.read()
    write(given["-u"], b"public area")
    write(given["-r"], b"private" + masked(key))
elif name == "tpm2_load":
    if content(given["-u"]) != b"public area" or not content(given["-r"]).startswith(b"private"):
        sys.exit("integrity check failed")
    write(given["-c"], content(given["-r"]))
elif name == "tpm2_unseal":
    sys.stdout.buffer.write(masked(content(given["-c"])[7:]))
"""


def fake_commands(folder: Path) -> Path:
    """Commands in ``folder`` that take and give what tpm2-tools do, and note their arguments in ``log``."""
    folder.mkdir()
    for name in ("createprimary", "create", "load", "unseal"):
        path = folder / f"tpm2_{name}"
        path.write_text(_COMMANDS.format(python=sys.executable), encoding="utf-8")
        path.chmod(stat.S_IRWXU)
    return folder
