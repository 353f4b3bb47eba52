"""A zip that is the same bytes each time it is made of the same files: stored as they are, by name, without a date."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100600 << 16


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """``files``: name -> contents."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _FIRST_DATE)
            entry.create_system, entry.external_attr = 3, _PLAIN_FILE
            archive.writestr(entry, files[name])
    return data.getvalue()
