-- Schema `ledger`: revisions, the one head row, the forms, and the functions that keep twins append-only.
CREATE SCHEMA ledger;
CREATE SCHEMA window_now;
CREATE SCHEMA window_then;

-- The one row that every editorial act locks: it gives numbers without gaps, in the order of commits.
CREATE TABLE ledger.head (
    single boolean PRIMARY KEY DEFAULT true CONSTRAINT head_is_one_row CHECK (single),
    number bigint NOT NULL,
    at timestamptz(3) NOT NULL,
    hash bytea NOT NULL,
    epoch bigint NOT NULL  -- grows with every suppression, so that caches forget what they hold
);
INSERT INTO ledger.head (number, at, hash, epoch) VALUES (0, '-infinity', decode(repeat('00', 32), 'hex'), 0);

CREATE TABLE ledger.revision (
    number bigint PRIMARY KEY,
    at timestamptz(3) NOT NULL,
    kind text NOT NULL CONSTRAINT revision_kind_is_in_its_list CHECK (kind IN (
        'new', 'new_fact', 'correction', 'editorial', 'retraction', 'merge', 'suppression')),
    note extensions.prose NOT NULL CONSTRAINT revision_has_a_note CHECK (note <> ''),
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    by_id integer NOT NULL  -- who, for the desk only: those who document a war stay unnamed
);

-- Which columns a row's digest was taken over: `keys` as they were called then, `columns` as they are called now.
CREATE TABLE ledger.form (
    table_name text NOT NULL,
    form integer NOT NULL,
    keys text[] NOT NULL,
    columns text[] NOT NULL,
    PRIMARY KEY (table_name, form)
);

-- An update may close an open range and nothing else. AFTER, since a BEFORE trigger sees generated columns empty.
CREATE FUNCTION ledger.refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept record := NEW;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        kept.revisions := OLD.revisions;
        IF kept *= OLD AND upper_inf(OLD.revisions) AND NOT upper_inf(NEW.revisions)
           AND lower(NEW.revisions) = lower(OLD.revisions) THEN
            RETURN NULL;
        END IF;
    END IF;
    RAISE EXCEPTION 'ledger.% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_is_append_only';
END $$;

CREATE FUNCTION ledger.refuse_truncating() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger.% is append-only: TRUNCATE refused', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_is_append_only';
END $$;

-- A revision is never changed or taken back.
CREATE FUNCTION ledger.refuse_changing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger.% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_is_append_only';
END $$;
CREATE TRIGGER refuse_changing BEFORE UPDATE OR DELETE ON ledger.revision
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_changing();

-- The head moves on by one revision at a time, and its moments never run backwards.
CREATE FUNCTION ledger.refuse_moving_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.number = OLD.number + 1 AND NEW.at > OLD.at AND NEW.epoch >= OLD.epoch THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'ledger.head moves on by one revision at a time: % refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'head_moves_on_by_one';
END $$;
CREATE TRIGGER refuse_moving_back BEFORE INSERT OR UPDATE OR DELETE ON ledger.head
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_moving_back();

CREATE TRIGGER refuse_truncating BEFORE TRUNCATE ON ledger.revision EXECUTE FUNCTION ledger.refuse_truncating();
CREATE TRIGGER refuse_truncating BEFORE TRUNCATE ON ledger.head EXECUTE FUNCTION ledger.refuse_truncating();

-- What a reader may know of the revisions; `negotiations_revision` is the table name of the model Revision.
-- On the desk it works with the asker's rights: a simple view could otherwise be written through.
CREATE VIEW public.negotiations_revision WITH (security_invoker = true) AS
    SELECT number, at, kind, note, encode(hash, 'hex') AS hash, by_id FROM ledger.revision;
CREATE VIEW window_now.negotiations_revision AS
    SELECT number, at, kind, note, encode(hash, 'hex') AS hash, NULL::integer AS by_id FROM ledger.revision;
CREATE VIEW window_then.negotiations_revision AS
    SELECT number, at, kind, note, encode(hash, 'hex') AS hash, NULL::integer AS by_id FROM ledger.revision
    WHERE number <= current_setting('tracker.revision')::bigint;
CREATE VIEW window_now.head AS SELECT number, at, epoch FROM ledger.head;
CREATE VIEW window_then.head AS
    SELECT r.number, r.at, h.epoch FROM ledger.revision r, ledger.head h
    WHERE r.number = current_setting('tracker.revision')::bigint;

-- Rights. The desk's role appends; the public role sees the windows and not the schema behind them.
GRANT USAGE ON SCHEMA ledger TO tracker_desk;
GRANT SELECT ON ledger.head, ledger.revision, ledger.form TO tracker_desk;
GRANT UPDATE (number, at, hash) ON ledger.head TO tracker_desk;
GRANT INSERT ON ledger.revision TO tracker_desk;
GRANT USAGE ON SCHEMA window_now, window_then TO tracker_desk, tracker_public;
GRANT SELECT ON ALL TABLES IN SCHEMA window_now, window_then TO tracker_desk, tracker_public;
