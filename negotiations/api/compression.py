"""Compressed answers. Each is another representation, so it has a strong ETag of its own (RFC 9110, 8.8.3).

Django's GZipMiddleware would weaken the ETag, and adds random bytes against the guessing of secrets (BREACH): public
answers hold none, and equal answers are to have equal bytes.
"""

from __future__ import annotations

import gzip
import re
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_header_parameters
from django.utils.text import compress_sequence

GZIP, PLAIN = "gzip", "identity"
SMALLEST = 500  # bytes; below, the frame eats what is saved
LEVEL = 5


def coding_for(request: HttpRequest) -> str:
    """How the answer may be coded, as `Accept-Encoding` has it: gzip, or not at all."""
    weights = {}
    for each in request.META.get("HTTP_ACCEPT_ENCODING", "").split(","):
        name, parameters = parse_header_parameters(each)
        weights[name] = parameters.get("q", "1")
    weight = weights.get(GZIP, weights.get("*", "0"))
    return PLAIN if re.fullmatch(r"0(\.0*)?", weight) else GZIP


def compressed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """`response`, compressed if the client takes it and it is worth it."""
    if response.status_code not in (200, 304):
        return response
    patch_vary_headers(response, ["Accept-Encoding"])
    if response.status_code == 304 or coding_for(request) == PLAIN or response.has_header("Content-Encoding"):
        return response
    if isinstance(response, StreamingHttpResponse):
        pieces: Any = response.streaming_content
        response.streaming_content = compress_sequence(pieces)
        del response.headers["Content-Length"]
    elif isinstance(response, HttpResponse) and len(response.content) >= SMALLEST:
        response.content = gzip.compress(response.content, LEVEL, mtime=0)
        if response.has_header("Content-Length"):
            response.headers["Content-Length"] = str(len(response.content))
    else:
        return response
    response.headers["Content-Encoding"] = GZIP
    return response
