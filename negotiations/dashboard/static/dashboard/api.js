// The public API as this page asks it: whole requests, one timeout, and errors of which a page can say what happened.

const ROOT = "/api/v1/";
export const PATIENCE = 20_000; // milliseconds until a request is given up
export const SLOW = 4_000; // milliseconds until the page says that it is still waiting

/** Why there is no answer. `kind`: away, slow, busy, missing, refused or broken; `detail` is the API's own sentence. */
export class NoAnswer extends Error {
  constructor(kind, { detail = "", seconds = null, status = null, problem = {} } = {}) {
    super(`${kind}: ${detail}`);
    Object.assign(this, { kind, detail, seconds, status, problem });
  }
}

/** The whole address of a request; a parameter that is null, undefined or empty is left out. Commas stay readable. */
export function address(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value != null && value !== "");
  const text = given.map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/%2C/g, ",").replace(/%2F/g, "/")}`);
  return new URL(`${ROOT}${path}${text.length ? `?${text.join("&")}` : ""}`, location.origin).href;
}

/** The same request for a spreadsheet: a list's file holds all of it, so what asks for a page is left out. */
export function csvAddress(url) {
  const file = new URL(url);
  file.pathname = file.pathname.replace(/\/$/, ".csv");
  const kept = file.search.slice(1).split("&").filter((each) => each && !/^(page_size|cursor|count|include)=/.test(each));
  file.search = kept.join("&");
  return file.href;
}

/** The JSON at `url`; throws NoAnswer, or an AbortError when `signal` called it off. */
export async function ask(url, signal) {
  const late = AbortSignal.timeout(PATIENCE);
  let response;
  try {
    response = await fetch(url, {
      headers: { Accept: "application/json, application/geo+json" },
      credentials: "omit",
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    if (response.ok) {
      const answer = await response.json();
      // An answer of the past says the same for ever; that its record was withdrawn since, a header tells.
      return Object.assign(answer, { withdrawn: response.headers.get("Withdrawn-In-Revision") });
    }
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new NoAnswer(late.aborted ? "slow" : response ? "broken" : "away");
  }
  throw await problem(response);
}

async function problem(response) {
  const body = await response.json().catch(() => ({}));
  const seconds = Number(response.headers.get("Retry-After")) || null;
  const kinds = { 404: "missing", 410: "missing", 429: "busy", 503: "busy" };
  const kind = kinds[response.status] ?? (response.status < 500 ? "refused" : "broken");
  return new NoAnswer(kind, { detail: body.detail, seconds, status: response.status, problem: body });
}

/** Lists of at most fifty: as many values as a filter takes. */
export const byFifty = (values) =>
  Array.from({ length: Math.ceil(values.length / 50) }, (_, index) => values.slice(index * 50, (index + 1) * 50));

/** Every page of a list as one answer, for lists that are short. */
export async function askAll(url, signal) {
  const whole = await ask(url, signal);
  for (let { next } = whole; next; ) {
    const page = await ask(next, signal);
    whole.results.push(...page.results);
    next = page.next;
  }
  return { ...whole, next: null };
}
