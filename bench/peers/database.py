"""What the FastAPI peers share: connections that look at the newest revision, and cursors."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from fastapi import FastAPI, Request, Response

from bench.peers.cursors import SEARCH_PATH, place, written

MOST_IN_A_PAGE = 50


@asynccontextmanager
async def lifespan(app: FastAPI) -> Any:
    settings = {"search_path": SEARCH_PATH}
    async with asyncpg.create_pool(
        os.environ["BENCH_DATABASE"], min_size=2, max_size=4, server_settings=settings, init=_with_plain_ids
    ) as app.state.pool:
        yield


async def _with_plain_ids(connection: Any) -> None:
    """Ids are texts: orjson knows no UUID of asyncpg's."""
    await connection.set_type_codec("uuid", schema="pg_catalog", encoder=str, decoder=str, format="text")


def application() -> FastAPI:
    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.get("/ready")(lambda: None)
    return app


def root(request: Request) -> str:
    return f"{request.base_url}api/v1/"


def after(cursor: str | None) -> tuple[str, str] | None:
    """The days, as PostgreSQL writes them, and the id after which a page begins."""
    if cursor is None:
        return None
    days, id = place(cursor)
    return written(days), id


def page(documents: list[str]) -> Response:
    """A page of records that are JSON already."""
    return answer(f'{{"count":null,"results":[{",".join(documents)}]}}')


def answer(text: str | bytes) -> Response:
    return Response(text, media_type="application/json")
