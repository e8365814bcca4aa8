-- Rules over several rows of the desk, named and worded as in negotiations/models/rules.py.
-- Each is a deferred constraint trigger: rows may come in any order, what counts is how they stand at the end. So a
-- function reads the row as it is by then; NEW only says which one.
-- Two transactions could together break a rule, each with what the other does not see yet. So whoever writes a link
-- between rows, or changes what a link rests on, takes the table's advisory lock; the next statement sees what those
-- before have committed. Row locks would do as well, but make deadlocks with a publish, which locks the same rows.
-- The desk's role fires triggers without a right on their functions, and nobody else needs one.

-- Following one foreign key of a table to itself (the argument) never leads back, nor on for 1000 steps.
CREATE FUNCTION public.makes_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE is_circle boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(TG_TABLE_NAME, 0));
    EXECUTE format(
        'WITH RECURSIVE above (id, steps) AS (
             SELECT %2$I, 1 FROM public.%1$I WHERE id = $1
             UNION ALL
             SELECT t.%2$I, above.steps + 1 FROM above JOIN public.%1$I t ON t.id = above.id
              WHERE above.id <> $1 AND above.steps <= 1000)
         SELECT EXISTS (SELECT FROM above WHERE id = $1 OR (steps > 1000 AND id IS NOT NULL))',
        TG_TABLE_NAME, TG_ARGV[0] || '_id') INTO is_circle USING NEW.id;
    IF is_circle THEN
        RAISE EXCEPTION 'Following % leads from this % back to itself; choose another.',
            TG_ARGV[0], replace(TG_TABLE_NAME, 'negotiations_', '')
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
                  DETAIL = 'The row has the id ' || NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER place_parent_makes_no_circle AFTER INSERT OR UPDATE OF parent_id
    ON public.negotiations_place DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION public.makes_no_circle('parent');
CREATE CONSTRAINT TRIGGER issue_parent_makes_no_circle AFTER INSERT OR UPDATE OF parent_id
    ON public.negotiations_issue DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION public.makes_no_circle('parent');
CREATE CONSTRAINT TRIGGER process_part_of_makes_no_circle AFTER INSERT OR UPDATE OF part_of_id
    ON public.negotiations_process DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.part_of_id IS NOT NULL) EXECUTE FUNCTION public.makes_no_circle('part_of');
CREATE CONSTRAINT TRIGGER process_continues_makes_no_circle AFTER INSERT OR UPDATE OF continues_id
    ON public.negotiations_process DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.continues_id IS NOT NULL) EXECUTE FUNCTION public.makes_no_circle('continues');
CREATE CONSTRAINT TRIGGER talk_related_talk_makes_no_circle AFTER INSERT OR UPDATE OF related_talk_id
    ON public.negotiations_talk DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.related_talk_id IS NOT NULL) EXECUTE FUNCTION public.makes_no_circle('related_talk');
CREATE CONSTRAINT TRIGGER position_supersedes_makes_no_circle AFTER INSERT OR UPDATE OF supersedes_id
    ON public.negotiations_position DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.supersedes_id IS NOT NULL) EXECUTE FUNCTION public.makes_no_circle('supersedes');
CREATE CONSTRAINT TRIGGER outcome_part_of_makes_no_circle AFTER INSERT OR UPDATE OF part_of_id
    ON public.negotiations_outcome DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.part_of_id IS NOT NULL) EXECUTE FUNCTION public.makes_no_circle('part_of');
CREATE CONSTRAINT TRIGGER outcome_depends_on_makes_no_circle AFTER INSERT OR UPDATE OF depends_on_id
    ON public.negotiations_outcome DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.depends_on_id IS NOT NULL) EXECUTE FUNCTION public.makes_no_circle('depends_on');
CREATE CONSTRAINT TRIGGER source_syndicated_from_makes_no_circle AFTER INSERT OR UPDATE OF syndicated_from_id
    ON public.negotiations_source DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.syndicated_from_id IS NOT NULL) EXECUTE FUNCTION public.makes_no_circle('syndicated_from');

-- A place has the country of the place it lies in, unless that has none, as a region across borders.
CREATE FUNCTION public.shares_its_parents_country() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR NEW.parent_id IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(TG_TABLE_NAME, 0));
    END IF;
    IF EXISTS (SELECT FROM public.negotiations_place inner_place
                 JOIN public.negotiations_place parent ON parent.id = inner_place.parent_id
                WHERE (inner_place.id = NEW.id OR inner_place.parent_id = NEW.id)
                  AND parent.country IS NOT NULL AND inner_place.country IS DISTINCT FROM parent.country) THEN
        RAISE EXCEPTION 'A place has the country of the place it lies in: change country or parent.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
                  DETAIL = 'The row has the id ' || NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER place_shares_its_parents_country AFTER INSERT OR UPDATE OF parent_id, country
    ON public.negotiations_place DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION public.shares_its_parents_country();

-- A session has the process of its talk and lies within its days, as far as the days of both are known.
CREATE FUNCTION public.lies_within_its_talk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR NEW.related_talk_id IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(TG_TABLE_NAME, 0));
    END IF;
    IF EXISTS (SELECT FROM public.negotiations_talk session
                 JOIN public.negotiations_talk whole ON whole.id = session.related_talk_id
                WHERE (session.id = NEW.id OR session.related_talk_id = NEW.id) AND session.relation = 'session'
                  AND (session.process_id <> whole.process_id OR NOT session.during <@ whole.during)) THEN
        RAISE EXCEPTION 'A session lies within the days and the process of its talk: '
            'change its dates, process or related talk.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
                  DETAIL = 'The row has the id ' || NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER talk_session_lies_within_its_talk
    AFTER INSERT OR UPDATE OF relation, related_talk_id, process_id, start_edtf, end_edtf
    ON public.negotiations_talk DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION public.lies_within_its_talk();

-- A new stance takes the place of one of the same party on the same issue in the same process.
CREATE FUNCTION public.supersedes_one_of_its_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR NEW.supersedes_id IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(TG_TABLE_NAME, 0));
    END IF;
    IF EXISTS (SELECT FROM public.negotiations_position newer
                 JOIN public.negotiations_position older ON older.id = newer.supersedes_id
                WHERE (newer.id = NEW.id OR newer.supersedes_id = NEW.id)
                  AND (newer.process_id, newer.party_id, newer.issue_id)
                      <> (older.process_id, older.party_id, older.issue_id)) THEN
        RAISE EXCEPTION 'A position supersedes one of the same process, party and issue.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
                  DETAIL = 'The row has the id ' || NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER position_supersedes_one_of_its_kind
    AFTER INSERT OR UPDATE OF supersedes_id, process_id, party_id, issue_id
    ON public.negotiations_position DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION public.supersedes_one_of_its_kind();

-- Who sits with whom sits at the same talk. A delegation's talk never changes, so one side is asked.
CREATE FUNCTION public.sits_with_another_of_its_talk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.negotiations_delegation delegation
                 JOIN public.negotiations_delegation beside ON beside.id = delegation.sits_with_id
                WHERE delegation.id = NEW.id
                  AND (delegation.talk_id <> beside.talk_id OR delegation.id = beside.id)) THEN
        RAISE EXCEPTION 'A delegation sits with another delegation of the same talk.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
                  DETAIL = 'The row has the id ' || NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER delegation_sits_with_another_of_its_talk AFTER INSERT OR UPDATE OF sits_with_id
    ON public.negotiations_delegation DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.sits_with_id IS NOT NULL) EXECUTE FUNCTION public.sits_with_another_of_its_talk();

-- The affiliation is one of the actor that the argument's column names. Whose an affiliation is never changes.
CREATE FUNCTION public.affiliation_is_the_actors_own() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE is_anothers boolean;
BEGIN
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM public.%I r JOIN public.negotiations_affiliation a ON a.id = r.affiliation_id
                         WHERE r.id = $1 AND a.actor_id IS DISTINCT FROM r.%I)',
        TG_TABLE_NAME, TG_ARGV[0] || '_id') INTO is_anothers USING NEW.id;
    IF is_anothers THEN
        RAISE EXCEPTION 'The affiliation is not one of the %''s: choose another, or none.', TG_ARGV[0]
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
                  DETAIL = 'The row has the id ' || NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER delegation_member_affiliation_is_its_persons
    AFTER INSERT OR UPDATE OF affiliation_id, person_id
    ON public.negotiations_delegationmember DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.affiliation_id IS NOT NULL) EXECUTE FUNCTION public.affiliation_is_the_actors_own('person');
CREATE CONSTRAINT TRIGGER statement_affiliation_is_its_speakers
    AFTER INSERT OR UPDATE OF affiliation_id, speaker_id
    ON public.negotiations_statement DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.affiliation_id IS NOT NULL) EXECUTE FUNCTION public.affiliation_is_the_actors_own('speaker');
CREATE CONSTRAINT TRIGGER outcome_party_affiliation_is_its_persons
    AFTER INSERT OR UPDATE OF affiliation_id, person_id
    ON public.negotiations_outcomeparty DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.affiliation_id IS NOT NULL) EXECUTE FUNCTION public.affiliation_is_the_actors_own('person');

-- A part is never moved: WHEN finds, as the row is written, that a foreign key of PART_OF has changed.
-- Keys that came later: owners.sql.
CREATE FUNCTION public.keeps_its_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A part stays with what it belongs to: delete it there and add it anew.'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
              DETAIL = 'The row has the id ' || NEW.id;
END $$;

CREATE CONSTRAINT TRIGGER affiliation_keeps_its_owner AFTER UPDATE OF actor_id
    ON public.negotiations_affiliation DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.actor_id IS DISTINCT FROM NEW.actor_id) EXECUTE FUNCTION public.keeps_its_owner();
CREATE CONSTRAINT TRIGGER event_party_keeps_its_owner AFTER UPDATE OF event_id
    ON public.negotiations_eventparty DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.event_id IS DISTINCT FROM NEW.event_id) EXECUTE FUNCTION public.keeps_its_owner();
CREATE CONSTRAINT TRIGGER statement_link_keeps_its_owner AFTER UPDATE OF statement_id
    ON public.negotiations_statementlink DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.statement_id IS DISTINCT FROM NEW.statement_id) EXECUTE FUNCTION public.keeps_its_owner();
CREATE CONSTRAINT TRIGGER name_keeps_its_owner
    AFTER UPDATE OF actor_id, place_id, process_id, outcome_id, event_id
    ON public.negotiations_name DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.actor_id, OLD.place_id, OLD.process_id, OLD.outcome_id, OLD.event_id)
          IS DISTINCT FROM
          (NEW.actor_id, NEW.place_id, NEW.process_id, NEW.outcome_id, NEW.event_id))
    EXECUTE FUNCTION public.keeps_its_owner();
CREATE CONSTRAINT TRIGGER identifier_keeps_its_owner
    AFTER UPDATE OF actor_id, place_id, process_id, outcome_id, event_id
    ON public.negotiations_identifier DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.actor_id, OLD.place_id, OLD.process_id, OLD.outcome_id, OLD.event_id)
          IS DISTINCT FROM
          (NEW.actor_id, NEW.place_id, NEW.process_id, NEW.outcome_id, NEW.event_id))
    EXECUTE FUNCTION public.keeps_its_owner();
CREATE CONSTRAINT TRIGGER outcome_issue_keeps_its_owner AFTER UPDATE OF outcome_id
    ON public.negotiations_outcomeissue DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.outcome_id IS DISTINCT FROM NEW.outcome_id) EXECUTE FUNCTION public.keeps_its_owner();
CREATE CONSTRAINT TRIGGER outcome_party_keeps_its_owner AFTER UPDATE OF outcome_id
    ON public.negotiations_outcomeparty DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.outcome_id IS DISTINCT FROM NEW.outcome_id) EXECUTE FUNCTION public.keeps_its_owner();
CREATE CONSTRAINT TRIGGER delegation_keeps_its_owner AFTER UPDATE OF talk_id
    ON public.negotiations_delegation DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.talk_id IS DISTINCT FROM NEW.talk_id) EXECUTE FUNCTION public.keeps_its_owner();
CREATE CONSTRAINT TRIGGER assertion_keeps_its_owner
    AFTER UPDATE OF process_id, actor_id, talk_id, delegation_id, statement_id, outcome_id, event_id
    ON public.negotiations_assertion DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.process_id, OLD.actor_id, OLD.talk_id, OLD.delegation_id, OLD.statement_id, OLD.outcome_id,
           OLD.event_id)
          IS DISTINCT FROM
          (NEW.process_id, NEW.actor_id, NEW.talk_id, NEW.delegation_id, NEW.statement_id, NEW.outcome_id,
           NEW.event_id))
    EXECUTE FUNCTION public.keeps_its_owner();
CREATE CONSTRAINT TRIGGER delegation_member_keeps_its_owner AFTER UPDATE OF delegation_id
    ON public.negotiations_delegationmember DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.delegation_id IS DISTINCT FROM NEW.delegation_id) EXECUTE FUNCTION public.keeps_its_owner();
CREATE CONSTRAINT TRIGGER agenda_item_keeps_its_owner AFTER UPDATE OF talk_id
    ON public.negotiations_agendaitem DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.talk_id IS DISTINCT FROM NEW.talk_id) EXECUTE FUNCTION public.keeps_its_owner();
CREATE CONSTRAINT TRIGGER citation_keeps_its_owner
    AFTER UPDATE OF process_id, actor_id, affiliation_id, name_id, place_id, talk_id, agenda_item_id, delegation_id,
                    member_id, statement_id, link_id, position_id, outcome_id, outcome_party_id,
                    event_id, event_party_id, assertion_id
    ON public.negotiations_citation DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.process_id, OLD.actor_id, OLD.affiliation_id, OLD.name_id, OLD.place_id, OLD.talk_id,
           OLD.agenda_item_id, OLD.delegation_id, OLD.member_id, OLD.statement_id, OLD.link_id,
           OLD.position_id, OLD.outcome_id, OLD.outcome_party_id, OLD.event_id, OLD.event_party_id,
           OLD.assertion_id)
          IS DISTINCT FROM
          (NEW.process_id, NEW.actor_id, NEW.affiliation_id, NEW.name_id, NEW.place_id, NEW.talk_id,
           NEW.agenda_item_id, NEW.delegation_id, NEW.member_id, NEW.statement_id, NEW.link_id,
           NEW.position_id, NEW.outcome_id, NEW.outcome_party_id, NEW.event_id, NEW.event_party_id,
           NEW.assertion_id))
    EXECUTE FUNCTION public.keeps_its_owner();

REVOKE EXECUTE ON FUNCTION
    public.makes_no_circle(), public.shares_its_parents_country(), public.lies_within_its_talk(),
    public.supersedes_one_of_its_kind(), public.sits_with_another_of_its_talk(),
    public.affiliation_is_the_actors_own(), public.keeps_its_owner()
    FROM PUBLIC;
