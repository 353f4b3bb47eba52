"""From nothing to a draft: first why identities are checked at all, then how the event's key is kept."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.config.event import Duty, Mode
from kiosk.config.toml_text import Values
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Field, FormPage, Mark, Options, Told
from kiosk.office.wizard_form import fault_told, option_words
from kiosk.office.wizard_port import Looked, WizardPort
from kiosk.office.wizard_steps import OFFERED, WHY
from kiosk.office.wizard_values import shown, taken, with_value
from kiosk.vault.protection import Protection

MODE, PROTECTION, SECRET, AGAIN = "mode", "protection", "secret", "secret_again"
EARLIER, TEMPLATE = "earlier", "template"


class BeginPages(Subject):
    def __init__(self, room: Room, port: WizardPort, looked: Looked) -> None:
        self._room, self._port = room, port
        self._values: Values = looked.values
        self._beginnings = {TEMPLATE: looked.values, **{f"event:{name}": values for name, values in looked.earlier}}
        self._asking_why = True
        self._chosen = {each.words: shown(each, self._values) for each in WHY.settings if each.kind in OFFERED}
        self._chosen |= {MODE: Mode.LIVE.value, PROTECTION: Protection.SECRET.value, EARLIER: TEMPLATE}

    def open(self, told: Told | None = None) -> None:
        if self._asking_why:
            self._show_why(told)
        else:
            self._show_key(told)

    def chosen(self, name: str, value: str) -> None:
        if name == EARLIER and value in self._beginnings:
            self._values = self._beginnings[value]
        self._chosen[name] = value
        self.open()

    def submitted(self, values: Mapping[str, str]) -> None:
        if self._asking_why:
            self._values = taken(WHY.settings, self._values, {**values, **self._chosen}, ())
            answered = self._values["reason"]["duty"] != Duty.UNANSWERED.value and self._values["reason"]["necessity"]
            self._asking_why = not answered
            self.open(None if answered else Told(Mark.BAD, self._room.texts("office.wizard.fault.why")))
        else:
            self._begin(values)

    def back(self) -> bool:
        if self._asking_why:
            return False
        self._asking_why = True
        self.open()
        return True

    def _begin(self, typed: Mapping[str, str]) -> None:
        texts, protection = self._room.texts, self._chosen[PROTECTION]
        secret = typed.get(SECRET, "")
        if secret != typed.get(AGAIN, ""):
            self.open(Told(Mark.BAD, texts("office.wizard.fault.not_twice")))
            return
        values = with_value(self._values, MODE, self._chosen[MODE])
        done = Told(Mark.GOOD, texts("office.wizard.done.begun"))
        self._room.work.do(
            lambda: self._port.begin(values, protection, secret),
            lambda _: self._room.leave(done),
            lambda error: self.open(fault_told(error, WHY.settings, texts)),
        )

    def _show_why(self, told: Told | None) -> None:
        texts = self._room.texts
        duty, *lines = WHY.settings
        fields = tuple(
            Field(
                each.words,
                texts(f"office.wizard.setting.{each.words}"),
                texts(f"office.wizard.hint.{each.words}"),
                shown(each, self._values),
                each.longest,
                several=True,
            )
            for each in lines
        )
        values = tuple((value, option_words(duty, value, texts)) for value in duty.values)
        options = Options(duty.words, texts(f"office.wizard.setting.{duty.words}"), self._chosen[duty.words], values)
        title, lead = texts("office.wizard.step.why"), texts("office.wizard.why.why")
        begun = (self._earlier(),) if len(self._beginnings) > 1 else ()
        self._room.show(FormPage(title, fields, texts("office.wizard.go_on"), lead, told, options=(*begun, options)))

    def _earlier(self) -> Options:
        texts = self._room.texts
        template = texts("office.wizard.value.earlier.template")
        names = tuple((key, key.partition(":")[2] or template) for key in self._beginnings)
        return Options(EARLIER, texts("office.wizard.setting.earlier"), self._chosen[EARLIER], names)

    def _show_key(self, told: Told | None) -> None:
        texts = self._room.texts
        options = tuple(
            Options(
                name,
                texts(f"office.wizard.setting.{name}"),
                self._chosen[name],
                tuple((value, texts(f"office.wizard.value.{name}.{value}")) for value in values),
            )
            for name, values in ((MODE, [each.value for each in Mode]), (PROTECTION, [p.value for p in Protection]))
        )
        asked = (SECRET, AGAIN) if self._chosen[PROTECTION] == Protection.SECRET.value else ()
        fields = tuple(
            Field(
                name,
                texts(f"office.wizard.setting.{name}"),
                texts(f"office.wizard.hint.{name}"),
                longest=200,
                hidden=True,
            )
            for name in asked
        )
        title, lead = texts("office.wizard.step.begin"), texts("office.wizard.why.begin")
        self._room.show(FormPage(title, fields, texts("office.wizard.make"), lead, told, options=options))
