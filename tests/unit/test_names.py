"""Names: what is tolerated, what is a difference, and what nobody can tell. All people are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.names import NameAgreement, compare_names, utf16_units
from kiosk.domain.rare_characters import ALIASES

AGREES, DIFFERS, CANNOT_TELL = NameAgreement.AGREES, NameAgreement.DIFFERS, NameAgreement.CANNOT_TELL

LONG = "阿卜杜热西提·买买提明·图尔荪江"  # longer than a card's name field

CASES = [
    ("测试甲", "测试甲", AGREES),
    ("测试甲", "测试乙", DIFFERS),
    ("测试甲", "测试", DIFFERS),
    ("测试", "测试甲", DIFFERS),
    ("测 试", "测试", AGREES),
    ("测　试", "测试", AGREES),
    ("古丽·样例", "古丽•样例", AGREES),
    ("古丽·样例", "古丽.样例", AGREES),
    ("古丽·样例", "古丽．样例", AGREES),
    ("古丽·样例", "古丽样例", AGREES),
    ("古丽‧样例", "古丽・样例", AGREES),
    (LONG[:15], LONG, AGREES),
    (LONG, LONG[:15], AGREES),
    (LONG[:14], LONG, DIFFERS),  # nothing cuts there
    (LONG[:14] + "甲", LONG, DIFFERS),
    ("测\ue863", "测䶮", AGREES),  # the same character, as an older card and as a newer system write it
    ("测\ue816", "测\U00020087", AGREES),
    ("测\ue000", "测䶮", CANNOT_TELL),  # a private-use character nobody listed
    ("测?", "测䶮", CANNOT_TELL),  # what a ticket shop made of it
    ("测□", "样䶮", DIFFERS),
    ("测\ufe00试", "测试", AGREES),  # variation selector
    ("测试甲", "CESHI JIA", CANNOT_TELL),
    ("JIA CESHI", "测试甲", CANNOT_TELL),
    ("ＳＡＭＰＬＥ　ＡＮＮＡ", "Anna Sample", AGREES),
    ("SAMPLE, ANNA", "anna sample", AGREES),
    ("SAMPLE<<ANNA<MARIA", "Anna Maria Sample", AGREES),
    ("SAMPLE ANNA MARIA", "Annamaria Sample", AGREES),
    ("SAMPLE-MUSTER ANNA", "Anna Sample Muster", AGREES),
    ("SAMPLE ANNA MARIA", "Anna Sample", CANNOT_TELL),  # a part left out
    ("SAMPLE ANNA", "Bert Sample", DIFFERS),
    ("SAMPLE", "Anna Sample", DIFFERS),
    ("MUELLER JOERG", "Jörg Müller", AGREES),
    ("MULLER JORG", "Jörg Müller", AGREES),
    ("SOERENSEN KAARE", "Kåre Sørensen", AGREES),
    ("SORENSEN KARE", "Kåre Sørensen", AGREES),
    ("STRASSE ANA", "Ana Straße", AGREES),
    ("NUNEZ ANA", "Ana Núñez", AGREES),
    ("O'SAMPLE ANN", "Ann O’Sample", AGREES),
    ("OSAMPLE ANN", "Ann O'Sample", AGREES),
    ("", "测试甲", CANNOT_TELL),
    ("  ", "", CANNOT_TELL),
]


@pytest.mark.parametrize(("on_document", "on_ticket", "expected"), CASES)
def test_two_spellings(on_document: str, on_ticket: str, expected: NameAgreement) -> None:
    assert compare_names(on_document, on_ticket) is expected


def test_the_cut_counts_utf16_units_and_survives_half_a_character() -> None:
    full = "测" * 14 + "\U00020087" + "试"
    assert utf16_units("\U00020087") == 2
    as_on_card = "测" * 14 + "\ufffd"  # the pair's first half is all that fitted
    assert compare_names(as_on_card, full) is AGREES


def test_every_alias_leads_to_a_real_character() -> None:
    assert len(ALIASES) == 80
    assert all(0xE815 <= private <= 0xE864 for private in ALIASES)
    assert not any(0xE000 <= value <= 0xF8FF for value in ALIASES.values())


han_names = st.text(st.sampled_from("测试甲乙丙丁样例虚构古丽䶮\ue863\U00020087"), min_size=1, max_size=12)
latin_parts = st.lists(st.text(st.sampled_from("abcdeüñøxyz"), min_size=1, max_size=8), min_size=1, max_size=5)
anything = st.text(max_size=70)


@given(anything)
def test_a_name_never_differs_from_itself(name: str) -> None:
    assert compare_names(name, name) is not DIFFERS


@given(han_names, st.sampled_from(["·", "•", "‧", "・", ".", " ", "\u3000"]), st.integers(0, 12))
def test_breaks_do_not_matter_in_chinese_names(name: str, mark: str, place: int) -> None:
    assert compare_names(name[:place] + mark + name[place:], name) is AGREES


@given(latin_parts, st.randoms(use_true_random=False))
def test_neither_order_nor_case_matters_in_letters(parts: list[str], chance: object) -> None:
    turned = sorted(parts, key=lambda _: chance.random())  # type: ignore[attr-defined]  # hypothesis' Random
    assert compare_names(" ".join(parts).upper(), " ".join(turned)) is AGREES


@given(anything, anything)
def test_comparing_is_symmetric_and_always_answers(left: str, right: str) -> None:
    assert compare_names(left, right) is compare_names(right, left)


@given(st.text(st.sampled_from("测试甲乙丙丁"), min_size=16, max_size=30))
def test_a_card_cut_at_fifteen_units_agrees(name: str) -> None:
    assert compare_names(name[:15], name) is AGREES
