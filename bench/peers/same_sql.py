"""FastAPI and asyncpg with the very statements that our own answers run (`bench.templates`)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from fastapi import Request, Response

from bench.peers.database import MOST_IN_A_PAGE, after, answer, application, page

TEMPLATES = json.loads(Path(os.environ["BENCH_TEMPLATES"]).read_text())
app = application()


async def documents(request: Request, name: str, inputs: dict[str, Any]) -> list[str]:
    """The records that the statements called `name` find, in their order."""
    ids: list[str] = []
    found: list[str] = []
    async with request.app.state.pool.acquire() as connection:
        for each in TEMPLATES[name]:
            values = [_value(bound, inputs, ids) for bound in each["values"]]
            rows = await connection.fetch(each["sql"], *values)
            if rows and len(rows[0]) > 1 and str(rows[0][1])[:1] == "{":  # id and document
                of_id = {str(row[0]): row[1] for row in rows}
                found = [of_id[id] for id in ids] if ids else list(of_id.values())
            elif not ids:
                ids = [str(row[0]) for row in rows[:MOST_IN_A_PAGE]]
    return found


def _value(bound: list[Any], inputs: dict[str, Any], ids: list[str]) -> Any:
    match bound:
        case ["ids"]:
            return ids
        case ["input", name]:
            return inputs[name]
        case [_, constant]:
            return constant


@app.get("/api/v1/talks/")
async def talks(
    request: Request, party: str | None = None, kind: str | None = None, cursor: str | None = None
) -> Response:
    if party is not None:
        return page(await documents(request, "filtered", {"party": party, "kind": kind}))
    if begin := after(cursor):
        return page(await documents(request, "list", {"during": begin[0], "id": begin[1]}))
    return page(await documents(request, "list, first page", {}))


@app.get("/api/v1/talks/{address}/")
async def talk(request: Request, address: str) -> Response:
    (found,) = await documents(request, "detail", {"address": address})
    return answer(found)


@app.get("/api/v1/positions/")
async def positions(request: Request, process: str = "", party: str = "") -> Response:
    return page(await documents(request, "positions", {"process": process, "party": party}))
