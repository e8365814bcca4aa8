"""Rights that are missing or too many: what the two roles, and everybody, may do with desk, ledger and windows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from negotiations.ledger.catalogue import WINDOWS
from negotiations.ledger.digests import quote
from negotiations.ledger.roles import DESK, PUBLIC

Right = tuple[str, str, str, str, str]  # grantee, schema, relation, column (or none), privilege

# What migrations grant on the tables beside the twins.
BESIDE = {
    ("head", "", "SELECT"), ("revision", "", "SELECT"), ("form", "", "SELECT"), ("withdrawal", "", "SELECT"),
    ("revision", "", "INSERT"), ("withdrawal", "", "INSERT"),
    ("head", "number", "UPDATE"), ("head", "at", "UPDATE"), ("head", "hash", "UPDATE"), ("head", "epoch", "UPDATE"),
}  # fmt: skip
ON_A_TWIN = (("", "SELECT"), ("", "INSERT"), ("revisions", "UPDATE"))
ON_THE_DESK = ("SELECT", "INSERT", "UPDATE", "DELETE")


def differing_rights(cursor: Any, twins: list[str], views: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """(what is wrong, SQL that mends it) of rights on tables and `views` of the windows, and on schemas."""
    wanted = {(DESK, "ledger", table, *right) for table in twins for right in ON_A_TWIN}
    wanted |= {(DESK, "ledger", *right) for right in BESIDE}
    wanted |= {(DESK, "public", table, "", privilege) for table in _of_the_desk(cursor) for privilege in ON_THE_DESK}
    wanted |= {(role, *view, "", "SELECT") for role in (DESK, PUBLIC) for view in views}
    there = _there(cursor)
    for right in sorted(wanted - there):
        yield f"{_said(right)} is not granted", f"GRANT {_granted(right)} TO {right[0]};"
    for right in sorted(there - wanted):
        yield f"{_said(right)} is granted, and should not be", f"REVOKE {_granted(right)} FROM {right[0]};"
    yield from _of_schemas(cursor)


def _said(right: Right) -> str:
    grantee, schema, relation, column, privilege = right
    return f"{privilege} on {schema}.{relation}{f' ({column})' if column else ''} to {grantee}"


def _granted(right: Right) -> str:
    _, schema, relation, column, privilege = right
    return f"{privilege}{f' ({quote(column)})' if column else ''} ON {schema}.{quote(relation)}"


def _of_the_desk(cursor: Any) -> list[str]:
    cursor.execute(
        """SELECT c.relname FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"""
    )
    return [name for (name,) in cursor.fetchall()]


def _there(cursor: Any) -> set[Right]:
    """Whatever anybody but the owner was granted."""
    cursor.execute(
        """SELECT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END, n.nspname, c.relname,
                  given.column_name, acl.privilege_type
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL (SELECT '' AS column_name, c.relacl AS acl UNION ALL
                                SELECT a.attname, a.attacl FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
                                   AND NOT a.attisdropped) AS given
            CROSS JOIN LATERAL aclexplode(given.acl) AS acl
            WHERE n.nspname IN ('public', 'ledger', 'window_now', 'window_then')
              AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND acl.grantee <> c.relowner
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"""
    )
    return set(cursor.fetchall())


def _of_schemas(cursor: Any) -> Iterator[tuple[str, str]]:
    cursor.execute(
        """SELECT n.nspname, CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END,
                  acl.privilege_type
             FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) AS acl
            WHERE n.nspname IN ('public', 'ledger', 'window_now', 'window_then', 'extensions')
              AND acl.grantee <> n.nspowner"""
    )
    there = set(cursor.fetchall())
    wanted = {(schema, DESK, "USAGE") for schema in ("public", "ledger", "extensions", *WINDOWS)}
    wanted |= {(schema, PUBLIC, "USAGE") for schema in ("extensions", *WINDOWS)}
    for schema, grantee, privilege in sorted(wanted - there):
        what = f"{privilege} on schema {schema} to {grantee} is not granted"
        yield what, f"GRANT {privilege} ON SCHEMA {schema} TO {grantee};"
    for schema, grantee, privilege in sorted(there - wanted):
        what = f"{privilege} on schema {schema} to {grantee} is granted, and should not be"
        yield what, f"REVOKE {privilege} ON SCHEMA {schema} FROM {grantee};"
