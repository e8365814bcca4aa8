-- Nothing of these kinds is public without a citation of its own, by whatever way it got there.
CREATE FUNCTION ledger.require_citation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE cited boolean;
BEGIN
    IF NOT upper_inf(NEW.revisions) THEN RETURN NULL; END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM ledger.negotiations_citation c
                                    WHERE c.%I = $1 AND upper_inf(c.revisions) IS TRUE)
                        OR NOT EXISTS (SELECT FROM ledger.%I r WHERE r.id = $1 AND upper_inf(r.revisions) IS TRUE)',
                   TG_ARGV[0], TG_TABLE_NAME) INTO cited USING NEW.id;
    IF NOT cited THEN
        RAISE EXCEPTION 'row % of ledger.% would be public without a citation', NEW.id, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_record_is_cited';
    END IF;
    RETURN NULL;
END $$;

-- The last open citation of an open record cannot be closed alone.
CREATE FUNCTION ledger.keep_citation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind text;
    target uuid;
    bare boolean;
BEGIN
    FOREACH kind IN ARRAY ARRAY['talk', 'statement', 'position', 'outcome', 'event'] LOOP
        target := (to_jsonb(NEW) ->> (kind || '_id'))::uuid;
        CONTINUE WHEN target IS NULL;
        EXECUTE format('SELECT EXISTS (SELECT FROM ledger.%I r WHERE r.id = $1 AND upper_inf(r.revisions) IS TRUE)
                          AND NOT EXISTS (SELECT FROM ledger.negotiations_citation c
                                           WHERE c.%I = $1 AND upper_inf(c.revisions) IS TRUE)',
                       'negotiations_' || kind, kind || '_id') INTO bare USING target;
        IF bare THEN
            RAISE EXCEPTION 'row % of ledger.negotiations_% would be public without a citation', target, kind
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_record_is_cited';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER keep_citation AFTER UPDATE ON ledger.negotiations_citation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.keep_citation();
CREATE CONSTRAINT TRIGGER require_citation AFTER INSERT ON ledger.negotiations_talk
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.require_citation('talk_id');
CREATE CONSTRAINT TRIGGER require_citation AFTER INSERT ON ledger.negotiations_statement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.require_citation('statement_id');
CREATE CONSTRAINT TRIGGER require_citation AFTER INSERT ON ledger.negotiations_position
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.require_citation('position_id');
CREATE CONSTRAINT TRIGGER require_citation AFTER INSERT ON ledger.negotiations_outcome
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.require_citation('outcome_id');
CREATE CONSTRAINT TRIGGER require_citation AFTER INSERT ON ledger.negotiations_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.require_citation('event_id');
