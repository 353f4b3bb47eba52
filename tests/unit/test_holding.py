"""What may be held, how it is sealed, who can open it, and when it is gone (R-47)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.sensitive_memory import sensitive_count
from kiosk.closing.bound import read_bound
from kiosk.config.event import EventConfig, Hold
from kiosk.config.places import EventPlace
from kiosk.config.rehearsal_event import rehearsal_event
from kiosk.config.texts import Language
from kiosk.holding import numbers, permission
from kiosk.holding.captures import LIVE_MAX_PX, Captures, Figures, NoCaptures, decode, encode
from kiosk.holding.codes import LETTERS, code_of, new_code
from kiosk.holding.items import HoldRefused, drop_all, drop_expired, drop_pending
from kiosk.holding.permission import HoldNotAllowed, allow, forbid, is_allowed, private_of, terms_of
from kiosk.holding.sealing import SEALED_MAX_BYTES, check_sealed, new_pair, open_with, seal_to
from kiosk.holding.store import HeldStore
from kiosk.rehearsal.venue import today
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.port import KeysDestroyed, SealBroken
from tests.helpers.event_place import make_event

NOW_S = 1_780_000_000.0
GROUND = {Language.CHINESE: "依据", Language.ENGLISH: "Consent, for complaints about this check."}
CANARY = b"\x9dCANARY\x9d" * 40
sides = st.integers(1, 24)
texts = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40)
figures = st.builds(Figures, st.none() | st.floats(-1, 1), st.floats(-1, 1), texts, texts)


def picture(rows: int, columns: int, value: int = 7) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((rows, columns, 3), value, dtype=np.uint8)


def captures() -> Captures:
    live = np.frombuffer((CANARY * 2)[: 10 * 8 * 3], dtype=np.uint8).reshape(10, 8, 3)
    return Captures(live, Figures(0.21, 0.39, "picture", "engine/1"))


def event(*, allowed: bool = True, max_h: float = 2.0) -> EventConfig:
    return rehearsal_event(today()).model_copy(update={"hold": Hold(allowed=allowed, ground=GROUND, max_h=max_h)})


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    place = EventPlace(tmp_path / "data", tmp_path / "keys", "rehearsal")
    place.make_folders()
    return place


@pytest.fixture
def keys(place: EventPlace) -> FileEventKeys:
    return FileEventKeys.create(place.key_file, place.event_id)


@pytest.fixture
def store(place: EventPlace, keys: FileEventKeys) -> HeldStore:
    allow(place, event(), keys)
    return HeldStore(place, keys)


def sealed_for(place: EventPlace, keys: FileEventKeys) -> bytes:
    return seal_to(terms_of(place, keys).public, encode(captures()))


def kept(store: HeldStore, place: EventPlace, keys: FileEventKeys) -> str:
    """The code of an item whose person was shown it."""
    code = store.keep(sealed_for(place, keys), NOW_S)
    store.confirm(code)
    return code


# --- sealing --------------------------------------------------------------------------------------


@given(st.binary(min_size=1, max_size=400))
def test_what_was_sealed_is_what_is_opened(plain: bytes) -> None:
    public, private = new_pair()
    with open_with(private, seal_to(public, plain)) as opened:
        assert bytes(opened.view()) == plain


@given(st.binary(min_size=1, max_size=60), st.data())
def test_one_changed_byte_opens_nothing(plain: bytes, data: st.DataObject) -> None:
    public, private = new_pair()
    sealed = bytearray(seal_to(public, plain))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBroken):
        open_with(private, bytes(sealed))


def test_another_private_key_opens_nothing_and_leaves_nothing() -> None:
    public, _ = new_pair()
    before = sensitive_count().living
    with pytest.raises(SealBroken):
        open_with(new_pair()[1], seal_to(public, CANARY))
    assert sensitive_count().living == before


def test_two_seals_of_the_same_share_nothing_but_the_magic() -> None:
    public, _ = new_pair()
    one, other = seal_to(public, CANARY), seal_to(public, CANARY)
    assert CANARY[:8] not in one
    assert sum(a == b for a, b in zip(one[7:], other[7:], strict=True)) < len(one) / 20


@given(st.binary(max_size=80))
def test_what_is_not_sealed_is_not_taken_for_it(untrusted: bytes) -> None:
    with pytest.raises(SealBroken):
        check_sealed(untrusted)


def test_the_size_is_bounded() -> None:
    with pytest.raises(ValueError, match="long"):
        seal_to(new_pair()[0], bytes(SEALED_MAX_BYTES))


# --- captures -------------------------------------------------------------------------------------


@given(sides, sides, figures)
def test_captures_come_back_as_they_were(rows: int, columns: int, said: Figures) -> None:
    back = decode(encode(Captures(picture(rows, columns, 2), said)))
    assert (back.live.shape, back.figures, set(back.live.ravel())) == ((rows, columns, 3), said, {2})


@given(st.binary(max_size=200))
def test_garbage_is_no_captures(block: bytes) -> None:
    with pytest.raises(NoCaptures):
        decode(block)


def test_a_picture_that_is_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="large"):
        encode(Captures(picture(LIVE_MAX_PX + 1, 4), Figures(None, 0.4, "picture", "e")))


def test_captures_say_nothing_of_themselves() -> None:
    assert repr(captures()) == "Captures(...)"


# --- codes ----------------------------------------------------------------------------------------


@given(st.text(LETTERS, min_size=6, max_size=6), st.sampled_from(["", " ", "-", "  "]))
def test_a_code_is_understood_however_it_is_typed(code: str, between: str) -> None:
    assert code_of(f" {code[:3].lower()}{between}{code[3:]} ") == code


def test_what_cannot_be_a_code_is_none() -> None:
    assert [code_of(text) for text in ("", "K7M4P", "K7M4PXX", "K7M4P0", "K7M4PÄ")] == [None] * 5
    assert code_of(new_code()) is not None
    assert not set(LETTERS) & set("0OQ1IL2Z5S6G8BU")


# --- permission -----------------------------------------------------------------------------------


@pytest.mark.requirement("R-47")
def test_by_default_nothing_may_be_held_and_the_call_raises(place: EventPlace, keys: FileEventKeys) -> None:
    assert rehearsal_event(today()).model_copy(update={"hold": Hold()}).hold.allowed is False
    with pytest.raises(HoldNotAllowed):
        HeldStore(place, keys).keep(seal_to(new_pair()[0], CANARY), NOW_S)
    assert not place.holds_folder.exists()


def test_the_settings_alone_allow_nothing_and_nothing_is_allowed_without_them(
    place: EventPlace, keys: FileEventKeys
) -> None:
    with pytest.raises(HoldNotAllowed) as refused:
        allow(place, event(allowed=False), keys)
    assert refused.value.code == "not_in_settings"
    with pytest.raises(HoldNotAllowed):
        terms_of(place, keys)
    assert not is_allowed(place)


def test_what_was_agreed_to_is_kept_and_agreed_to_once(place: EventPlace, keys: FileEventKeys) -> None:
    made = allow(place, event(max_h=3.0), keys)
    assert terms_of(place, keys) == made
    assert (made.max_h, made.ground) == (3.0, {language.value: text for language, text in GROUND.items()})
    with pytest.raises(HoldNotAllowed) as refused:
        allow(place, event(max_h=24.0), keys)
    assert refused.value.code == "already_allowed"


def test_nobody_puts_a_key_of_their_own_in(place: EventPlace, keys: FileEventKeys) -> None:
    allow(place, event(), keys)
    other = EventPlace(place.data_dir, place.key_dir.with_name("other"), place.event_id)
    other.make_folders()
    theirs = FileEventKeys.create(other.key_file, place.event_id)
    permission_file = place.hold_file.read_bytes()
    place.hold_file.unlink()
    allow(place, event(), theirs)
    with pytest.raises(HoldNotAllowed) as refused:
        terms_of(place, keys)
    assert refused.value.code == "damaged"
    halves = json.loads(permission_file)
    halves["terms"], halves["private"] = halves["private"], halves["terms"]
    place.hold_file.write_text(json.dumps(halves))
    with pytest.raises(HoldNotAllowed):
        terms_of(place, keys)


@given(st.binary(max_size=200))
def test_a_damaged_permission_allows_nothing(untrusted: bytes) -> None:
    class Folder:
        def open(self, mode: str) -> object:
            import io

            return io.BytesIO(untrusted)

    class Place:
        hold_file = Folder()

    with pytest.raises(HoldNotAllowed):
        permission._opened(Place(), None, "terms", "x")  # type: ignore[arg-type]


def test_what_is_damaged_is_allowed_anew(place: EventPlace, keys: FileEventKeys) -> None:
    before = allow(place, event(), keys)
    place.hold_file.write_text("{")
    assert allow(place, event(), keys).public != before.public
    assert terms_of(place, keys).max_h == before.max_h


def test_what_was_allowed_is_taken_back_without_a_key(place: EventPlace, keys: FileEventKeys, store: HeldStore) -> None:
    sealed = sealed_for(place, keys)
    for _ in range(2):
        store.confirm(store.keep(sealed, NOW_S))
    keys.forget()
    forbid(place)
    assert drop_all(place) == 2
    assert (is_allowed(place), numbers.items(place)) == (False, [])
    with pytest.raises(HoldNotAllowed):
        store.keep(sealed, NOW_S)


def test_a_permission_that_was_taken_back_does_not_count_when_it_is_put_back(tmp_path: Path) -> None:
    place = make_event(tmp_path, people=1)
    keys = FileEventKeys.load(place.key_file, place.event_id)
    allow(place, event(), keys)
    store = HeldStore(place, keys)
    code = kept(store, place, keys)
    (item,) = numbers.items(place)
    copies = {path: path.read_bytes() for path in (item, place.hold_file)}

    def put_back() -> None:
        for path, data in copies.items():
            path.write_bytes(data)
        with pytest.raises(HoldNotAllowed):
            terms_of(place, keys)
        with pytest.raises(HoldNotAllowed), store.look(code, NOW_S):
            pass

    with store.look(code, NOW_S):
        pass
    forbid(place)
    drop_all(place)
    put_back()
    again = allow(place, event(), keys)
    assert terms_of(place, keys) == again
    put_back()


def test_the_private_half_dies_with_the_key(place: EventPlace, keys: FileEventKeys, store: HeldStore) -> None:
    code = kept(store, place, keys)
    keys.destroy()
    with pytest.raises(KeysDestroyed):
        private_of(place, keys)
    with pytest.raises(KeysDestroyed), store.look(code, NOW_S):
        pass


# --- items ----------------------------------------------------------------------------------------


def test_an_item_is_found_by_its_code_alone_and_overwritten_after_the_look(
    place: EventPlace, keys: FileEventKeys, store: HeldStore
) -> None:
    before = sensitive_count().living
    code = kept(store, place, keys)
    with store.look(code, NOW_S) as found:
        assert np.array_equal(found.live, captures().live)
        assert found.figures == captures().figures
        shown = found.live
    assert not shown.any()
    assert sensitive_count().living == before
    with pytest.raises(HoldRefused) as refused, store.look(new_code(), NOW_S):
        pass
    assert refused.value.code == "unknown"


def test_the_disk_holds_no_picture_no_code_and_no_place_for_a_name(
    place: EventPlace, keys: FileEventKeys, store: HeldStore
) -> None:
    code = kept(store, place, keys)
    (item,) = numbers.items(place)
    assert code not in item.name
    for path in place.folder.rglob("*"):
        if path.is_file():
            assert CANARY[:8] not in path.read_bytes()
            assert code.encode() not in path.read_bytes()
    assert item.stat().st_mode & 0o077 == 0


@pytest.mark.requirement("R-47")
def test_without_the_events_key_an_item_is_unreadable(place: EventPlace, keys: FileEventKeys, store: HeldStore) -> None:
    code = kept(store, place, keys)
    other_place = EventPlace(place.data_dir, place.key_dir.with_name("other"), place.event_id)
    other_place.make_folders()
    other = FileEventKeys.create(other_place.key_file, place.event_id)
    (item,) = numbers.items(place)
    with pytest.raises(SealBroken):
        other.open(item.read_bytes()[15:], f"hold/item/{item.name}/0")
    with pytest.raises(HoldRefused), HeldStore(place, other).look(code, NOW_S):
        pass


def test_an_item_given_more_time_from_outside_is_not_shown(
    place: EventPlace, keys: FileEventKeys, store: HeldStore
) -> None:
    code = kept(store, place, keys)
    (item,) = numbers.items(place)
    data = bytearray(item.read_bytes())
    data[7:15] = (2**40).to_bytes(8, "big")
    item.write_bytes(data)
    with pytest.raises(HoldRefused) as refused, store.look(code, NOW_S):
        pass
    assert refused.value.code == "damaged"


@pytest.mark.requirement("R-47")
def test_at_its_time_it_is_gone_and_never_later_than_agreed(
    place: EventPlace, keys: FileEventKeys, store: HeldStore
) -> None:
    code = kept(store, place, keys)
    over_s = NOW_S + 2 * 3600
    assert drop_expired(place, NOW_S + 3600) == 0
    with pytest.raises(HoldRefused), store.look(code, over_s):
        pass
    assert drop_expired(place, over_s) == 1
    assert numbers.items(place) == []
    assert drop_expired(place, over_s) == 0


DAY_S = 24 * 3600


def given_more_time(item: Path) -> None:
    data = bytearray(item.read_bytes())
    data[7:15] = (2**62).to_bytes(8, "big")
    item.write_bytes(data)


def test_an_item_given_more_time_from_outside_goes_a_day_after_its_file_was_written(
    place: EventPlace, keys: FileEventKeys, store: HeldStore
) -> None:
    kept(store, place, keys)
    (item,) = numbers.items(place)
    given_more_time(item)
    os.utime(item, (NOW_S, NOW_S))
    assert drop_expired(place, NOW_S + DAY_S - 1) == 0
    assert drop_expired(place, NOW_S + DAY_S) == 1


def test_no_time_written_in_or_on_an_item_counts_past_the_bound_end(tmp_path: Path) -> None:
    place = make_event(tmp_path, people=1)
    keys = FileEventKeys.load(place.key_file, place.event_id)
    allow(place, event(), keys)
    kept(HeldStore(place, keys), place, keys)
    (item,) = numbers.items(place)
    given_more_time(item)
    os.utime(item, (4e9, 4e9))
    bound = read_bound(place)
    assert bound is not None
    assert drop_expired(place, bound.at_s - 1) == 0
    assert drop_expired(place, bound.at_s) == 1


def test_whatever_else_lies_in_the_folder_is_swept(
    place: EventPlace, keys: FileEventKeys, store: HeldStore, tmp_path: Path
) -> None:
    for _ in range(3):
        kept(store, place, keys)
    renamed, moved, stays = numbers.items(place)
    renamed.rename(renamed.with_name("photo.bin"))
    (place.holds_folder / "folder").mkdir()
    moved.rename(place.holds_folder / "folder" / moved.name)
    target = tmp_path / "not-ours"
    target.write_text("stays")
    (place.holds_folder / "link").symlink_to(target)
    os.mkfifo(place.holds_folder / "pipe")
    (place.holds_folder / "cannot-go.held").mkdir()
    with pytest.raises(HoldRefused, match="not_removed"):
        drop_expired(place, NOW_S)
    (place.holds_folder / "cannot-go.held").rmdir()
    assert numbers.strays(place) == []
    assert numbers.items(place) == [stays]
    assert target.read_text() == "stays"


def test_dropping_overwrites(
    place: EventPlace, keys: FileEventKeys, store: HeldStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = kept(store, place, keys)
    (item,) = numbers.items(place)
    second_name = place.folder / "seen"
    os.link(item, second_name)
    before = item.read_bytes()
    store.drop(code)
    assert second_name.stat().st_size == len(before)
    assert second_name.read_bytes() != before
    with pytest.raises(HoldRefused) as refused:
        store.drop(code)
    assert refused.value.code == "unknown"


def test_what_a_power_cut_left_half_written_is_swept_away(place: EventPlace, store: HeldStore) -> None:
    place.holds_folder.mkdir()
    for half in (b"", b"VKHE", b"VKHELD\x01", b"VKHELD\x01" + bytes(4)):
        (place.holds_folder / f"{len(half)}.held").write_bytes(half)
    assert drop_expired(place, NOW_S) == 4


def test_garbage_is_not_kept_and_neither_is_one_too_many(
    place: EventPlace, keys: FileEventKeys, store: HeldStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(HoldRefused) as refused:
        store.keep(b"a picture in clear", NOW_S)
    assert refused.value.code == "malformed"
    monkeypatch.setattr("kiosk.holding.store.MOST_ITEMS", 1)
    kept(store, place, keys)
    with pytest.raises(HoldRefused) as refused:
        kept(store, place, keys)
    assert refused.value.code == "full"


def test_a_code_is_never_given_twice(place: EventPlace, keys: FileEventKeys) -> None:
    allow(place, event(), keys)
    drawn = iter(["AAAAAA", "AAAAAA", "CCCCCC"])
    store = HeldStore(place, keys, lambda: next(drawn))
    assert [kept(store, place, keys) for _ in range(2)] == ["AAAAAA", "CCCCCC"]


def test_what_nobody_was_shown_the_code_of_is_found_by_nobody_and_swept(
    place: EventPlace, keys: FileEventKeys, store: HeldStore
) -> None:
    """The gate dies between the disk and the screen."""
    code = store.keep(sealed_for(place, keys), NOW_S)
    (half,) = numbers.pending(place)
    with pytest.raises(HoldRefused), store.look(code, NOW_S):
        pass
    written_s = half.stat().st_mtime
    assert (drop_expired(place, NOW_S), drop_pending(place, written_s + 5.0)) == (0, 0)
    assert drop_pending(place, written_s + 61.0) == 1
    assert not half.exists()
    with pytest.raises(HoldRefused) as refused:
        store.confirm(code)
    assert refused.value.code == "unknown"


def test_what_is_pending_is_dropped_by_its_code_too(place: EventPlace, keys: FileEventKeys, store: HeldStore) -> None:
    store.drop(store.keep(sealed_for(place, keys), NOW_S))
    assert numbers.pending(place) == []


@pytest.mark.requirement("R-76")
def test_persons_stored_are_counted_now_at_most_and_in_all(
    place: EventPlace, keys: FileEventKeys, store: HeldStore
) -> None:
    assert numbers.numbers_of(place) is None
    codes = [kept(store, place, keys) for _ in range(3)]
    for code in codes[:2]:
        store.drop(code)
    kept(store, place, keys)
    assert numbers.numbers_of(place) == numbers.Numbers(stored=2, peak=3, total=4)
    (place.holds_folder / "counts.json").write_text("[]")
    assert numbers.numbers_of(place) == numbers.Numbers(2, 2, 2)
