"""An empty view of FastAPI: what any answer of it costs at least."""

from fastapi import FastAPI, Response

app = FastAPI(openapi_url=None)


@app.get("/{path:path}")
async def nothing(path: str) -> Response:
    return Response(status_code=200)
