-- Who keeps answers is told when the head moves, once the act has committed. Nothing is said but that: they read the head.
CREATE FUNCTION ledger.tell_of_revision() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NOTIFY tracker_revision;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_of_revision AFTER UPDATE ON ledger.head
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.tell_of_revision();
