"""Draws the coastlines under the map of venues: the land of the world as one SVG symbol, and not one border.

The shapes are Natural Earth's land at 1:50 million (public domain), as the npm package world-atlas packs them:

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz package/land-50m.json
    python -m negotiations.dashboard.coastlines package/land-50m.json

Points are kept by how much they shape the coast (Visvalingam and Whyatt), on a grid of a twentieth of a degree: x is
20 times the degrees east, y is 20 times the degrees south, so that all numbers are whole. Islands too small to see and
everything south of 60° S are left out.
"""

from __future__ import annotations

import heapq
import json
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

COASTLINES = Path(__file__).resolve().parent / "static" / "dashboard" / "coastlines.svg"
STEPS = 20  # to a degree
SHAPING = 0.01  # square degrees: what a point must add to the land, or take from it, to be kept
ISLAND = 0.03  # square degrees: the smallest that is drawn
SOUTH = -60

Point = tuple[float, float]

SVG = """<svg xmlns="http://www.w3.org/2000/svg"><!-- Land: Natural Earth 1:50m, public domain. No borders. -->
<symbol id="land" overflow="visible"><path fill-rule="evenodd" d="{path}"/></symbol></svg>
"""


def rings_of(topology: dict[str, Any]) -> Iterator[list[Point]]:
    """Every closed line of the land, shores of inland seas included, in degrees; the last point repeats the first."""
    (scale_x, scale_y), (east, north) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale_x + east, y * scale_y + north))
        arcs.append(points)
    for shape in topology["objects"]["land"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for ring in (ring for polygon in polygons for ring in polygon):
            line: list[Point] = []
            for number in ring:  # ~n is arc n, walked backwards
                walked = arcs[number] if number >= 0 else arcs[~number][::-1]
                line += walked[1:] if line else walked
            yield line


def area(*points: Point) -> float:
    """Of the polygon, in square degrees as wide as they are at its latitude."""
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, (*points[1:], points[0]), strict=True))
    return abs(twice) / 2 * math.cos(math.radians(points[0][1]))


def simplified(ring: list[Point], shaping: float) -> list[Point]:
    """The ring without the points whose triangle with their neighbours is smaller than `shaping`, smallest first."""
    points = ring[:-1]
    before, after = [index - 1 for index in range(len(points))], [index + 1 for index in range(len(points))]
    before[0], after[-1] = len(points) - 1, 0
    kept = [True] * len(points)
    now = [area(points[before[i]], points[i], points[after[i]]) for i in range(len(points))]
    smallest = [(size, index) for index, size in enumerate(now)]
    heapq.heapify(smallest)
    left = len(points)
    while smallest and left > 3:
        size, index = heapq.heappop(smallest)
        if not kept[index] or size != now[index]:
            continue
        if size >= shaping:
            break
        kept[index] = False
        left -= 1
        one, other = before[index], after[index]
        after[one], before[other] = other, one
        for each in (one, other):
            # Never smaller than what was just taken away, or a bay would vanish point by point.
            now[each] = max(size, area(points[before[each]], points[each], points[after[each]]))
            heapq.heappush(smallest, (now[each], each))
    return [point for point, is_kept in zip(points, kept, strict=True) if is_kept]


def drawn(ring: list[Point]) -> str:
    """The ring as an SVG path in steps from point to point, or nothing if it falls together on the grid."""
    grid = [(round(lon * STEPS), round(-lat * STEPS)) for lon, lat in ring]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(grid) if a != b]
    if len(steps) < 2:
        return ""
    numbers = "".join(f"{' ' if n >= 0 else ''}{n}" for step in steps for n in step)
    return f"M{grid[0][0]} {grid[0][1]}l{numbers.lstrip()}z"


def path_of(topology: dict[str, Any]) -> str:
    rings = (ring for ring in rings_of(topology) if area(*ring) >= ISLAND and max(lat for _, lat in ring) > SOUTH)
    return "".join(drawn(simplified(ring, SHAPING)) for ring in rings)


if __name__ == "__main__":
    COASTLINES.write_text(SVG.format(path=path_of(json.loads(Path(sys.argv[1]).read_text("utf-8")))), "utf-8")
