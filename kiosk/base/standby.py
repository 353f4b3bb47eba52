"""A second machine that follows the base by PostgreSQL's streaming replication, and can take its place.

::

    standby   kiosk base standby CODE      folders, a key of its own, and the request
    base      kiosk base sign REQUEST --name ADDRESS    one certificate: to follow with, and to serve under later
    standby   kiosk base follow ANSWER     a copy of the base, over TLS; then kiosk base run
    standby   kiosk base promote           when the base is gone for good

No slot is kept for it: one that is away for long is made anew, and never fills the base's disk. What the base had
answered in its last moments may not have arrived; stations tell it again, because the base's epoch is new.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace

from cryptography import x509
from psycopg.conninfo import make_conninfo

from kiosk.base import device
from kiosk.base.cluster import connected, hand_over, new_epoch, require_new, write_for_postgres
from kiosk.base.errors import BaseTrouble
from kiosk.base.link import BaseWay
from kiosk.base.place import BasePlace, BaseSettings, own_user, read_settings, write_settings
from kiosk.base.programs import run
from kiosk.base.settings_files import pg_hba_conf, pg_ident_conf, postgresql_conf

COPY_LIMIT_S = 3600.0


def begin(place: BasePlace, user: str, untrusted_code: str) -> str:
    """Make the folder of a standby, and the request for its certificate. Raises BaseTrouble, OSError, KeyFileUnusable;
    a folder half made is removed.
    """
    settings = BaseSettings((), 1, user)
    require_new(place, settings)
    try:
        for folder in (place.ca, place.tls, place.socket, place.log, place.data):
            folder.mkdir(mode=0o700)
        request = device.begin(place.tls, untrusted_code)
        write_settings(place, settings)
    except BaseException:
        shutil.rmtree(place.folder, ignore_errors=True)
        raise
    return request


def join(place: BasePlace, untrusted_answer: str, listen: str = "*", *, durable: bool = True) -> BaseSettings:
    """Take the base's answer and copy the base; it is ready to run. Raises BaseTrouble, OSError."""
    settings = read_settings(place)
    way = device.finish(place.tls, untrusted_answer)
    settings = replace(settings, names=_names(way), port=way.port)
    _settle_tls(place, settings, way, untrusted_answer)
    for folder in (place.tls, place.socket, place.log, place.data):
        hand_over(folder, settings)
    copy = ("pg_basebackup", "-D", place.data, "-d", _conninfo(way), "-X", "stream", "-c", "fast", "-w")
    run(place, settings, *copy, *(() if durable else ("--no-sync",)), limit_s=COPY_LIMIT_S)
    follows = _conninfo(way)
    write_for_postgres(place.data / "venue.conf", postgresql_conf(place, settings, listen, durable, follows), settings)
    write_for_postgres(place.data / "pg_hba.conf", pg_hba_conf(), settings)
    write_for_postgres(place.data / "pg_ident.conf", pg_ident_conf({settings.user, own_user()}), settings)
    write_for_postgres(place.data / "standby.signal", "", settings)
    write_settings(place, settings)
    return settings


def promote(place: BasePlace, settings: BaseSettings, listen: str = "*", *, durable: bool = True) -> None:
    """The standby, which runs, becomes the base. The earlier one must never run again. Raises BaseTrouble."""
    with connected(place, settings) as db:
        if db.execute("SELECT pg_is_in_recovery()").fetchone() == (False,):
            raise BaseTrouble("This is no standby: it is a base already.")
    run(place, settings, "pg_ctl", "promote", "-D", place.data, "-w", "-s")
    write_for_postgres(place.data / "venue.conf", postgresql_conf(place, settings, listen, durable), settings)
    with connected(place, settings) as db:
        new_epoch(db)
        db.execute("SELECT pg_reload_conf()")


def _names(way: BaseWay) -> tuple[str, ...]:
    """Under which the base signed that this machine may serve."""
    certificate = x509.load_pem_x509_certificate(way.certificate_file.read_bytes())
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        raise BaseTrouble(
            f"{way.device} was not enrolled as a standby: kiosk base enrol {way.device} --kind standby"
        ) from None
    return tuple(str(name.value) for name in names)


def _settle_tls(place: BasePlace, settings: BaseSettings, way: BaseWay, untrusted_answer: str) -> None:
    """The same key serves and follows; PostgreSQL's user has to read it."""
    revoked = json.loads(untrusted_answer).get("revoked")
    if not isinstance(revoked, str):
        raise BaseTrouble("This answer is not one for a standby.")
    for name, text in (
        ("server.key", way.key_file.read_text()),
        ("server.crt", way.certificate_file.read_text()),
        ("ca.crt", way.ca_file.read_text()),
        ("revoked.pem", revoked),
    ):
        write_for_postgres(place.tls / name, text, settings)
    for path in place.tls.iterdir():
        hand_over(path, settings)
        os.chmod(path, 0o600)  # noqa: PTH101 - whoever owns it now


def _conninfo(way: BaseWay) -> str:
    """For PostgreSQL's own libpq, which may be older than ours."""
    return make_conninfo(
        host=way.hosts,
        port=str(way.port),
        user=way.device,
        sslmode="verify-full",
        sslrootcert=str(way.folder / "ca.crt"),
        sslcert=str(way.folder / "server.crt"),
        sslkey=str(way.folder / "server.key"),
        ssl_min_protocol_version="TLSv1.3",
        gssencmode="disable",
        application_name=way.device,
        target_session_attrs="primary",
        tcp_user_timeout="10000",
    )
