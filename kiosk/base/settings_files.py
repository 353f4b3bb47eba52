"""PostgreSQL's settings for a base, as text: who may come in, and how. Pure."""

from __future__ import annotations

from kiosk.base.place import BasePlace, BaseSettings

ADMIN = "venue_admin"
"""Reached through the socket on the base's own machine alone."""
DEVICE = "venue_device"
"""What every device may do. Each is a role of its own in it, called like its certificate's common name, so that none
can end another's calls or change its settings."""
STANDBY = "venue_standby"
"""What a second machine that follows the base may do: that, and nothing else."""
OWNER = "venue_owner"
"""Owns tables and functions and cannot log in."""
DATABASE = "venue"

CONNECTIONS = 300
"""100 gates and 30 desks with one connection each, twice over: some come back before the old one is noticed."""


def postgresql_conf(
    place: BasePlace, settings: BaseSettings, listen: str, durable: bool, follows: str | None = None
) -> str:
    """``venue.conf``, included last. ``listen``: addresses, or ``*``. ``durable``: kept through a power cut.
    ``follows``: of a standby, how it reaches the base.
    """
    text = f"""# Written by kiosk base init. What it does not say is PostgreSQL's default.
listen_addresses = '{listen}'
port = {settings.port}
unix_socket_directories = '{place.socket}'
unix_socket_permissions = 0700
max_connections = {CONNECTIONS}
superuser_reserved_connections = 5

ssl = on
ssl_min_protocol_version = 'TLSv1.3'
ssl_cert_file = '{place.tls / "server.crt"}'
ssl_key_file = '{place.tls / "server.key"}'
ssl_ca_file = '{place.tls / "ca.crt"}'
ssl_crl_file = '{place.tls / "revoked.pem"}'
authentication_timeout = 5s

# An admission that was answered outlives a power cut. Leases do not need to and say so themselves.
fsync = {"on" if durable else "off"}
synchronous_commit = on
full_page_writes = on
wal_level = replica
max_wal_senders = 4
# A standby that was away for a while finds what it missed; one that was away for longer never fills this disk.
wal_keep_size = {"0" if follows else "256MB"}
# What was in an old file of the log would stay in it if it were used again.
wal_recycle = off

# A device that is gone is noticed in seconds, and nobody keeps others waiting.
tcp_keepalives_idle = 5
tcp_keepalives_interval = 2
tcp_keepalives_count = 3
idle_in_transaction_session_timeout = 5s
client_connection_check_interval = 2s

jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
"""
    return text if follows is None else text + _FOLLOWING.format(follows.replace("'", "''"))


_FOLLOWING = """
# A standby: looks can be asked for, nothing can be changed.
primary_conninfo = '{}'
hot_standby = on
"""


def pg_hba_conf() -> str:
    """Who may come in: devices with a certificate of this base's authority, and commands on this machine."""
    return f"""# Written by kiosk base init. The first line that fits decides; whoever fits none is refused.
local   all    {ADMIN}    peer  map=venue_admins
hostssl {DATABASE}  +{DEVICE}  all  cert  clientcert=verify-full
hostssl replication  +{STANDBY}  all  cert  clientcert=verify-full
"""


def pg_ident_conf(users: set[str]) -> str:
    """Users of this machine who administer the base."""
    return "# Written by kiosk base init.\n" + "".join(f"venue_admins  {user}  {ADMIN}\n" for user in sorted(users))
