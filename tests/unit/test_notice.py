"""One notice, one hash: every text of it counts, and texts that push towards a lane are refused by their words."""

from __future__ import annotations

import tomllib

import pytest
from pydantic import ValidationError

from kiosk.config.assets import asset
from kiosk.config.event import NOTICE_FIELDS, EventConfig
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import parse_event
from kiosk.config.notice import full_text, notice_hash, notice_of, words_in
from kiosk.config.texts import Language, pressure
from kiosk.documents.poster import Size, full_form, poster_of
from kiosk.documents.software import means_rows
from kiosk.scene import event_scene
from kiosk.text import Texts
from tests.helpers.config import shipped

EVENT = parse_event(shipped("rehearsal"), "rehearsal.toml")
LISTS = tomllib.loads(asset("wording", "pressure.toml").read_text("utf-8"))


def with_notice(**changes: object) -> EventConfig:
    notice = EVENT.notice.model_copy(update=changes)
    return EVENT.model_copy(update={"notice": notice})


@pytest.mark.requirement("R-07")
@pytest.mark.parametrize("field", ["short", *NOTICE_FIELDS])
@pytest.mark.parametrize("language", Language)
def test_another_word_anywhere_is_another_notice(field: str, language: Language) -> None:
    text = dict(getattr(EVENT.notice, field))
    changed = with_notice(**{field: {**text, language: f"{text[language]}."}})
    assert notice_hash(changed) != notice_hash(EVENT)


def test_the_same_event_says_the_same_whatever_else_is_set() -> None:
    assert notice_hash(EVENT) == notice_hash(EVENT.model_copy(update={"hold": EVENT.hold, "minimum_age_years": 14}))
    assert notice_hash(with_notice(address="https://example.org/n")) != notice_hash(EVENT)


@pytest.mark.parametrize("language", Language)
def test_the_full_form_holds_the_short_one_and_all_eight_fields(language: Language) -> None:
    text, words = full_form(EVENT, language), words_in(EVENT, language)
    assert all(words[field] in text for field in ("name", "short", *NOTICE_FIELDS))
    assert full_text(EVENT, language, dict.fromkeys(NOTICE_FIELDS, "#")).count("#") == 8


@pytest.mark.requirement("R-08")
@pytest.mark.parametrize(
    ("language", "where", "word"),
    [(language, where, word) for language in LISTS for where in LISTS[language] for word in LISTS[language][where]],
)
def test_every_listed_word_is_found_where_it_counts(language: str, where: str, word: str) -> None:
    text = f"xx {word} xx" if language == "en" else f"请{word}吧"
    assert word.lower() in str(pressure(Language(language), text.upper() if language == "en" else text)).lower()
    assert (pressure(Language(language), text, offer=False) is None) == (where == "offer")


@pytest.mark.requirement("R-08")
def test_a_law_may_be_named_beside_the_choice_but_no_lane_praised_anywhere() -> None:
    said = "By law we must check identities."
    law = shipped("rehearsal", **{"Tickets are issued to named persons, so the holder is checked at entry.": said})
    assert parse_event(law, "x").notice.necessity[Language.ENGLISH] == said
    for old, field in (("Nothing else.", "purpose"), ("No fingerprints, no network.", "method")):
        with pytest.raises(ConfigFaults) as refused:
            parse_event(shipped("rehearsal", **{old: "The face lane is FASTER."}), "x")
        (fault,) = refused.value.faults
        assert (fault.key, "“FASTER”" in str(fault)) == (f"notice.{field}.en", True)


@pytest.mark.parametrize("address", ["http://example.org/x", "https://", "javascript:x", "https://a b.example"])
def test_only_a_safe_address_of_the_web_is_taken(address: str) -> None:
    with pytest.raises(ValidationError):
        type(EVENT.notice).model_validate({**EVENT.notice.model_dump(), "address": address})


def test_a_posters_code_opens_the_address_or_holds_the_notice_or_says_whom_to_ask() -> None:
    codes = [column.code for column in poster_of(EVENT, Size.A4).columns]
    assert codes == [full_form(EVENT, language) for language in EVENT.languages]
    web = poster_of(with_notice(address="https://example.org/n"), Size.A4)
    assert {column.code for column in web.columns} == {"https://example.org/n"}
    long = {**EVENT.notice.necessity, Language.CHINESE: "必要" * 900}
    asked = poster_of(with_notice(necessity=long), Size.A4).columns[0].code
    assert asked.startswith(EVENT.notice.contact[Language.CHINESE])
    assert asked.endswith(notice_hash(with_notice(necessity=long)))


@pytest.mark.requirement("R-75")
def test_the_permit_is_part_of_the_notice_and_of_every_poster() -> None:
    place = EVENT.place.model_copy(update={"public_safety_reference": "permit 7"})
    event = EVENT.model_copy(update={"place": place})
    assert notice_of(event)["public_safety_reference"] == "permit 7"
    assert notice_hash(event) != notice_hash(EVENT)
    assert all("permit 7" in dict(column.fields).values() for column in poster_of(event, Size.A3).columns)


@pytest.mark.requirement("R-07", "R-34")
@pytest.mark.parametrize("language", list(EVENT.languages))
def test_where_officers_see_portraits_notice_poster_and_papers_say_so(language: Language) -> None:
    seen = EVENT.model_copy(update={"desk": EVENT.desk.model_copy(update={"chip_portrait": True})})
    texts = Texts(language.value)
    sentence = texts("notice.portrait")
    assert notice_hash(seen) != notice_hash(EVENT)
    assert "officers_see_portrait" not in notice_of(EVENT)
    assert (sentence in full_form(seen, language), sentence in full_form(EVENT, language)) == (True, False)
    posters = [{c.language: dict(c.fields) for c in poster_of(event, Size.A3).columns} for event in (seen, EVENT)]
    assert [sentence in fields[language.value].values() for fields in posters] == [True, False]
    screens = [event_scene(event, "A").words[language.value].full_notice for event in (seen, EVENT)]
    assert [sentence in [part.text for part in parts] for parts in screens] == [True, False]
    rows = [dict(means_rows(event, texts)) for event in (seen, EVENT)]
    assert [texts("software.chip_portrait") in row for row in rows] == [True, False]
