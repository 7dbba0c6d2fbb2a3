-- Index in PostgreSQL, version 1: see docs/formats/postgres.md. Never changed once released: later versions add files with
-- higher numbers. The same tables stand on the coordinator and on every shard; a shard uses only those of the last part.
-- Texts from samples are bytea: names need not be UTF-8 and may hold NUL. Partitions are made by `prova index init`.

-- ---- Who may do what ------------------------------------------------------------------------------------------------

DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'prova_reader') THEN CREATE ROLE prova_reader NOLOGIN; END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'prova_analyst') THEN CREATE ROLE prova_analyst NOLOGIN; END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'prova_curator') THEN CREATE ROLE prova_curator NOLOGIN; END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'prova_coordinator') THEN CREATE ROLE prova_coordinator LOGIN; END IF;
END $$;
GRANT prova_reader TO prova_analyst;
GRANT prova_analyst TO prova_curator;

CREATE SCHEMA prova;
GRANT USAGE ON SCHEMA prova TO prova_reader, prova_coordinator;

CREATE TABLE prova.store (
  one        smallint PRIMARY KEY CHECK (one = 1),
  version    integer NOT NULL,  -- number of the last schema file that was run
  scheme     integer NOT NULL,  -- kFingerprintScheme of everything in here
  partitions smallint NOT NULL  -- of each of the tables of the last part; never changes
);

CREATE TABLE prova.compartments (
  id          smallint PRIMARY KEY,
  name        text NOT NULL UNIQUE,
  generation  bigint NOT NULL DEFAULT 1,  -- raised by every transaction that changes what readers of it see
  next_sample bigint NOT NULL DEFAULT 0,  -- the next sample gets this id, unless it is block_end
  block_end   bigint NOT NULL DEFAULT 0
);
-- Ids of samples come in blocks of 65,536 per compartment, so that gaps do not count the samples of others.
CREATE SEQUENCE prova.next_block MINVALUE 0 START 0 MAXVALUE 65535 NO CYCLE;
CREATE SEQUENCE prova.next_run AS integer START 1 NO CYCLE;

CREATE TABLE prova.members (
  compartment smallint NOT NULL REFERENCES prova.compartments (id),
  member      name NOT NULL,     -- a role; its members are meant, too
  may_write   boolean NOT NULL,
  PRIMARY KEY (compartment, member)
);
INSERT INTO prova.compartments (id, name) VALUES (0, 'shared');
INSERT INTO prova.members VALUES (0, 'prova_reader', false), (0, 'prova_analyst', true);

-- Compartments of the one who is logged in, whatever SET ROLE says.
CREATE FUNCTION prova.readable() RETURNS smallint[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT m.compartment), '{}') FROM prova.members m
  JOIN pg_roles r ON r.rolname = m.member WHERE pg_has_role(session_user, r.oid, 'member')
$$;
CREATE FUNCTION prova.writable() RETURNS smallint[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT m.compartment), '{}') FROM prova.members m
  JOIN pg_roles r ON r.rolname = m.member WHERE m.may_write AND pg_has_role(session_user, r.oid, 'member')
$$;

-- ---- What there is (coordinator) ------------------------------------------------------------------------------------

CREATE TABLE prova.shards (
  id       smallint PRIMARY KEY,  -- its foreign server is prova_shard_ID
  url      text NOT NULL UNIQUE   -- without password
);
CREATE TABLE prova.partitions (
  part  smallint PRIMARY KEY,
  shard smallint REFERENCES prova.shards (id)  -- NULL: here
);

CREATE TABLE prova.runs (
  id          integer PRIMARY KEY,
  compartment smallint NOT NULL REFERENCES prova.compartments (id),
  functions   bigint NOT NULL,    -- removed ones included
  postings    bigint NOT NULL,    -- at most
  bits        smallint NOT NULL,  -- it has 2^bits rows in postings
  long_lists  bigint NOT NULL,    -- and so many in long_postings
  bytes       bigint NOT NULL     -- of all its packed columns, blocks left out
);

CREATE TABLE prova.samples (
  id             bigint PRIMARY KEY CHECK (id BETWEEN 1 AND 4294967294),
  compartment    smallint NOT NULL REFERENCES prova.compartments (id),
  run            integer NOT NULL REFERENCES prova.runs (id),
  first_function bigint NOT NULL,  -- in the run
  functions      bigint NOT NULL,
  block          bigint NOT NULL,  -- address in blocks
  block_bytes    bigint NOT NULL,
  sha256         bytea NOT NULL CHECK (length(sha256) = 32),
  member         bytea NOT NULL,
  name           bytea NOT NULL,
  family         bytea NOT NULL,
  actor          bytea NOT NULL,
  role           smallint NOT NULL,  -- SampleRole
  version        bytea NOT NULL,
  first_seen     bytea NOT NULL,
  format         smallint NOT NULL,  -- Format
  arch           smallint NOT NULL,  -- Arch
  bits           bigint NOT NULL,
  size           bigint NOT NULL,    -- unsigned, with the same bits
  code_bytes     bigint NOT NULL,    -- unsigned, with the same bits
  toolmarks      bytea NOT NULL
);
-- Members of archives may have long names, which an index cannot hold.
CREATE UNIQUE INDEX samples_identity ON prova.samples (compartment, sha256(sha256 || member));
CREATE INDEX samples_run ON prova.samples (run);
CREATE INDEX samples_sha256 ON prova.samples (sha256);

-- Rows on any server that nobody needs any more, or that a writer has not finished: rows of `what` (1: postings,
-- long_postings and prints; 2: blocks) with addresses from first to last. A writer holds the advisory lock (kind, run) while it
-- works, so whoever gets it knows that the writer is gone.
CREATE TABLE prova.garbage (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  compartment smallint NOT NULL,
  run         integer NOT NULL,
  what        smallint NOT NULL,
  first       bigint NOT NULL,
  last        bigint NOT NULL
);

-- ---- What happened (coordinator) ------------------------------------------------------------------------------------

CREATE TABLE prova.audit (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  who         name NOT NULL DEFAULT session_user,
  did         text NOT NULL,  -- learned, removed, matched
  compartment smallint,       -- NULL for matched: the sample need not be in the index
  sha256      bytea,
  member      bytea,
  family      bytea
);
CREATE FUNCTION prova.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit table only grows' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON prova.audit EXECUTE FUNCTION prova.refuse_change();

CREATE FUNCTION prova.audit_samples() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO prova.audit (did, compartment, sha256, member, family)
    SELECT TG_ARGV[0], compartment, sha256, member, family FROM changed ORDER BY id;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_learned AFTER INSERT ON prova.samples REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION prova.audit_samples('learned');
CREATE TRIGGER audit_removed AFTER DELETE ON prova.samples REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION prova.audit_samples('removed');
CREATE FUNCTION prova.note_match(digest bytea) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO prova.audit (did, sha256) VALUES ('matched', digest)
$$;

-- Takes `count` ids for new samples of a compartment and says that readers of it have something new to see. Holds up other writers
-- of the compartment until the transaction ends.
CREATE FUNCTION prova.take_samples(asked smallint, count bigint) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  next bigint;
  stop bigint;
BEGIN
  IF NOT asked = ANY (prova.writable()) THEN
    RAISE EXCEPTION 'no right to write to compartment %', asked USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT next_sample, block_end INTO STRICT next, stop FROM prova.compartments WHERE id = asked FOR UPDATE;
  FOR i IN 1..count LOOP
    IF next >= stop THEN
      next := nextval('prova.next_block') * 65536;
      stop := next + 65536;
      IF next = 0 THEN next := 1; END IF;
      IF stop = 4294967296 THEN stop := stop - 1; END IF;
    END IF;
    RETURN NEXT next;
    next := next + 1;
  END LOOP;
  UPDATE prova.compartments SET next_sample = next, block_end = stop, generation = generation + 1 WHERE id = asked;
END $$;

-- ---- Work to be done (coordinator) ----------------------------------------------------------------------------------

CREATE TABLE prova.queue (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  compartment smallint NOT NULL REFERENCES prova.compartments (id),
  state       smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3),  -- 0 waiting, 1 done, 2 set aside, 3 known already
  path        bytea NOT NULL,
  family      bytea NOT NULL,
  actor       bytea NOT NULL,
  role        smallint NOT NULL,
  version     bytea NOT NULL,
  first_seen  bytea NOT NULL,
  reason      bytea NOT NULL DEFAULT '',   -- why it was set aside
  samples     bigint NOT NULL DEFAULT 0,
  functions   bigint NOT NULL DEFAULT 0,
  worker      text NOT NULL DEFAULT '',
  queued      timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished    timestamptz
);
CREATE INDEX queue_waiting ON prova.queue (id) WHERE state = 0;
-- One file is queued once under the same names, however often the same command is given.
CREATE UNIQUE INDEX queue_once ON prova.queue (compartment, sha256(path || '\x00' || family || '\x00' || actor || '\x00' || version || '\x00' || first_seen), role)
  WHERE state = 0;

-- Each time a worker began a file. Written while the file's own row is locked, hence no reference to it.
CREATE TABLE prova.attempts (
  file        bigint NOT NULL,
  compartment smallint NOT NULL,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  worker      text NOT NULL
);
CREATE INDEX attempts_file ON prova.attempts (file);

-- ---- Fingerprints (coordinator and shards) --------------------------------------------------------------------------
-- address is run * 2^32 + number; docs/formats/postgres.md says what is in packed.

CREATE TABLE prova.postings (part smallint NOT NULL, compartment smallint NOT NULL, address bigint NOT NULL, packed bytea NOT NULL) PARTITION BY LIST (part);
CREATE TABLE prova.long_postings (part smallint NOT NULL, compartment smallint NOT NULL, address bigint NOT NULL, packed bytea NOT NULL) PARTITION BY LIST (part);
CREATE TABLE prova.prints (part smallint NOT NULL, compartment smallint NOT NULL, address bigint NOT NULL, packed bytea NOT NULL) PARTITION BY LIST (part);
CREATE TABLE prova.blocks (part smallint NOT NULL, compartment smallint NOT NULL, address bigint NOT NULL, packed bytea NOT NULL) PARTITION BY LIST (part);
-- Bits are packed already: trying to compress them again costs time. Rows that are looked up by the thousand stay in their page.
ALTER TABLE prova.postings ALTER COLUMN packed SET STORAGE MAIN;
ALTER TABLE prova.prints ALTER COLUMN packed SET STORAGE MAIN;
ALTER TABLE prova.long_postings ALTER COLUMN packed SET STORAGE EXTERNAL;
ALTER TABLE prova.blocks ALTER COLUMN packed SET STORAGE EXTERNAL;

-- ---- Rights ---------------------------------------------------------------------------------------------------------

GRANT SELECT ON prova.store, prova.shards, prova.partitions, prova.compartments, prova.runs, prova.samples TO prova_reader;
GRANT SELECT ON prova.postings, prova.long_postings, prova.prints, prova.blocks TO prova_reader, prova_coordinator;
GRANT INSERT, DELETE ON prova.postings, prova.long_postings, prova.prints, prova.blocks TO prova_analyst;
GRANT INSERT, DELETE ON prova.runs, prova.garbage TO prova_analyst;
GRANT SELECT ON prova.garbage TO prova_analyst;
GRANT INSERT, DELETE, UPDATE (run, first_function) ON prova.samples TO prova_analyst;
GRANT USAGE ON SEQUENCE prova.next_run TO prova_analyst;
GRANT SELECT, INSERT, UPDATE (state, reason, samples, functions, worker, finished) ON prova.queue TO prova_analyst;
GRANT SELECT, INSERT, DELETE ON prova.attempts TO prova_analyst;
GRANT SELECT ON prova.audit, prova.members TO prova_curator;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA prova FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prova.readable(), prova.writable(), prova.note_match(bytea) TO prova_reader, prova_coordinator;
GRANT EXECUTE ON FUNCTION prova.take_samples(smallint, bigint) TO prova_analyst;

DO $$
DECLARE
  target text;
BEGIN
  FOREACH target IN ARRAY ARRAY['runs', 'samples', 'garbage', 'queue', 'attempts', 'postings', 'long_postings', 'prints', 'blocks'] LOOP
    EXECUTE format('ALTER TABLE prova.%I ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY read ON prova.%I FOR SELECT USING (compartment = ANY ((SELECT prova.readable())::smallint[]))', target);
    EXECUTE format('CREATE POLICY add ON prova.%I FOR INSERT WITH CHECK (compartment = ANY ((SELECT prova.writable())::smallint[]))', target);
    EXECUTE format('CREATE POLICY change ON prova.%I FOR UPDATE USING (compartment = ANY ((SELECT prova.writable())::smallint[]))', target);
    EXECUTE format('CREATE POLICY remove ON prova.%I FOR DELETE USING (compartment = ANY ((SELECT prova.writable())::smallint[]))', target);
  END LOOP;
  -- On a shard the coordinator reads everything: it asks only for what its own policies let through.
  FOREACH target IN ARRAY ARRAY['postings', 'long_postings', 'prints', 'blocks'] LOOP
    EXECUTE format('CREATE POLICY coordinator ON prova.%I FOR SELECT TO prova_coordinator USING (true)', target);
  END LOOP;
END $$;
ALTER TABLE prova.compartments ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON prova.compartments FOR SELECT USING (id = ANY ((SELECT prova.readable())::smallint[]));
ALTER TABLE prova.audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON prova.audit FOR SELECT USING (who = session_user OR compartment = ANY ((SELECT prova.readable())::smallint[]));
