// Where on this site a record has a page of its own; other records are named and lead nowhere.

import { h, said } from "./elements.js";
import { linkTo } from "./state.js";

const talks = (slug) => `/talks/${slug}/`;
const actors = (slug) => `/actors/${slug}/`;
const PAGES = { talk: talks, person: actors, actor: actors };

/** The name of a record, as a link where there is a page; English names are marked where they are texts of ours. */
export function named(kind, record) {
  if (!record) return null;
  const page = PAGES[kind];
  const name = kind === "person" || kind === "actor" ? record.label : said(record.label);
  return page ? h("a", { href: linkTo(page(record.slug), { talk: null, process: null, kind: null }) }, name) : name;
}
