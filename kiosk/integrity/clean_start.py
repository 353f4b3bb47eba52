"""What a station inherits from whoever starts it: nothing that could bring code along (R-91).

Names that count are listed, all others are dropped: ``PYTHONPATH``, ``PYTHONSTARTUP``, ``LD_PRELOAD``,
``QT_PLUGIN_PATH`` and whatever else a library of others asks its environment for. ``-s`` leaves the user's own packages
out and ``-P`` the folder of the script (Python 3.11, "Command line and environment"); ``-I`` would do both and also
overlook how memory is overwritten.

What was there before the first line of ours ran has run: only who starts the station can keep that from happening.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from kiosk.integrity.check import Difference, IntegrityReport, State

BEGAN_WITH: Mapping[str, str] = MappingProxyType(dict(os.environ))
"""The environment of the start; OpenCV and PySide write into it as soon as they are loaded."""

OPTIONS = ("-s", "-P")
PART = "start"

_NAMES = frozenset(
    {
        # of every process
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "SHELL",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TERM",
        "HOSTNAME",
        "PWD",
        "OLDPWD",
        "SHLVL",
        # the screen, and how Chinese is typed
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "XAUTHORITY",
        "XDG_RUNTIME_DIR",
        "XDG_SESSION_TYPE",
        "XDG_SEAT",
        "XDG_VTNR",
        "DBUS_SESSION_BUS_ADDRESS",
        "QT_QPA_PLATFORM",
        "QT_SCALE_FACTOR",
        "QT_IM_MODULE",
        "GTK_IM_MODULE",
        "XMODIFIERS",
        # systemd
        "CREDENTIALS_DIRECTORY",
        "NOTIFY_SOCKET",
        "INVOCATION_ID",
        "JOURNAL_STREAM",
        "STATE_DIRECTORY",
        "RUNTIME_DIRECTORY",
        # overwriting what is freed
        "PYTHONMALLOC",
        "GLIBC_TUNABLES",
    }
)
_BEGINNINGS = ("LC_", "VENUE_KIOSK_")
_VALUES = {"QT_QPA_PLATFORM": re.compile(r"[a-z0-9-]+(?::(?:size|fb|tty|rotation|mmsize|offset)=[A-Za-z0-9/x+]+)*")}
"""A platform is named; its other words could name a folder of plug-ins."""


def cleaned(environment: Mapping[str, str]) -> dict[str, str]:
    """What of ``environment`` a station keeps."""
    return {name: value for name, value in environment.items() if _is_kept(name, value)}


def stains(environment: Mapping[str, str] = BEGAN_WITH, flags: object = sys.flags) -> list[str]:
    """Names of what this process was started with and should not have been, options of Python left out among them."""
    found = sorted(environment.keys() - cleaned(environment).keys())
    if not getattr(flags, "no_user_site", 0):
        found.append(OPTIONS[0])
    if not getattr(flags, "safe_path", False):
        found.append(OPTIONS[1])
    return found


def with_start(report: IntegrityReport, found: list[str]) -> IntegrityReport:
    """``report``, and that the station was not started clean: then its seal is as good as broken."""
    if not found:
        return report
    differences = [Difference(PART, name.lstrip("-"), "not_clean") for name in found]
    return replace(report, state=State.BROKEN, differences=[*differences, *report.differences])


def _is_kept(name: str, value: str) -> bool:
    if name not in _NAMES and not name.startswith(_BEGINNINGS):
        return False
    form = _VALUES.get(name)
    return form is None or form.fullmatch(value) is not None
