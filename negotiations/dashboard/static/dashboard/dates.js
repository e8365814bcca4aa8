// Dates as the sources give them (EDTF), said in the reader's language and padded with nothing.

import { locale, word } from "./words.js";

const format = (options) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
const FORMATS = [
  [/^\d{4}$/, { year: "numeric" }],
  [/^\d{4}-\d{2}$/, { year: "numeric", month: "long" }],
  [/^\d{4}-\d{2}-\d{2}$/, { year: "numeric", month: "long", day: "numeric" }],
];

function one(text) {
  const [, day, doubt] = text.match(/^(.*?)([~?%]?)$/);
  const options = FORMATS.find(([pattern]) => pattern.test(day))?.[1];
  if (!options) return text;
  const plain = format(options).format(new Date(`${day.padEnd(10, "-01").slice(0, 10)}T00:00:00Z`));
  const doubts = { "~": "dates.about", "?": "dates.perhaps", "%": "dates.perhaps_about" };
  return doubt ? word(doubts[doubt], { date: plain }) : plain;
}

/** "16 May 2025", "about 2022", "since 2 June 2025", "from 16 May 2025 to 1 June 2025", "until …". */
export function dateText(edtf) {
  if (!edtf) return word("dates.none");
  const [start, end] = edtf.split("/");
  if (end === undefined || start === end) return one(start);
  if (end === "..") return word("dates.since", { date: one(start) });
  if (end === "") return word("dates.end_unknown", { date: one(start) });
  if (start === "..") return word("dates.until", { date: one(end) });
  if (start === "") return word("dates.start_unknown", { date: one(end) });
  return word("dates.from_to", { start: one(start), end: one(end) });
}

/** A moment of publication, in UTC. */
export const momentText = (moment) => format({ dateStyle: "long", timeStyle: "short" }).format(new Date(moment));

export const today = () => new Date().toISOString().slice(0, 10);

/** The day `count` days after `day`. */
export const daysAfter = (day, count) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);

/** How many days lie between two days. */
export const daysBetween = (start, end) => Math.round((Date.parse(end) - Date.parse(start)) / 86_400_000);
