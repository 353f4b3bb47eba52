"""Every command of ``kiosk``, for ``kiosk.cli.start``."""

from __future__ import annotations

from kiosk.cli import base_end, base_enrol, base_lanes, base_package, base_standby, certificate
from kiosk.cli.account import account_app
from kiosk.cli.audit import audit_app
from kiosk.cli.base import base_app
from kiosk.cli.bench import bench
from kiosk.cli.decommission import decommission
from kiosk.cli.doctor import doctor
from kiosk.cli.evaluate import evaluate_
from kiosk.cli.evaluate_attacks import evaluate_attacks
from kiosk.cli.evaluate_capture import evaluate_capture_
from kiosk.cli.event import event_app
from kiosk.cli.evidence import evidence_app
from kiosk.cli.examples import give_examples
from kiosk.cli.gallery import gallery
from kiosk.cli.integrity import integrity_app
from kiosk.cli.model_card import model_card
from kiosk.cli.mrz import mrz_app
from kiosk.cli.office import office
from kiosk.cli.program import new_program
from kiosk.cli.rehearse import rehearse
from kiosk.cli.run import run
from kiosk.cli.train import train
from kiosk.cli.trust import trust_app
from kiosk.cli.wipe import wipe_app

app = new_program()
app.command("run")(run)
app.command("office")(office)
app.command("rehearse")(rehearse)
app.command("train")(train)
app.command("gallery")(gallery)
app.command("bench")(bench)
app.command("evaluate")(evaluate_)
app.command("evaluate-attacks")(evaluate_attacks)
app.command("evaluate-capture")(evaluate_capture_)
app.command("model-card")(model_card)
app.command("doctor")(doctor)
app.command("decommission")(decommission)
app.add_typer(event_app, name="event")
app.add_typer(evidence_app, name="evidence")
app.add_typer(account_app, name="account")
app.add_typer(wipe_app, name="wipe")
app.add_typer(integrity_app, name="integrity")
app.add_typer(audit_app, name="audit")
app.add_typer(base_app, name="base")
base_enrol.add_to(base_app)
base_lanes.add_to(base_app)
base_package.add_to(base_app)
base_end.add_to(base_app)
base_standby.add_to(base_app)
app.add_typer(trust_app, name="trust")
app.add_typer(mrz_app, name="mrz")
wipe_app.command("certificate")(certificate.check)
event_app.command("certificate")(certificate.of_event)
give_examples(app)
