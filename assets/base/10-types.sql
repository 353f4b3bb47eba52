-- The words a device and the base exchange. Nothing here can hold a name, a number of a document or a picture: ids are
-- random or names of machines, words come from short lists, and each has its greatest length in bytes.

CREATE SCHEMA venue;

-- A machine, gate group, session, event, random reference or random id.
CREATE DOMAIN venue.id AS text COLLATE "C"
  CHECK (octet_length(VALUE) <= 40 AND VALUE ~ '^[A-Za-z0-9][A-Za-z0-9_-]*$');

-- Made anew for each change a device asks for.
CREATE DOMAIN venue.nonce AS text COLLATE "C"
  CHECK (octet_length(VALUE) <= 64 AND VALUE ~ '^[A-Za-z0-9_.:-]+$');

-- One of a short list; which list stands with the column or function.
CREATE DOMAIN venue.word AS text COLLATE "C"
  CHECK (octet_length(VALUE) <= 24 AND VALUE ~ '^[a-z_]+$');

-- Serial number of a device's certificate, in decimal digits (RFC 5280: at most 20 octets).
CREATE DOMAIN venue.serial AS text COLLATE "C"
  CHECK (octet_length(VALUE) <= 49 AND VALUE ~ '^[0-9]+$');

-- A version of the program, as packages are numbered.
CREATE DOMAIN venue.version AS text COLLATE "C"
  CHECK (octet_length(VALUE) <= 20 AND VALUE ~ '^[0-9A-Za-z.+]+$');

-- SHA-256 in hexadecimal digits.
CREATE DOMAIN venue.digest AS text COLLATE "C"
  CHECK (VALUE ~ '^[0-9a-f]{64}$');

-- UTC seconds since the epoch.
CREATE DOMAIN venue.seconds AS double precision
  CHECK (VALUE >= 0 AND VALUE < 1e11);

CREATE DOMAIN venue.amount AS integer
  CHECK (VALUE >= 0 AND VALUE <= 1000000);

-- What every changing call is answered with. Fields a call has nothing for are null.
CREATE TYPE venue.answer AS (
  outcome venue.word,
  id venue.id,
  at venue.seconds,
  station venue.id,
  gate_group venue.id,
  lane venue.word,
  until venue.seconds
);
