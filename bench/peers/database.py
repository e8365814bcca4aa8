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
    address = os.environ["BENCH_DATABASE"]
    async with asyncpg.create_pool(
        address, min_size=2, max_size=4, server_settings={"search_path": SEARCH_PATH}
    ) as app.state.pool:
        yield


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
