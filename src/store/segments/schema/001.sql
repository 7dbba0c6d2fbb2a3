-- Catalogue of an index, version 1. See docs/formats/catalogue.md. Never changed once released: later versions add
-- files with higher numbers. Texts are stored as BLOB: names from samples need not be UTF-8 and may hold NUL.

CREATE TABLE store (
  one          INTEGER PRIMARY KEY CHECK (one = 1),
  scheme       INTEGER NOT NULL,  -- kFingerprintScheme of every segment
  generation   INTEGER NOT NULL,  -- raised by every transaction that changes what readers see
  next_sample  INTEGER NOT NULL,  -- ids are never reused
  next_segment INTEGER NOT NULL
);

CREATE TABLE segments (
  id           INTEGER PRIMARY KEY,  -- the file is the id in eight digits and ".segment"
  first_sample INTEGER NOT NULL UNIQUE,  -- segments do not overlap in ids: this orders them
  bytes        INTEGER NOT NULL,
  checksum     INTEGER NOT NULL,  -- of the footer, and through it of every byte
  samples      INTEGER NOT NULL,  -- in the file, removed ones included
  functions    INTEGER NOT NULL   -- likewise
);

CREATE TABLE samples (
  id         INTEGER PRIMARY KEY,
  segment    INTEGER NOT NULL REFERENCES segments (id),
  position   INTEGER NOT NULL,  -- in the segment
  functions  INTEGER NOT NULL,
  sha256     BLOB NOT NULL,
  member     BLOB NOT NULL,
  name       BLOB NOT NULL,
  family     BLOB NOT NULL,
  actor      BLOB NOT NULL,
  role       INTEGER NOT NULL,  -- SampleRole
  version    BLOB NOT NULL,
  first_seen BLOB NOT NULL,
  format     INTEGER NOT NULL,  -- Format
  arch       INTEGER NOT NULL,  -- Arch
  bits       INTEGER NOT NULL,
  size       INTEGER NOT NULL,
  code_bytes INTEGER NOT NULL,
  UNIQUE (sha256, member),
  UNIQUE (segment, position)
);

CREATE TABLE toolmarks (
  sample INTEGER NOT NULL REFERENCES samples (id),
  number INTEGER NOT NULL,
  kind   INTEGER NOT NULL,  -- Toolmark::Kind
  value  BLOB NOT NULL,
  PRIMARY KEY (sample, number)
) WITHOUT ROWID;

-- Samples that are still in a segment's file but no longer in the store.
CREATE TABLE tombstones (
  segment  INTEGER NOT NULL REFERENCES segments (id),
  position INTEGER NOT NULL,
  PRIMARY KEY (segment, position)
) WITHOUT ROWID;
