"""FastAPI and asyncpg with the very statements that our own answers run (`bench.templates`)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import orjson
from fastapi import HTTPException, Request, Response

from bench.peers.database import MOST_IN_A_PAGE, after, answer, application, page, root
from bench.peers.matrix import matrix

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


@app.get("/api/v1/processes/{address}/matrix/")
async def cells(request: Request, address: str, on: str) -> Response:
    of_cells = next(each for each in TEMPLATES["matrix"] if "CROSS JOIN issue" in each["sql"])
    async with request.app.state.pool.acquire() as connection:
        sql = "SELECT id, slug, title AS label FROM negotiations_process WHERE slug = $1"
        process = await connection.fetchrow(sql, address)
        if process is None:
            raise HTTPException(404)
        inputs = {"process_id": process["id"], "on": on}
        rows = await connection.fetch(of_cells["sql"], *(_value(bound, inputs, []) for bound in of_cells["values"]))
        return answer(orjson.dumps(await matrix(connection, root(request), process, on, rows)))
