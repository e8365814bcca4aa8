-- A public position that its party is said to state itself rests on a public citation in that party's own voice: the
-- voice of the citation, or that of the statement it rests on, is the party's, somebody's on its behalf, or somebody's
-- who is affiliated to it. Asked at the end of an act, of the positions that the changed row concerns.
CREATE FUNCTION ledger.require_own_voice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    concerned uuid[];
    mute uuid;
BEGIN
    IF TG_TABLE_NAME = 'negotiations_position' THEN
        concerned := ARRAY[NEW.id];
    ELSIF TG_TABLE_NAME = 'negotiations_citation' THEN
        concerned := ARRAY[NEW.position_id];
    ELSIF TG_TABLE_NAME = 'negotiations_statement' THEN
        concerned := ARRAY(SELECT position_id FROM ledger.negotiations_citation
                            WHERE testimony_id = NEW.id AND position_id IS NOT NULL AND upper_inf(revisions) IS TRUE);
    ELSE  -- an affiliation: what the person said, and what rests on it
        concerned := ARRAY(SELECT position_id FROM ledger.negotiations_citation
                            WHERE speaker_id = NEW.actor_id AND position_id IS NOT NULL
                              AND upper_inf(revisions) IS TRUE
                            UNION
                           SELECT c.position_id FROM ledger.negotiations_statement s
                             JOIN ledger.negotiations_citation c ON c.testimony_id = s.id
                            WHERE s.speaker_id = NEW.actor_id AND upper_inf(s.revisions) IS TRUE
                              AND c.position_id IS NOT NULL AND upper_inf(c.revisions) IS TRUE);
    END IF;
    SELECT p.id INTO mute FROM ledger.negotiations_position p
     WHERE p.id = ANY (concerned) AND upper_inf(p.revisions) IS TRUE AND p.ascription = 'self_stated'
       AND NOT EXISTS (
           SELECT FROM ledger.negotiations_citation c
             LEFT JOIN ledger.negotiations_statement s ON s.id = c.testimony_id AND upper_inf(s.revisions) IS TRUE
            WHERE c.position_id = p.id AND upper_inf(c.revisions) IS TRUE
              AND (p.party_id IN (c.speaker_id, c.on_behalf_of_id, s.speaker_id, s.on_behalf_of_id)
                   OR EXISTS (SELECT FROM ledger.negotiations_affiliation a
                               WHERE a.actor_id IN (c.speaker_id, s.speaker_id) AND a.organisation_id = p.party_id
                                 AND upper_inf(a.revisions) IS TRUE)))
     LIMIT 1;
    IF mute IS NOT NULL THEN
        RAISE EXCEPTION 'position % would be public as self_stated without a citation in its party''s own voice', mute
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'self_stated_position_is_in_its_own_voice',
                  TABLE = 'negotiations_position';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER require_own_voice AFTER INSERT ON ledger.negotiations_position
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.ascription = 'self_stated') EXECUTE FUNCTION ledger.require_own_voice();
-- An update of a twin closes a row.
CREATE CONSTRAINT TRIGGER keep_own_voice AFTER UPDATE ON ledger.negotiations_citation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.position_id IS NOT NULL) EXECUTE FUNCTION ledger.require_own_voice();
CREATE CONSTRAINT TRIGGER keep_own_voice AFTER UPDATE ON ledger.negotiations_statement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.require_own_voice();
CREATE CONSTRAINT TRIGGER keep_own_voice AFTER UPDATE ON ledger.negotiations_affiliation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.organisation_id IS NOT NULL) EXECUTE FUNCTION ledger.require_own_voice();
