-- The parts that came after rules.sql, and the keys by which parts can belong to something since then.
DROP TRIGGER assertion_keeps_its_owner ON public.negotiations_assertion;
CREATE CONSTRAINT TRIGGER assertion_keeps_its_owner
    AFTER UPDATE OF process_id, actor_id, talk_id, agenda_item_id, delegation_id, statement_id, outcome_id, event_id
    ON public.negotiations_assertion DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.process_id, OLD.actor_id, OLD.talk_id, OLD.agenda_item_id, OLD.delegation_id, OLD.statement_id,
           OLD.outcome_id, OLD.event_id)
          IS DISTINCT FROM
          (NEW.process_id, NEW.actor_id, NEW.talk_id, NEW.agenda_item_id, NEW.delegation_id, NEW.statement_id,
           NEW.outcome_id, NEW.event_id))
    EXECUTE FUNCTION public.keeps_its_owner();
CREATE CONSTRAINT TRIGGER event_place_keeps_its_owner AFTER UPDATE OF event_id
    ON public.negotiations_eventplace DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.event_id IS DISTINCT FROM NEW.event_id) EXECUTE FUNCTION public.keeps_its_owner();
