-- What is public no more: retracted, merged into another record, or suppressed. One row a record and act; for a
-- suppression also one for each part that the record ever had, since neither its id nor theirs is ever used again.
CREATE TABLE ledger.withdrawal (
    number bigint NOT NULL REFERENCES ledger.revision DEFERRABLE INITIALLY DEFERRED,
    table_name text NOT NULL,
    id uuid NOT NULL,
    act text NOT NULL CONSTRAINT withdrawal_act_is_in_its_list CHECK (act IN ('retraction', 'merge', 'suppression')),
    successor uuid,  -- the record that stands in its place
    PRIMARY KEY (number, table_name, id),
    CONSTRAINT merged_into_another CHECK (act <> 'merge' OR successor <> id),
    CONSTRAINT merge_has_a_successor CHECK (act <> 'merge' OR successor IS NOT NULL),
    CONSTRAINT suppression_has_no_successor CHECK (act <> 'suppression' OR successor IS NULL)
);
CREATE INDEX ON ledger.withdrawal (id, table_name);
CREATE TRIGGER refuse_changing BEFORE UPDATE OR DELETE ON ledger.withdrawal
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_changing();
CREATE TRIGGER refuse_truncating BEFORE TRUNCATE ON ledger.withdrawal EXECUTE FUNCTION ledger.refuse_truncating();

-- A withdrawal belongs to the revision that is being made, never to an earlier one.
CREATE FUNCTION ledger.refuse_backdating() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> (SELECT number + 1 FROM ledger.head) THEN
        RAISE EXCEPTION 'a withdrawal belongs to the revision being made, not to %', NEW.number
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_is_append_only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_backdating BEFORE INSERT ON ledger.withdrawal
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_backdating();

-- What was merged or suppressed is never public again; and no row comes in without a salt, which only a suppression
-- takes away.
CREATE FUNCTION ledger.refuse_what_is_gone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE gone uuid;
BEGIN
    SELECT fresh.id INTO gone FROM fresh JOIN ledger.withdrawal w USING (id)
     WHERE w.table_name = TG_TABLE_NAME AND w.act <> 'retraction' LIMIT 1;
    IF gone IS NOT NULL THEN
        RAISE EXCEPTION '% of % was merged or suppressed and is never public again', gone, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'what_is_gone_stays_gone',
                  TABLE = TG_TABLE_NAME;
    END IF;
    IF EXISTS (SELECT FROM fresh WHERE salt IS NULL) THEN
        RAISE EXCEPTION 'a row of % has no salt', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'published_row_has_a_salt';
    END IF;
    RETURN NULL;
END $$;

-- What was suppressed does not come back to the desk either, by a dossier or a restored table.
CREATE FUNCTION ledger.refuse_what_is_suppressed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = ledger, pg_temp AS $$
DECLARE gone uuid;
BEGIN
    SELECT fresh.id INTO gone FROM fresh JOIN ledger.withdrawal w USING (id)
     WHERE w.table_name = TG_TABLE_NAME AND w.act = 'suppression' LIMIT 1;
    IF gone IS NOT NULL THEN
        RAISE EXCEPTION '% of % was suppressed: its id is never used again', gone, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'what_is_suppressed_stays_away',
                  TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

-- An update may close an open range; or withhold a row that has been closed and whose suppression is on record, where
-- id, references, range, form and digest stay and the salt goes. Nothing else. AFTER, since a BEFORE trigger sees
-- generated columns empty.
CREATE OR REPLACE FUNCTION ledger.refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept record := NEW;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        kept.revisions := OLD.revisions;
        IF kept *= OLD AND upper_inf(OLD.revisions) AND NOT upper_inf(NEW.revisions)
           AND lower(NEW.revisions) = lower(OLD.revisions) THEN
            RETURN NULL;
        END IF;
        IF NEW.salt IS NULL AND NOT upper_inf(OLD.revisions)
           AND (NEW.id, NEW.revisions, NEW.form, NEW.digest) = (OLD.id, OLD.revisions, OLD.form, OLD.digest)
           AND EXISTS (SELECT FROM ledger.withdrawal w, ledger.head h
                        WHERE w.number = h.number + 1 AND w.table_name = TG_TABLE_NAME AND w.id = OLD.id
                          AND w.act = 'suppression') THEN
            RETURN NULL;
        END IF;
    END IF;
    RAISE EXCEPTION 'ledger.% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_is_append_only';
END $$;

-- What stands in a column once its row is withheld, as SQL, by the desk's catalogue; null when it stays as it was.
-- References, dates that are required, words of closed lists and numbers stay, so that no past answer loses a row and
-- none breaks its schema; what is optional goes; every other text reads [withheld], an address so that it stays one.
CREATE FUNCTION ledger.withheld_as(table_name text, column_name text) RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT CASE
        WHEN a.attnotnull IS NULL THEN 'NULL'  -- the desk has the column no more
        WHEN a.attgenerated <> '' OR column_name = 'id' OR EXISTS (
                SELECT FROM pg_constraint c WHERE c.conrelid = a.attrelid AND c.contype = 'f' AND c.conkey = ARRAY[a.attnum])
            THEN NULL
        WHEN NOT a.attnotnull THEN 'NULL'
        WHEN column_name LIKE '%\_edtf' THEN NULL
        WHEN column_name = 'slug' THEN '''withheld-'' || id'
        WHEN a.atttypid = 'extensions.lines'::regtype THEN '''{}'''
        WHEN a.atttypid IN ('extensions.line'::regtype, 'extensions.prose'::regtype, 'text'::regtype) THEN '''[withheld]'''
        WHEN format_type(a.atttypid, a.atttypmod) = 'character varying(1000)' THEN '''https://withheld.invalid/'''
    END
    FROM (SELECT 1) AS always
    LEFT JOIN pg_attribute a ON a.attrelid = to_regclass(format('public.%I', table_name))
                            AND a.attname = column_name AND NOT a.attisdropped;
END;

-- Withholds every past row of `ids`, which must be public no more, in the revision that is being made. The only door to
-- the columns of published rows; the desk's role may call it and cannot write them otherwise.
CREATE FUNCTION ledger.suppress(suppressed_table text, ids uuid[]) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = ledger, pg_temp AS $$
DECLARE
    settings text;
    withheld bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM ledger.form f WHERE f.table_name = suppressed_table) THEN
        RAISE EXCEPTION 'there is no twin of %', suppressed_table;
    END IF;
    INSERT INTO ledger.withdrawal (number, table_name, id, act)
         SELECT h.number + 1, suppressed_table, gone, 'suppression' FROM ledger.head h, unnest(ids) AS gone;
    SELECT string_agg(format('%I = %s', a.attname, ledger.withheld_as(suppressed_table, a.attname)), ', ')
      INTO settings
      FROM pg_attribute a
     WHERE a.attrelid = format('ledger.%I', suppressed_table)::regclass AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attgenerated = '' AND a.attname NOT IN ('revisions', 'form', 'salt', 'digest')
       AND ledger.withheld_as(suppressed_table, a.attname) IS NOT NULL;
    EXECUTE format('UPDATE ledger.%I SET salt = NULL%s WHERE id = ANY ($1) AND salt IS NOT NULL',
                   suppressed_table, ', ' || settings) USING ids;
    GET DIAGNOSTICS withheld = ROW_COUNT;
    RETURN withheld;
END $$;
REVOKE EXECUTE ON FUNCTION ledger.suppress(text, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.suppress(text, uuid[]) TO tracker_desk;

GRANT SELECT, INSERT ON ledger.withdrawal TO tracker_desk;
GRANT UPDATE (epoch) ON ledger.head TO tracker_desk;

-- The desk's view of withdrawals, and the windows'. The name is the table name of the model Withdrawal.
CREATE VIEW public.negotiations_withdrawal WITH (security_invoker = true) AS
    SELECT number, table_name, id AS record_id, act, successor AS successor_id FROM ledger.withdrawal;
CREATE VIEW window_now.negotiations_withdrawal AS
    SELECT number, table_name, id AS record_id, act, successor AS successor_id FROM ledger.withdrawal;
CREATE VIEW window_then.negotiations_withdrawal AS
    SELECT number, table_name, id AS record_id, act, successor AS successor_id FROM ledger.withdrawal
     WHERE number <= current_setting('tracker.revision')::bigint;
GRANT SELECT ON window_now.negotiations_withdrawal, window_then.negotiations_withdrawal TO tracker_desk, tracker_public;
