"""One step of the wizard as a form: why it is asked, what stands there, and the file with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kiosk.closing.approval import MOST_LETTERS, NotApproved, reason_in_words
from kiosk.closing.changing import LooserThanPublished
from kiosk.config.faults import ConfigFaults
from kiosk.config.toml_text import Values
from kiosk.office.agree import AgreePages
from kiosk.office.refusals import TakesTwoPeople, sentence_of
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Field, FormPage, Mark, Options, PicturePage, Told
from kiosk.office.wizard_port import Looked, WizardPort
from kiosk.office.wizard_steps import OFFERED, STEPS, Kind, Setting, Step
from kiosk.office.wizard_values import NotThis, lines_of, shown, taken, with_defaults
from kiosk.text import Texts

REASON = "change_reason"
_SETTING_OF = {"gate_groups": "manual.officers", "hold": "hold.allowed"}
"""By which setting a loosened rule is asked here, where that is another key than the rule's."""
_ROWS = 200
"""A line that takes more letters than these is shown over several."""

Place = Callable[[Values], Values]
"""From the file's values to those a form is about, such as one entry of a list."""
Back = Callable[[Values, Values], Values]
"""The file's values with the form's in their place again."""


def _same(values: Values) -> Values:
    return values


def _whole(_: Values, changed: Values) -> Values:
    return changed


class StepPages(Subject):
    """``place`` and ``back``: where in the file the settings stand. ``title``: other words than the step's.
    ``seen``: what stood in the file, where that is not what is looked at.
    """

    def __init__(
        self,
        room: Room,
        port: WizardPort,
        step: Step,
        looked: Looked,
        settings: Sequence[Setting] = (),
        place: Place = _same,
        back: Back = _whole,
        title: str = "",
        seen: Values | None = None,
    ) -> None:
        self._room, self._port, self._step, self._looked = room, port, step, looked
        self._seen = looked.values if seen is None else seen
        self._settings, self._put_back = tuple(settings) or step.settings, back
        self._title = title or room.texts(f"office.wizard.step.{step.name}")
        here = self._here = with_defaults(self._settings, place(looked.values), self._defaults)
        self._chosen = {each.words: shown(each, here) for each in self._settings if each.kind in OFFERED}
        self._screens = False
        self._typed: Mapping[str, str] = {}
        self._agreeing = self._takes_two = False

    def open(self, told: Told | None = None) -> None:
        if self._agreeing and told is not None:
            self._room.leave(told)  # two people agreed, and it is saved
            return
        self._agreeing = False
        self._show(told)

    def chosen(self, name: str, value: str) -> None:
        setting = next((each for each in self._settings if each.words == name), None)
        if setting is None:
            return
        if setting.kind is Kind.MANY:
            have = set(filter(None, self._chosen[name].split(",")))
            value = ",".join(each for each in setting.values if each in have ^ {value})
        self._chosen[name] = value
        self._show(None)

    def acted(self, name: str, typed: Mapping[str, str]) -> None:
        if name == "screens":
            self._preview(typed)
        elif name == "agree":
            self._let_agree(typed)

    def submitted(self, values: Mapping[str, str]) -> None:
        wanted = self._wanted(values)
        if wanted is None:
            return
        changed, reason = wanted
        done = Told(Mark.GOOD, self._room.texts("office.wizard.saved"))
        self._room.work.do(
            lambda: self._port.change(self._seen, changed, reason),
            lambda _: self._room.leave(done),
            lambda error: self._refused(error, values),
        )

    def _let_agree(self, typed: Mapping[str, str]) -> None:
        wanted = self._wanted(typed)
        if wanted is None:
            return
        changed, reason = wanted
        try:
            reason = reason_in_words(reason)
        except NotApproved as missing:
            self._show(fault_told(missing, self._settings, self._room.texts))
            return
        self._agreeing, self._typed = True, dict(typed)
        self._room.enter(lambda room: AgreePages(room, self._port, self._seen, changed, reason))

    def _refused(self, error: Exception, typed: Mapping[str, str]) -> None:
        """A later end takes two people: a button leads to where they agree."""
        self._takes_two = isinstance(error, TakesTwoPeople)
        if self._takes_two:
            self._typed = dict(typed)
        self._show(fault_told(error, self._settings, self._room.texts))

    def _wanted(self, values: Mapping[str, str]) -> tuple[Values, str] | None:
        """The file as it is wanted, and why; what cannot be taken is said."""
        typed = {**values, **self._chosen}
        reason = typed.pop(REASON, "")
        try:
            return self._changed(typed), reason
        except NotThis as wrong:
            self._show(Told(Mark.BAD, _fault_words(wrong.setting, self._room.texts)))
            return None

    def back(self) -> bool:
        if not self._screens:
            return False
        self._screens = False
        self._show(None)
        return True

    def _changed(self, typed: Mapping[str, str]) -> Values:
        """Raises NotThis."""
        return self._put_back(self._looked.values, taken(self._settings, self._here, typed, self._languages))

    def _preview(self, typed: Mapping[str, str]) -> None:
        """With what stands in the lines now, before it is saved."""
        texts = self._room.texts
        try:
            event = self._port.event_of(self._changed({**typed, **self._chosen}))
        except NotThis as wrong:
            self._show(Told(Mark.BAD, _fault_words(wrong.setting, texts)))
            return
        except ConfigFaults as faults:
            self._show(fault_told(faults, self._settings, texts))
            return
        self._typed, self._screens = dict(typed), True
        lead = texts("office.wizard.screens_lead")
        self._room.show(PicturePage(texts("office.wizard.screens"), self._port.screens(event), lead))

    @property
    def _defaults(self) -> Values:
        """Of the event as a whole; an entry of a list has all its settings."""
        return {} if self._step.entries else self._looked.event.model_dump(mode="json")

    @property
    def _languages(self) -> tuple[str, ...]:
        return tuple(language.value for language in self._looked.event.languages)

    def _show(self, told: Told | None) -> None:
        texts, here, typed = self._room.texts, self._here, self._typed
        fields = [
            Field(
                name,
                _line_words(setting, language, texts),
                texts(f"office.wizard.hint.{setting.words}"),
                typed.get(name, shown(setting, here, language)),
                setting.longest,
                several=setting.longest >= _ROWS,
            )
            for setting in self._settings
            if setting.kind not in OFFERED
            for name, language in lines_of(setting, self._languages)
        ]
        if self._looked.settled or self._takes_two:
            words, hint = texts("office.wizard.reason"), texts("office.wizard.reason_hint")
            fields.append(Field(REASON, words, hint, typed.get(REASON, ""), MOST_LETTERS))
        options = tuple(
            Options(
                each.words,
                texts(f"office.wizard.setting.{each.words}"),
                self._chosen[each.words],
                tuple((value, option_words(each, value, texts)) for value in _values(each)),
                many=each.kind is Kind.MANY,
            )
            for each in self._settings
            if each.kind in OFFERED
        )
        lead = texts(f"office.wizard.why.{self._step.name}")
        two = (Act("agree", texts("office.agree.act")),) if self._takes_two else ()
        acts = (Act("screens", texts("office.wizard.act.screens")), *two)
        self._room.show(
            FormPage(self._title, tuple(fields), texts("office.wizard.save"), lead, told, options=options, acts=acts)
        )


def _values(setting: Setting) -> tuple[str, ...]:
    return ("no", "yes") if setting.kind is Kind.YES_NO else setting.values


def option_words(setting: Setting, value: str, texts: Texts) -> str:
    if setting.kind is Kind.YES_NO:
        return texts(f"office.wizard.{value}")
    return texts(f"office.wizard.value.{setting.words}.{value}")


def _line_words(setting: Setting, language: str, texts: Texts) -> str:
    words = texts(f"office.wizard.setting.{setting.words}")
    return f"{words} · {Texts(language)('language_name')}" if language else words


def _fault_words(setting: Setting, texts: Texts) -> str:
    field = texts(f"office.wizard.setting.{setting.words}")
    return texts("office.wizard.fault.setting", field=field, hint=texts(f"office.wizard.hint.{setting.words}"))


def fault_told(error: Exception, settings: Sequence[Setting], texts: Texts) -> Told:
    """Faults of the file in words: of the settings that were asked here by their own hint."""
    if not isinstance(error, ConfigFaults):
        return Told(Mark.BAD, sentence_of(error, texts))
    keys = [fault.key for fault in error.faults]
    if isinstance(error, LooserThanPublished):
        paths = [_SETTING_OF.get(key, key) for key in keys]
        known = [each for step in STEPS for each in step.settings if each.path in paths]
        fields = [texts(f"office.wizard.setting.{each.words}") for each in known] or keys
        return Told(Mark.BAD, texts("office.wizard.fault.looser", fields=texts("office.wizard.and").join(fields)))
    here = [each for each in settings if any(_is_of(key, each) for key in keys)]
    if here:
        return Told(Mark.BAD, "\n".join(_fault_words(each, texts) for each in here))
    return Told(Mark.BAD, texts("office.wizard.fault.elsewhere", keys=", ".join(keys[:3])))


def _is_of(key: str, setting: Setting) -> bool:
    below = key.rpartition("].")[2]
    return any(each == setting.path or each.startswith(f"{setting.path}.") for each in (key, below))
