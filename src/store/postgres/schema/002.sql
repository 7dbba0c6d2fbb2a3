-- Index in PostgreSQL, version 2: partitions can be moved between servers. See docs/formats/postgres.md, "Moving a partition".

ALTER TABLE prova.store ADD COLUMN identity uuid;                    -- of the index: the same on its coordinator and its shards
ALTER TABLE prova.store ADD COLUMN shard smallint;                   -- which of the coordinator's shards this is; NULL: the coordinator
ALTER TABLE prova.store ADD COLUMN moves bigint NOT NULL DEFAULT 0;  -- on the coordinator: raised when partitions or shards change
ALTER TABLE prova.store ADD COLUMN mover bigint NOT NULL DEFAULT 0;  -- the last one that changed partitions here; older ones must not any more
CREATE SEQUENCE prova.next_mover;                                    -- (coordinator)

-- Moves that are not finished (coordinator). Until `swapped` the source serves and the target holds a copy that may be incomplete; from then on
-- the target serves and the source holds one that nobody reads.
CREATE TABLE prova.moves (
  part    smallint PRIMARY KEY REFERENCES prova.partitions (part),
  source  smallint REFERENCES prova.shards (id),  -- NULL: the coordinator
  target  smallint REFERENCES prova.shards (id),  -- NULL: the coordinator
  swapped boolean NOT NULL DEFAULT false,
  begun   timestamptz NOT NULL DEFAULT clock_timestamp(),
  who     name NOT NULL DEFAULT session_user
);
GRANT SELECT ON prova.moves TO prova_reader;

-- A writer of version 1 does not hold the lock that keeps partitions where they are. One that is still at work fails here, and nothing of
-- its batch is kept.
ALTER FUNCTION prova.take_samples(smallint, bigint) RENAME TO take_ids;

-- Who is not held by row-level security reads every compartment, also one without members: the views on partitions below ask for what this says.
CREATE OR REPLACE FUNCTION prova.readable() RETURNS smallint[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(c.id), '{}') FROM prova.compartments c
  WHERE EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = session_user AND (r.rolsuper OR r.rolbypassrls))
     OR EXISTS (SELECT 1 FROM prova.members m JOIN pg_roles r ON r.rolname = m.member
                WHERE m.compartment = c.id AND pg_has_role(session_user, r.oid, 'member'))
$$;
-- On the coordinator `prova index init` and whatever places a partition make for each one of each table a view TABLE_N_visible: the rows of readable
-- compartments. Readers ask these, for the planner reads views on foreign tables of several servers at the same time, and partitioned tables
-- under a UNION ALL one after the other.

-- What this server's disk holds of the index, indexes and dead rows included. Tells how much there is in compartments that one may not read:
-- hence not for everybody. The coordinator sees that of shard N as prova.disk_size_N.
CREATE VIEW prova.disk_size AS
  SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint AS bytes
  FROM pg_class c WHERE c.relnamespace = 'prova'::regnamespace AND c.relkind = 'r';
GRANT SELECT ON prova.disk_size TO prova_curator, prova_coordinator;
