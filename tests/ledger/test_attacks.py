"""Ways around the ledger's guarantees that somebody with the desk's password might try, each of which leads nowhere."""

import pytest

from tests.ledger.by_hand import ISSUE, as_the_desk, by_hand, close, move, open_row, seal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story")]

LATER = close("9")  # what the triggers refuse
REFUSED = "a row closes in the one being made"

DEAD_ENDS = {
    "permission denied": [
        # Triggers that do not fire
        f"SET LOCAL session_replication_role = replica; {LATER}",
        f"SELECT set_config('session_replication_role', 'replica', true); {LATER}",
        "CREATE TRIGGER first BEFORE INSERT ON ledger.revision FOR EACH ROW EXECUTE FUNCTION ledger.refuse_changing()",
        "CREATE EVENT TRIGGER first ON ddl_command_end EXECUTE FUNCTION ledger.refuse_changing()",
        # Names that mean something else
        "CREATE TEMPORARY TABLE head AS SELECT * FROM ledger.head",
        "CREATE TEMPORARY VIEW withdrawal AS SELECT * FROM ledger.withdrawal",
        "CREATE FUNCTION pg_temp.upper_inf(int8range) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE FUNCTION public.upper_inf(int8range) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE OPERATOR public.*= (LEFTARG = record, RIGHTARG = record, FUNCTION = record_image_eq)",
        "CREATE DOMAIN pg_temp.uuid AS text",
        "CREATE SCHEMA ledgers",
        "CREATE EXTENSION dblink",
        "DO $$ BEGIN EXECUTE 'CREATE TEMPORARY TABLE fresh (id uuid)'; END $$",
        # Other ways to write
        f"MERGE INTO {ISSUE} i USING ledger.head ON true WHEN MATCHED THEN DELETE",
        f"DECLARE c CURSOR FOR SELECT * FROM {ISSUE} FOR UPDATE; MOVE c; DELETE FROM {ISSUE} WHERE CURRENT OF c",
        f"COPY {ISSUE} TO '/tmp/issues'",
        "UPDATE ledger.head SET begun = NULL",
        "UPDATE public.negotiations_withdrawal SET act = 'merge'",
        "TRUNCATE ledger.withdrawal, ledger.revision",
        "LOCK TABLE ledger.head IN ACCESS EXCLUSIVE MODE",
        f"GRANT UPDATE ON {ISSUE} TO tracker_desk; UPDATE {ISSUE} SET name = 'x'",  # a grant of nothing is a warning
        # More rights
        "ALTER ROLE tracker_desk SUPERUSER",
        "REASSIGN OWNED BY tracker_desk TO tracker_public",
        "COPY ledger.head TO PROGRAM 'cat'",
    ],
    "permission denied for function": [
        "SELECT ledger.begin_revision()",
        "SELECT ledger.require_withdrawals(4)",
        "SELECT ledger.require_true_withdrawals(4)",
        "SELECT pg_read_file('/etc/passwd')",
    ],
    "must be owner": [
        f"ALTER TABLE {ISSUE} DISABLE TRIGGER ALL",
        "ALTER TABLE ledger.head DROP COLUMN begun",
        f"ALTER TABLE {ISSUE} ALTER CONSTRAINT negotiations_issue_pkey NOT DEFERRABLE",
        f"DROP TRIGGER refuse_rewriting ON {ISSUE}",
        "CREATE RULE quiet AS ON INSERT TO ledger.withdrawal DO INSTEAD NOTHING",
        "ALTER FUNCTION ledger.suppress(text, uuid[]) SET search_path = public",
        "ALTER DOMAIN extensions.line DROP CONSTRAINT line_is_not_of_blanks_alone",
        "COMMENT ON TABLE public.negotiations_issue IS 'desk only: no more'",
        "CREATE CAST (text AS uuid) WITH INOUT AS ASSIGNMENT",
    ],
    "there is no twin of": [
        "SELECT ledger.suppress('head', ARRAY[gen_random_uuid()])",
        "SELECT ledger.suppress('negotiations_issue SET salt = NULL; --', ARRAY[gen_random_uuid()])",
        "SELECT ledger.suppress('pg_catalog.pg_class', ARRAY[gen_random_uuid()])",
    ],
    "violates not-null constraint": ["SELECT ledger.suppress('negotiations_issue', ARRAY[NULL]::uuid[])"],
    REFUSED: [
        # Settings under which a trigger might see something else
        f"SET LOCAL search_path = extensions, public, ledger, pg_catalog; {LATER}",
        f"SET LOCAL search_path = pg_temp, public; {LATER}",
        f"SET LOCAL standard_conforming_strings = off; {LATER}",
        f"SET LOCAL transform_null_equals = on; SET LOCAL timezone = 'Asia/Tokyo'; {LATER}",
        f"SET LOCAL plan_cache_mode = force_generic_plan; {LATER}",
        # Other ways to write
        f"MERGE INTO {ISSUE} i USING ledger.head ON upper_inf(i.revisions)"
        " WHEN MATCHED THEN UPDATE SET revisions = int8range(lower(i.revisions), 9)",
        f"DO $$ BEGIN {LATER}; END $$",
        f"PREPARE closing AS {LATER}; EXECUTE closing",
        f"SET CONSTRAINTS ALL DEFERRED; {LATER}",
    ],
    "Revision 4 was begun and is not finished": [
        f"SET CONSTRAINTS ALL IMMEDIATE; {by_hand()}",
        f"SAVEPOINT half; {close()}; RELEASE half",
        f"DO $$ BEGIN {close()}; {open_row()}; BEGIN {seal()}; {move()}; RAISE division_by_zero;"
        " EXCEPTION WHEN division_by_zero THEN NULL; END; END $$",
    ],
    # All of it in one statement, where the parts do not see each other
    "nothing was opened, closed or withdrawn for it": [
        f"WITH closed AS ({close()} RETURNING 1) {seal()}; {move()}",
        f"SAVEPOINT half; {close()}; {open_row()}; ROLLBACK TO half; {seal()}; {move()}",
        f"SELECT ledger.suppress('negotiations_issue', '{{}}'); {seal('suppression')}; {move(epoch='epoch + 1')}",
    ],
    "moves on to what stands in ledger.revision": [
        f"WITH r AS ({seal()} RETURNING *) UPDATE ledger.head h SET number = r.number, at = r.at, hash = r.hash FROM r",
    ],
}


@pytest.mark.parametrize(
    ("says", "statement"), [(says, statement) for says, statements in DEAD_ENDS.items() for statement in statements]
)
def test_a_way_around_leads_nowhere(says: str, statement: str) -> None:
    said = as_the_desk(statement)

    assert says in said, said
