"""What no program sends to the desk by mistake: values for a key of a body, whole bodies, versions, keys and tokens."""

from __future__ import annotations

import json
from typing import Any

from tests.api.hostile import ATTACKS, CHARACTERS, DATES, NUMBERS, PARTS_OF_TEXT

Path = tuple[Any, ...]  # the keys and places that lead to a value in a body

WRONG_TYPES: list[Any] = [
    0, -1, 1, 1.5, 1e308, -1e-308, 10**19, -(10**19), True, False, [], {}, [[]], [{}], [None], [1], ["a"], {"a": 1},
    {"": ""}, {"id": None}, {"id": 1}, {"id": "a"}, {"id": []}, {"slug": {}}, {"slug": "\ud800"}, {"slug": "nothing"},
    {"slug": "nothing", "id": "00000000-0000-4000-8000-000000000000"}, {"lower": "0", "upper": "NaN"},
    ["a"] * 10_000, [["a"]] * 1_000, {str(number): 1 for number in range(1_000)}, "a" * 100_000, "\ud800", "a\udfff",
    json.loads("[" * 60 + "]" * 60), json.loads('{"a":' * 60 + "1" + "}" * 60),
]  # fmt: skip
VALUES: list[Any] = [*WRONG_TYPES, *CHARACTERS, *PARTS_OF_TEXT, *ATTACKS, *NUMBERS, *DATES]

DEEP, MANY = 100_000, 100_000
BODIES: dict[str, bytes] = {
    "nothing": b"", "blanks": b"  \n ", "a NUL": b"\x00", "no UTF-8": b"\xff\xfe\xfd", "no JSON": b"{",
    "cut off": b'{"title": "a', "two documents": b"{}{}", "a comma too many": b'{"title": "a",}', "quotes": b"{'a': 1}",
    "a byte order mark": b"\xef\xbb\xbf{}", "UTF-16": '{"title": "a"}'.encode("utf-16"),
    "UTF-16 without a mark": '{"title": "a"}'.encode("utf-16-le"), "UTF-32": "{}".encode("utf-32"),
    "Latin-1": '{"title": "é"}'.encode("latin-1"), "overlong UTF-8": b'{"title": "\xc0\x80"}',
    "a surrogate in UTF-8": b'{"title": "\xed\xa0\x80"}', "a lone surrogate": b'{"title": "\\ud800"}',
    "a lone surrogate as key": b'{"\\udc00": 1}', "a control character": b'{"title": "a\nb"}',
    "5,000 digits": b'{"title": ' + b"9" * 5_000 + b"}", "only 5,000 digits": b"9" * 5_000,
    "a fraction of 5,000 digits": b'{"title": 0.' + b"9" * 5_000 + b"}", "beyond all numbers": b'{"title": 1e999999}',
    "NaN": b'{"title": NaN}', "Infinity": b'{"title": -Infinity}', "only NaN": b"NaN", "null": b"null", "true": b"true",
    "a number": b"7", "a text": b'"a"', "an empty list": b"[]", "lists in a list": b"[[]]",
    "a list of nulls": b"[null]",
    "a key twice": b'{"title": "a", "title": "a"}', "a key twice, one escaped": b'{"title": "a", "titl\\u0065": "a"}',
    "a key twice deep within": b'{"citations": [{"source": "a", "source": "b"}]}', "an empty key": b'{"": 1}',
    "10^5 keys": json.dumps({str(number): 1 for number in range(MANY)}).encode(),
    "10^5 rows": b"[" + b",".join([b"{}"] * MANY) + b"]", "501 rows": b"[" + b",".join([b"{}"] * 501) + b"]",
    "depth 10^5": b"[" * DEEP + b"]" * DEEP, "depth 10^5, open": b"[" * DEEP,
    "objects to a depth of 10^5": b'{"a":' * DEEP + b"1" + b"}" * DEEP, "depth 900": b"[" * 900 + b"]" * 900,
    "a key called __proto__": b'{"__proto__": {"title": "a"}}', "a key called pk": b'{"pk": 1}',
    "a key of the database": b'{"start_edtf": "2025"}', "a form": b"title=a&slug=b",
    "more than 2 MB": b'{"title": "' + b"a" * 2_000_001 + b'"}',
}  # fmt: skip
MEDIA = [
    "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "text/json",
    "application/merge-patch+json", "application/vnd.api+json", "garbage", "application/jsonn", "a" * 1_000,
]  # fmt: skip
VERSIONS = [  # of which none is the present one
    "1", "W/1", '""', '"0"', '"-1"', '"01"', '"1.0"', '" 1"', '"1 "', '"+1"', '"0x1"', '"1e0"', '"١"', '"9999999999"',
    '"' + "9" * 5_000 + '"', '"a"', '"null"', "null", '"1', '1"', "'1'", '"1\x00"', "\x00", "*", '"*"', "**", ",",
    '"7","8"', '"%31"', '"ÿ"', '"' + "a" * 100_000 + '"', ",".join(['"7"'] * 10_000), '"1"; a', "{}", '["1"]',
]  # fmt: skip
KEYS = [
    "", " ", "a b", "a\x00", "\x00", "ÿ", "é" * 10, "a" * 201, "a" * 100_000, "a\tb", "\x7f", "\x85", "a\u00a0b",
]  # fmt: skip
# Whole values of the header Authorization, of which none is a token's.
CREDENTIALS = [
    "", " ", "Bearer", "Bearer ", "bearer", "Bearer  ", "Bearer null", "Bearer undefined", "Bearer \x00", "Bearer ÿ",
    "Bearer é", "Basic YTpi", "Basic OjA=", "Digest a", "Token a", "ntdesk_0000000000_" + "a" * 43,
    "Bearer ntdesk_0000000000_" + "a" * 43, "Bearer ntdesk_0000000000_" + "a" * 42,
    "Bearer ntdesk_000000000g_" + "a" * 43,
    "Bearer ntdesk_0000000000_" + "a" * 100_000, "Bearer " + "a" * 100_000, "Bearer ghp_" + "a" * 36, "Bearer ntdesk_",
    "Bearer ntdesk_%_" + "a" * 43, "Bearer ntdesk_٠٠٠٠٠٠٠٠٠٠_" + "a" * 43, "Bearer ' OR 1=1 --",
    "Bearer a.b.c", "ÿ ÿ",
    "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer, Bearer", "Bearer a, Bearer b", "\x00", "a" * 100_000,
]  # fmt: skip
