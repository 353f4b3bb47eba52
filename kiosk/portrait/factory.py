"""Makes the decoder a station's settings name. Runs in each visit's process, so it loads only what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kiosk.portrait.port import PortraitDecoder

TIME_LIMIT_S = 2.0
TIME_LIMIT_MAX_S = 5.0


def make_decoder(settings: Mapping[str, Any]) -> PortraitDecoder:
    """``kind`` is none, reader, library, program or rehearsal; the other keys are those of the station's portrait
    settings (path, symbol, signature, code, arguments, time_limit_s), and ``rehearsal`` says that nothing is real.
    ``pictures``: the station also reads documents whose portrait is an ordinary JPEG or JPEG 2000.

    Raises ValueError for settings nothing can be made of, and for the rehearsal decoder outside a rehearsal.
    """
    kind = str(settings.get("kind", "none"))
    maker = _MAKERS.get(kind)
    if maker is None:
        raise ValueError(f"there is no portrait decoder of kind {kind}")
    decoder = maker(settings)
    if settings.get("pictures") is not True:
        return decoder
    from kiosk.portrait.by_format import DecoderByFormat

    return DecoderByFormat(decoder)


def _none(settings: Mapping[str, Any]) -> PortraitDecoder:
    from kiosk.portrait.none import NoDecoder

    return NoDecoder()


def _reader(settings: Mapping[str, Any]) -> PortraitDecoder:
    from kiosk.portrait.reader import PictureDecoder

    return PictureDecoder()


def _library(settings: Mapping[str, Any]) -> PortraitDecoder:
    from kiosk.portrait.library import LibraryDecoder, Signature

    code = settings.get("code")
    return LibraryDecoder(
        _path(settings),
        str(settings.get("symbol") or ""),
        Signature(str(settings.get("signature") or "")),
        None if code is None else int(code),
        _time_limit_s(settings),
    )


def _program(settings: Mapping[str, Any]) -> PortraitDecoder:
    from kiosk.portrait.program import ProgramDecoder

    arguments = [str(argument) for argument in settings.get("arguments") or ()]
    return ProgramDecoder(_path(settings), arguments, _time_limit_s(settings))


def _rehearsal(settings: Mapping[str, Any]) -> PortraitDecoder:
    from kiosk.portrait.rehearsal import RehearsalDecoder

    return RehearsalDecoder(rehearsal=settings.get("rehearsal") is True)


_MAKERS: dict[str, Callable[[Mapping[str, Any]], PortraitDecoder]] = {
    "none": _none,
    "reader": _reader,
    "library": _library,
    "program": _program,
    "rehearsal": _rehearsal,
}


def _path(settings: Mapping[str, Any]) -> Path:
    path = settings.get("path")
    if not path:
        raise ValueError("this portrait decoder needs a path")
    return Path(str(path))


def _time_limit_s(settings: Mapping[str, Any]) -> float:
    limit_s = float(settings.get("time_limit_s", TIME_LIMIT_S))
    if not 0 < limit_s <= TIME_LIMIT_MAX_S:
        raise ValueError(f"the time limit must be at most {TIME_LIMIT_MAX_S} s")
    return limit_s
