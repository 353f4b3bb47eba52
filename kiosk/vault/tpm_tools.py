"""The machine's TPM 2.0 by the commands of tpm2-tools, five of them.

The primary key is derived anew from the owner hierarchy's seed each time, so nothing stays in the TPM. Keys cross by
standard input and output alone; what the commands want as files (public areas, saved contexts, all sealed by the TPM)
are memory files without a name (memfd_create(2)). The owner hierarchy has no password, as systems are installed, and
the kernel's resource manager clears the TPM's working memory after each command.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kiosk.vault.errors import TpmUnavailable
from kiosk.vault.locked_memory import KEY_BYTES, LockedKey

TIMEOUT_S = 30.0
_ATTRIBUTES = "fixedtpm|fixedparent|userwithauth|noda"
_MOST_BYTES = 1024


class TpmTools:
    """Tpm. ``commands``: the folder of the commands where it is not on the path; ``tcti``: which TPM, else the system's
    (``TPM2TOOLS_TCTI`` or the resource manager ``/dev/tpmrm0``).
    """

    def __init__(self, commands: str = "", tcti: str = "") -> None:
        self._commands, self._tcti = commands, tcti

    def seal(self, key: LockedKey) -> tuple[bytes, bytes]:
        with _memory_files(3) as (primary, public, private):
            self._create_primary(primary)
            self._run(
                ("create", "-C", _path(primary), "-g", "sha256", "-a", _ATTRIBUTES, "-i", "-"),
                ("-u", _path(public), "-r", _path(private)),
                given=key.view(),
                files=(primary, public, private),
            )
            return _content(public), _content(private)

    def unseal(self, public: bytes, private: bytes) -> LockedKey:
        with _memory_files(4) as (primary, public_file, private_file, sealed):
            os.write(public_file, public)
            os.write(private_file, private)
            files = (primary, public_file, private_file, sealed)
            self._create_primary(primary)
            areas = ("-u", _path(public_file), "-r", _path(private_file))
            self._run(("load", "-C", _path(primary), *areas, "-c", _path(sealed)), files=files)
            told = bytearray(self._run(("unseal", "-c", _path(sealed)), files=files))
        if len(told) != KEY_BYTES:
            raise TpmUnavailable("refused")
        return LockedKey.taken_from(told)

    def _create_primary(self, primary: int) -> None:
        self._run(("createprimary", "-C", "o", "-g", "sha256", "-G", "ecc", "-c", _path(primary)), files=(primary,))

    def _run(
        self,
        command: Sequence[str],
        more: Sequence[str] = (),
        *,
        given: memoryview | None = None,
        files: Sequence[int] = (),
    ) -> bytes:
        """Standard output of one command. What it says on standard error is kept out of everything."""
        name, *arguments = (*command, *more)
        chosen = ("-T", self._tcti) if self._tcti else ()
        try:
            done = subprocess.run(
                [os.path.join(self._commands, f"tpm2_{name}"), *arguments, *chosen],  # noqa: PTH118 - "" stays a bare name
                input=given if given is not None else b"",
                capture_output=True,
                check=True,
                timeout=TIMEOUT_S,
                pass_fds=files,
            )
        except FileNotFoundError:
            raise TpmUnavailable("no_tools") from None
        except subprocess.TimeoutExpired:
            raise TpmUnavailable("timeout") from None
        except subprocess.CalledProcessError as failed:
            raise TpmUnavailable("no_tpm" if b"tcti" in failed.stderr.lower() else "refused") from None
        return done.stdout


@contextmanager
def _memory_files(count: int) -> Iterator[list[int]]:
    files: list[int] = []
    try:
        files.extend(os.memfd_create("tpm", os.MFD_CLOEXEC) for _ in range(count))
        yield files
    finally:
        for file in files:
            os.close(file)


def _path(file: int) -> str:
    return f"/proc/self/fd/{file}"


def _content(file: int) -> bytes:
    return os.pread(file, _MOST_BYTES, 0)
