-- Who may decide on a submission, and what follows from it. The constraints of negotiations/models/submissions.py compare
-- columns of one row; here is what needs another row.
-- The desk's role fires triggers without a right on their functions, and nobody else needs one.

-- Whoever publishes a version that they wrote is a superuser.
CREATE FUNCTION public.alone_acts_a_superuser() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.auth_user WHERE id = NEW.publisher_id AND is_superuser) THEN
        RAISE EXCEPTION 'Nobody publishes what they wrote; only a superuser may, with a reason.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER edit_is_published_alone_by_a_superuser
    BEFORE INSERT OR UPDATE OF publisher_id, author_id, alone_because ON public.negotiations_edit FOR EACH ROW
    WHEN (NEW.publisher_id = NEW.author_id AND NEW.alone_because <> '') EXECUTE FUNCTION public.alone_acts_a_superuser();

-- Whoever publishes a submission with a version that they wrote gives a reason, and is a superuser; so is whoever decides
-- on what they sent.
CREATE FUNCTION public.pinned_versions_are_published_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrote boolean := NEW.status = 'published' AND EXISTS (
        SELECT FROM public.negotiations_pin p
          JOIN public.negotiations_edit e
            ON e.table_name = p.table_name AND e.record_id = p.record_id AND e.version <= p.version
         WHERE p.submission_id = NEW.id AND e.author_id = NEW.decided_by_id AND e.discarded_at IS NULL
           AND (e.revision IS NULL OR e.revision = NEW.revision));
BEGIN
    IF wrote AND NEW.alone_because = ''
       OR (wrote OR NEW.decided_by_id = NEW.sent_by_id) AND NEW.alone_because <> ''
          AND NOT EXISTS (SELECT FROM public.auth_user WHERE id = NEW.decided_by_id AND is_superuser) THEN
        RAISE EXCEPTION 'Nobody decides on what they sent or wrote; only a superuser may, with a reason.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER submission_is_decided_alone_by_a_superuser
    BEFORE INSERT OR UPDATE ON public.negotiations_submission FOR EACH ROW
    WHEN (NEW.status IN ('sent_back', 'published')) EXECUTE FUNCTION public.pinned_versions_are_published_by_another();

-- A pin is open as long as its submission is, whatever is written into it.
CREATE FUNCTION public.pin_is_open_with_its_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.is_open := COALESCE((SELECT status = 'open' FROM public.negotiations_submission WHERE id = NEW.submission_id), true);
    RETURN NEW;
END $$;
CREATE TRIGGER pin_is_open_with_its_submission BEFORE INSERT OR UPDATE ON public.negotiations_pin
    FOR EACH ROW EXECUTE FUNCTION public.pin_is_open_with_its_submission();

CREATE FUNCTION public.pins_follow_their_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.negotiations_pin SET is_open = (NEW.status = 'open') WHERE submission_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER pins_follow_their_submission AFTER UPDATE OF status ON public.negotiations_submission
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION public.pins_follow_their_submission();

REVOKE EXECUTE ON FUNCTION
    public.alone_acts_a_superuser(), public.pinned_versions_are_published_by_another(),
    public.pin_is_open_with_its_submission(), public.pins_follow_their_submission()
    FROM PUBLIC;
