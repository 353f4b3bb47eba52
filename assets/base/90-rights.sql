-- Devices execute the functions that are meant for them, and that is all they can do.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON SCHEMA venue FROM PUBLIC;
REVOKE ALL ON SCHEMA sslinfo FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA venue FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA venue FROM PUBLIC;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;

-- Large objects would be a place for bytes that no table has.
REVOKE ALL ON FUNCTION
  lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea), lo_put(oid, bigint, bytea), lo_open(oid, integer),
  lowrite(integer, bytea), lo_import(text), lo_import(text, oid), lo_export(oid, text), lo_unlink(oid)
FROM PUBLIC;

GRANT USAGE ON SCHEMA venue TO venue_device;
GRANT EXECUTE ON FUNCTION
  venue.hold, venue.commit, venue.release, venue.undo, venue.exit, venue.upload, venue.note_gate, venue.look,
  venue.queue_join, venue.queue_take, venue.queue_finish, venue.queue_admit, venue.queue_waiting, venue.queue_waits,
  venue.tell_wait, venue.staff_here, venue.staffing_now,
  venue.call_staff, venue.answer_call, venue.calls_waiting,
  venue.incident_begin, venue.incident_end, venue.incidents_now,
  venue.count_passages, venue.head_count,
  venue.beat, venue.stations_seen, venue.conflicts_seen, venue.changes_since,
  venue.expect, venue.closed, venue.epoch
TO venue_device;
