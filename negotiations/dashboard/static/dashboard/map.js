// The map of venues: coastlines and dots, no borders. What it shows, the table beside it tells as well.

import { h, svg } from "./elements.js";

const STEPS = 20; // to a degree: the grid of coastlines.svg (negotiations/dashboard/coastlines.py)
const LEAST = 6; // degrees: closer than this the coastlines have no more to show
const MARGIN = 60; // pixels around the outermost dots, so that their labels have room

const radius = (venue) => 5 + 1.5 * Math.sqrt(venue.talks.length);
const overlap = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

// What is looked at: the middle in degrees, and how many pixels a degree of latitude has. A degree of longitude is
// drawn as wide as it is in the middle of what is looked at, so shapes there are true.
class View {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    [this.lon, this.lat, this.scale] = [0, 20, 1];
  }

  get narrowing() {
    return Math.cos((this.lat * Math.PI) / 180);
  }

  // To all the points, none of them nearer than MARGIN to an edge, as far as the room allows.
  fit(points) {
    const [lons, lats] = [points.map(([lon]) => lon), points.map(([, lat]) => lat)];
    const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
    this.lon = (west + east) / 2;
    this.lat = (south + north) / 2;
    const across = Math.max((east - west) * this.narrowing, LEAST);
    const down = Math.max(north - south, LEAST);
    const room = (length) => Math.max(length - 2 * MARGIN, length / 3);
    this.scale = Math.min(room(this.width) / across, room(this.height) / down);
  }

  zoom(factor) {
    const least = this.width / 360;
    const most = this.height / LEAST;
    this.scale = Math.min(Math.max(this.scale * factor, least), most);
  }

  move(right, down) {
    this.lon = Math.min(Math.max(this.lon + right / (this.scale * this.narrowing), -180), 180);
    this.lat = Math.min(Math.max(this.lat - down / this.scale, -60), 80);
  }

  pixel([lon, lat]) {
    return {
      x: this.width / 2 + (lon - this.lon) * this.scale * this.narrowing,
      y: this.height / 2 + (this.lat - lat) * this.scale,
    };
  }

  // For the grid of the coastlines: degrees east and south, in steps.
  get transform() {
    const { x, y } = this.pixel([0, 0]);
    return `translate(${x} ${y}) scale(${(this.scale * this.narrowing) / STEPS} ${this.scale / STEPS})`;
  }
}

// Puts each label beside its dot where it meets no other label, no dot and no edge; one that finds no room is left out.
function placeLabels(marks, { width, height }) {
  const taken = marks.map(({ at, r }) => ({ x: at.x - r, y: at.y - r, width: 2 * r, height: 2 * r }));
  for (const { at, r, label } of marks) {
    const size = label.getBBox();
    const [wide, tall, gap] = [size.width, size.height, r + 4];
    const spots = [
      [gap, -tall / 2], [-gap - wide, -tall / 2], [-wide / 2, -gap - tall], [-wide / 2, gap],
      [gap * 0.7, -gap * 0.7 - tall], [gap * 0.7, gap * 0.7],
      [-gap * 0.7 - wide, -gap * 0.7 - tall], [-gap * 0.7 - wide, gap * 0.7],
    ].map(([dx, dy]) => ({ x: at.x + dx, y: at.y + dy, width: wide, height: tall }));
    const free = spots.find(
      (box) =>
        box.x > 2 && box.y > 2 && box.x + wide < width - 2 && box.y + tall < height - 2 &&
        !taken.some((other) => overlap(box, other)),
    );
    if (!free) {
      label.remove();
      continue;
    }
    label.setAttribute("x", free.x);
    label.setAttribute("y", free.y + tall / 2);
    taken.push(free);
  }
}

// A figure of the venues that have a point. `words` are its texts, `coastlines` the address of the SVG, `name(venue)` what
// a dot is called, `pick(venue)` what happens when somebody chooses one.
export function venueMap(venues, { coastlines, words, name, pick }) {
  const placed = venues.filter(({ point }) => point).reverse(); // the largest drawn last, and so on top
  const land = svg("use", { href: `${coastlines}#land`, class: "land" });
  const dots = svg("g");
  const map = svg("svg", { class: "map", role: "group", "aria-label": words.map }, land, dots);
  const view = new View(640, 420);

  function draw() {
    const focused = dots.contains(document.activeElement) ? document.activeElement.dataset.venue : null;
    map.setAttribute("viewBox", `0 0 ${view.width} ${view.height}`);
    land.setAttribute("transform", view.transform);
    const marks = placed.map((venue) => {
      const [at, r] = [view.pixel(venue.point), radius(venue)];
      const label = svg("text", { "dominant-baseline": "central", "aria-hidden": "true" }, `${venue.label} (${venue.talks.length})`);
      const chooses = (event) => {
        event.preventDefault();
        if (!dragged) pick(venue);
      };
      const link = svg("a", { href: `#venue-${venue.slug}`, "aria-label": name(venue), "data-venue": venue.slug, onclick: chooses },
        svg("title", {}, name(venue)), svg("circle", { cx: at.x, cy: at.y, r }), label);
      return { at, r, label, link, venue };
    });
    dots.replaceChildren(...marks.map(({ link }) => link));
    placeLabels(marks.toReversed(), view);
    marks.find(({ venue }) => venue.slug === focused)?.link.focus();
  }

  function fitTo(points) {
    if (points.length) view.fit(points);
    draw();
  }

  const fit = () => fitTo(placed.map(({ point }) => point));
  const button = (text, label, act) =>
    h("button", { type: "button", title: label, "aria-label": label, onclick: () => (act(), draw()) }, text);
  const controls = h("div", { class: "map-controls", role: "group", "aria-label": words.controls },
    button("+", words.closer, () => view.zoom(1.6)),
    button("−", words.farther, () => view.zoom(1 / 1.6)),
    button(words.all, words.all, fit));
  const frame = h("div", { class: "map-frame" }, map, controls);

  const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  frame.addEventListener("keydown", (event) => {
    const step = STEP[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    view.move(step[0] * 60, step[1] * 60);
    draw();
  });

  let dragged = false;
  map.addEventListener("pointerdown", ({ clientX, clientY, pointerType }) => {
    dragged = false;
    if (pointerType === "touch") return; // a finger scrolls the page; it has the buttons and the table
    let [x, y] = [clientX, clientY];
    const move = (event) => {
      if (!dragged && Math.hypot(event.clientX - x, event.clientY - y) < 4) return;
      dragged = true;
      view.move(x - event.clientX, y - event.clientY);
      [x, y] = [event.clientX, event.clientY];
      draw();
    };
    const end = () => removeEventListener("pointermove", move);
    addEventListener("pointermove", move);
    addEventListener("pointerup", end, { once: true });
  });

  let seen = 0;
  new ResizeObserver(([{ contentRect }]) => {
    if (Math.round(contentRect.width) === seen || !contentRect.width) return;
    seen = Math.round(contentRect.width);
    [view.width, view.height] = [seen, Math.round(Math.min(Math.max(seen * 0.66, 240), 460))];
    fit();
  }).observe(frame);

  return { figure: frame, show: (venue) => fitTo([venue.point]) };
}
