-- What the ledger's tables owe each other, kept whoever writes them and by whatever SQL. An act writes rows and withdrawals
-- for the revision after the head, seals them with a row of ledger.revision, and moves the head to it. Each step looks at
-- the one before, and a transaction that stops half-way is refused at its end.

-- The newest revision that anything was written for. While it is above the number, the revision is unfinished.
ALTER TABLE ledger.head ADD COLUMN begun bigint;

-- The number of the revision that is being made. Whoever writes for it holds the head from here on, as every act does, so
-- nobody can slip a row into a revision that somebody else is sealing. Called by triggers only, with the owner's rights.
CREATE FUNCTION ledger.begin_revision() RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made bigint;
    latest bigint;
BEGIN
    SELECT number + 1, begun INTO made, latest FROM ledger.head FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM ledger.revision WHERE number = made) THEN
        RAISE EXCEPTION 'Revision % is sealed: nothing more is opened, closed or withdrawn in it.', made
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sealed_revision_takes_nothing';
    END IF;
    IF latest IS DISTINCT FROM made THEN
        UPDATE ledger.head SET begun = made;
    END IF;
    RETURN made;
END $$;
REVOKE EXECUTE ON FUNCTION ledger.begin_revision() FROM PUBLIC;

-- What was begun is finished in the same transaction: sealed, and the head moved to it.
CREATE FUNCTION ledger.refuse_leaving_unfinished() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM ledger.head WHERE begun > number) THEN
        RAISE EXCEPTION 'Revision % was begun and is not finished: the ledger was written, and its head has not moved on.',
            NEW.begun USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'begun_revision_is_finished';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refuse_leaving_unfinished AFTER UPDATE ON ledger.head
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.begun > NEW.number) EXECUTE FUNCTION ledger.refuse_leaving_unfinished();

-- A row opens in the revision being made and stays open, sealed as rows are today.
CREATE FUNCTION ledger.refuse_opening_amiss() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made bigint;
    amiss record;
BEGIN
    IF NOT EXISTS (SELECT FROM fresh) THEN RETURN NULL; END IF;
    made := ledger.begin_revision();
    SELECT id, revisions INTO amiss FROM fresh WHERE revisions <> int8range(made, NULL) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Row % of % would be public in the revisions %: a row opens in the one being made, %, and stays open.',
            amiss.id, TG_TABLE_NAME, amiss.revisions, made
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'row_opens_in_the_revision_being_made',
                  TABLE = TG_TABLE_NAME;
    END IF;
    SELECT id INTO amiss FROM fresh
     WHERE octet_length(salt) <> 16 OR octet_length(digest) <> 32
        OR form IS DISTINCT FROM (SELECT max(f.form) FROM ledger.form f WHERE f.table_name = TG_TABLE_NAME) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Row % of % is not sealed: it needs a salt of 16 bytes, a digest of 32, and the newest form.',
            amiss.id, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'published_row_is_sealed', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

-- A row closes in the revision being made. One without a salt was withheld: refuse_rewriting has looked at it.
CREATE FUNCTION ledger.refuse_closing_amiss() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made bigint;
    amiss record;
BEGIN
    IF NOT EXISTS (SELECT FROM changed) THEN RETURN NULL; END IF;
    made := ledger.begin_revision();
    SELECT id, revisions INTO amiss FROM changed
     WHERE salt IS NOT NULL AND upper(revisions) IS DISTINCT FROM made LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Row % of % would have been public in the revisions %: a row closes in the one being made, %.',
            amiss.id, TG_TABLE_NAME, amiss.revisions, made
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'row_closes_in_the_revision_being_made',
                  TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

-- Whether a twin is of records; the others are of parts. A record has a slug.
CREATE FUNCTION ledger.is_of_records(twin text) RETURNS boolean LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT EXISTS (SELECT FROM pg_attribute
                    WHERE attrelid = to_regclass(format('ledger.%I', twin)) AND attname = 'slug' AND NOT attisdropped);
END;

-- A withdrawal is of a record, a suppression of its parts too, and is written for the revision being made. Whether it is
-- true is asked when that is sealed.
CREATE FUNCTION ledger.refuse_withdrawing_amiss() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made bigint;
    amiss record;
BEGIN
    IF NOT EXISTS (SELECT FROM fresh) THEN RETURN NULL; END IF;
    made := ledger.begin_revision();
    SELECT id, table_name, act, number INTO amiss FROM fresh w
     WHERE w.number <> made OR NOT EXISTS (SELECT FROM ledger.form f WHERE f.table_name = w.table_name)
        OR w.act <> 'suppression' AND NOT ledger.is_of_records(w.table_name) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'The % of % from % in revision % is refused: records are withdrawn, in the one being made, %.',
            amiss.act, amiss.id, amiss.table_name, amiss.number, made
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'withdrawal_is_of_the_revision_being_made';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refuse_withdrawing_amiss AFTER INSERT ON ledger.withdrawal
    REFERENCING NEW TABLE AS fresh EXECUTE FUNCTION ledger.refuse_withdrawing_amiss();

-- What is withdrawn in revision `made` was public until then and is not now; its successor is; and what is suppressed has
-- lost its texts, in every revision.
CREATE FUNCTION ledger.require_true_withdrawals(made bigint) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    twin text;
    amiss record;
BEGIN
    FOR twin IN SELECT DISTINCT table_name FROM ledger.withdrawal WHERE number = made LOOP
        FOR amiss IN EXECUTE format(
            'SELECT id, CASE WHEN stays THEN ''stays public'' WHEN NOT was THEN ''was not public before''
                             WHEN reads THEN ''keeps its texts'' ELSE ''has a successor that is not public'' END AS what
               FROM ledger.withdrawal w
               LEFT JOIN LATERAL (
                   SELECT coalesce(bool_or(upper_inf(l.revisions)), false) AS stays,
                          coalesce(bool_or(upper(l.revisions) = $1 OR w.act = ''suppression''), false) AS was,
                          coalesce(bool_or(l.salt IS NOT NULL AND w.act = ''suppression''), false) AS reads
                     FROM ledger.%1$I l WHERE l.id = w.id) AS past ON true
              WHERE w.number = $1 AND w.table_name = %1$L AND (stays OR NOT was OR reads
                 OR w.successor IS NOT NULL AND NOT EXISTS (
                     SELECT FROM ledger.%1$I s WHERE s.id = w.successor AND upper_inf(s.revisions) IS TRUE))', twin)
            USING made
        LOOP
            RAISE EXCEPTION 'Row % of % is withdrawn in revision %, and %.', amiss.id, twin, made, amiss.what
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'withdrawal_is_true', TABLE = twin;
        END LOOP;
    END LOOP;
END $$;

-- A record that ceases to be public in revision `made` is withdrawn in it.
CREATE FUNCTION ledger.require_withdrawals(made bigint) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    twin text;
    gone uuid;
BEGIN
    FOR twin IN SELECT DISTINCT table_name FROM ledger.form WHERE ledger.is_of_records(table_name) LOOP
        EXECUTE format(
            'SELECT id FROM ledger.%1$I l
              WHERE upper(revisions) = $1
                AND NOT EXISTS (SELECT FROM ledger.%1$I o WHERE o.id = l.id AND upper_inf(o.revisions) IS TRUE)
                AND NOT EXISTS (SELECT FROM ledger.withdrawal w
                                 WHERE w.number = $1 AND w.table_name = %1$L AND w.id = l.id) LIMIT 1', twin)
           INTO gone USING made;
        IF gone IS NOT NULL THEN
            RAISE EXCEPTION 'Row % of % ceases to be public in revision %, and no withdrawal says so.', gone, twin, made
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'who_leaves_is_withdrawn', TABLE = twin;
        END IF;
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION ledger.require_true_withdrawals(bigint), ledger.require_withdrawals(bigint) FROM PUBLIC;

-- A revision is the one after the head, later than it and not in the future, and says what was written for it.
CREATE FUNCTION ledger.refuse_sealing_amiss() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    latest ledger.head;
    acts text[] := ARRAY(SELECT DISTINCT act FROM ledger.withdrawal WHERE number = NEW.number);
    fault text;
BEGIN
    SELECT * INTO latest FROM ledger.head;
    fault := CASE
        WHEN NEW.number IS DISTINCT FROM latest.number + 1
            THEN format('its number is not the one after the head, which is %s', latest.number)
        WHEN latest.begun IS DISTINCT FROM NEW.number THEN 'nothing was opened, closed or withdrawn for it'
        WHEN NEW.at <= latest.at THEN 'its moment is not after that of the head'
        WHEN NEW.at > greatest(latest.at + interval '1 millisecond', clock_timestamp() + interval '1 minute')
            THEN 'its moment lies in the future'
        WHEN NEW.previous <> latest.hash OR octet_length(NEW.hash) <> 32 THEN 'its hashes do not follow upon that of the head'
        WHEN acts <> CASE WHEN NEW.kind IN ('retraction', 'merge', 'suppression') THEN ARRAY[NEW.kind] ELSE '{}' END
            THEN format('a revision of the kind %s does not withdraw by %s', NEW.kind, coalesce(acts[1], 'nothing'))
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'Revision % is refused: %.', NEW.number, fault
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'revision_follows_upon_the_head';
    END IF;
    PERFORM ledger.require_true_withdrawals(NEW.number);
    PERFORM ledger.require_withdrawals(NEW.number);
    RETURN NULL;
END $$;
CREATE TRIGGER refuse_sealing_amiss AFTER INSERT ON ledger.revision
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_sealing_amiss();

-- The head is begun for the revision after it, or moves on to that one as it was sealed; the epoch grows when it
-- suppresses.
CREATE OR REPLACE FUNCTION ledger.refuse_moving_back() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    suppresses integer;
    fault text := 'The row of ledger.head moves on by one revision at a time';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.number, NEW.at, NEW.hash, NEW.epoch, NEW.begun) = (OLD.number, OLD.at, OLD.hash, OLD.epoch, OLD.number + 1) THEN
            RETURN NEW;
        END IF;
        suppresses := (EXISTS (SELECT FROM ledger.withdrawal WHERE number = NEW.number AND act = 'suppression'))::integer;
        IF NEW.number = OLD.number + 1 AND NEW.at > OLD.at THEN
            IF NEW.begun IS DISTINCT FROM NEW.number OR NOT EXISTS (
                SELECT FROM ledger.revision r WHERE (r.number, r.at, r.hash) = (NEW.number, NEW.at, NEW.hash)) THEN
                fault := format('The row of ledger.head moves on to what stands in ledger.revision of %s', NEW.number);
            ELSIF NEW.epoch IS DISTINCT FROM OLD.epoch + suppresses THEN
                fault := 'The epoch of ledger.head grows by one with a revision that suppresses, and with no other';
            ELSE
                RETURN NEW;
            END IF;
        END IF;
    END IF;
    RAISE EXCEPTION '%: % refused.', fault, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'head_moves_on_by_one';
END $$;

-- A form stays as digests were taken over it. What changes a twin by ALTER TABLE writes a new form after the others,
-- follows a column that was renamed, and forgets the forms of a twin that is gone.
CREATE FUNCTION ledger.refuse_changing_forms() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    of_twin text := CASE TG_OP WHEN 'INSERT' THEN NEW.table_name ELSE OLD.table_name END;
    there text[] := ARRAY(SELECT attname::text FROM pg_attribute
                           WHERE attrelid = to_regclass(format('ledger.%I', of_twin)) AND attnum > 0 AND NOT attisdropped
                             AND attname NOT IN ('revisions', 'form', 'salt', 'digest'));
    fits boolean;
BEGIN
    fits := CASE TG_OP
        WHEN 'DELETE' THEN there = '{}'
        WHEN 'INSERT' THEN NEW.keys = NEW.columns
             AND NEW.form = (SELECT coalesce(max(form), 0) + 1 FROM ledger.form WHERE table_name = NEW.table_name)
        ELSE (NEW.table_name, NEW.form, NEW.keys) = (OLD.table_name, OLD.form, OLD.keys)
             AND cardinality(NEW.columns) = cardinality(OLD.columns)
             AND NOT EXISTS (SELECT FROM unnest(OLD.columns, NEW.columns) AS renamed (before, now)
                              WHERE now IS DISTINCT FROM before AND before = ANY (there))
    END;
    IF fits AND (TG_OP = 'DELETE' OR NEW.columns <@ there
                 AND cardinality(NEW.columns) = (SELECT count(DISTINCT name) FROM unnest(NEW.columns) AS name)) THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'The forms of % stay as digests were taken over them: % refused. Change the model, and migrate.', of_twin,
        TG_OP USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'form_stays';
END $$;
CREATE TRIGGER refuse_changing_forms BEFORE INSERT OR UPDATE OR DELETE ON ledger.form
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_changing_forms();
CREATE TRIGGER refuse_truncating BEFORE TRUNCATE ON ledger.form EXECUTE FUNCTION ledger.refuse_truncating();
