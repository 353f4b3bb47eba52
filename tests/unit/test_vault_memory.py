"""Where the event's key is in a process that unlocked it: once while it is needed, nowhere once it is forgotten."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from drivers.sensitive_memory import sensitive_count
from kiosk.vault import derive
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.locked_memory import LockedKey
from kiosk.vault.opening_secret import OpeningSecret, SecretWrapping
from kiosk.vault.wrap import unwrap, wrap
from tests.helpers.vault import SECRET, with_secret

_STATION = """
import gc, sys
from pathlib import Path
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.opening_secret import OpeningSecret, SecretWrapping

def unlocked():
    secret = OpeningSecret.of(sys.stdin.readline())
    keys = FileEventKeys.load(Path(sys.argv[1]), "night", SecretWrapping(secret))
    secret.wipe()
    return keys

keys = unlocked()
keys.open(keys.seal(b"seat", "c"), "c")
keys.code_token("T-1")
print("unlocked", flush=True)
sys.stdin.readline()
keys.forget()
gc.collect()
print("forgotten", flush=True)
sys.stdin.readline()
"""


def hits(pid: int, needles: dict[str, bytes]) -> dict[str, int]:
    """How often each needle lies in the writable memory of a process. Raises PermissionError."""
    found = dict.fromkeys(needles, 0)
    with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
            span, rights = line.split()[:2]
            first, end = (int(address, 16) for address in span.split("-"))
            if not rights.startswith("rw"):
                continue
            memory.seek(first)
            data = memory.read(end - first)
            for name, needle in needles.items():
                found[name] += data.count(needle)
    return found


def test_a_forgotten_key_is_nowhere_in_the_process(tmp_path: Path) -> None:
    path = tmp_path / "night.key"
    made = FileEventKeys.create(path, "night", with_secret())
    assert made._key is not None
    needles = {
        "event key": bytes(made._key.view()),
        "sealing": bytes(derive.derived(made._key, "night", derive.SEALING)),
        "tokens": bytes(derive.derived(made._key, "night", derive.TOKENS)),
    }
    station = subprocess.Popen(
        [sys.executable, "-c", _STATION, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert station.stdin is not None
    assert station.stdout is not None
    with station:
        station.stdin.write(SECRET + "\n")
        station.stdin.flush()
        assert station.stdout.readline() == "unlocked\n"
        try:
            while_unlocked = hits(station.pid, needles)
        except PermissionError:
            station.kill()
            pytest.skip("this system lets nobody look into another process (ptrace scope)")
        station.stdin.write("\n")
        station.stdin.flush()
        assert station.stdout.readline() == "forgotten\n"
        afterwards = hits(station.pid, needles)
        station.stdin.close()
    assert while_unlocked["event key"] == 1, "one place, on a page of its own"
    assert while_unlocked["sealing"] >= 1, "what is not found now could not be missed later"
    assert afterwards == dict.fromkeys(needles, 0)


def test_wrapping_keys_live_for_one_use() -> None:
    before = sensitive_count().living.get("key", 0)
    key, wrapping_key = LockedKey.taken_from(bytearray(b"k" * 32)), LockedKey.taken_from(bytearray(b"w" * 32))
    body = wrap(key, wrapping_key, b"head")
    assert wrapping_key.closed
    again = LockedKey.taken_from(bytearray(b"w" * 32))
    opened = unwrap(body, again, b"head")
    assert again.closed
    assert bytes(opened.view()) == b"k" * 32
    opened.close()
    key.close()
    assert sensitive_count().living.get("key", 0) == before


def test_a_wrong_wrapping_key_leaves_no_key_alive(tmp_path: Path) -> None:
    FileEventKeys.create(tmp_path / "night.key", "night", with_secret()).forget()
    before = sensitive_count()
    with pytest.raises(Exception, match="wrong_secret"):
        FileEventKeys.load(tmp_path / "night.key", "night", SecretWrapping(OpeningSecret.of("close the gates 2026")))
    assert sensitive_count().living.get("key", 0) == before.living.get("key", 0)
    assert sensitive_count().abandoned.get("key", 0) == before.abandoned.get("key", 0)


def test_a_key_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32"):
        LockedKey.taken_from(bytearray(31))
