// Who met whom in Istanbul, and what each side wanted, as a program with the generated client asks it.
import createClient from "openapi-fetch";
import type { Citation, DelegationMember, paths } from "./tracker.js";

declare const process: { argv: string[] };

const tracker = createClient<paths, "application/json" | "application/problem+json">({
  baseUrl: process.argv[2] ?? "http://127.0.0.1:8000",
  // Several values are separated by commas.
  querySerializer: { array: { style: "form", explode: false } },
});
const as_of = "10";

function cited(citation: Citation): string {
  const where = citation.source ?? citation.statement;
  return `${where?.label}: ${citation.excerpt || "(recorded here)"}`;
}

function named(member: DelegationMember): string {
  return member.person?.label ?? member.descriptor;
}

async function whoMet(): Promise<void> {
  const { data: talk, error } = await tracker.GET("/api/v1/talks/{id}/", {
    params: { path: { id: "istanbul-2025-05-16" }, query: { as_of } },
  });
  if (error) throw new Error(error.detail);
  console.log(`${talk.title}, ${talk.place?.label}`);
  for (const delegation of talk.delegations) {
    const came = delegation.members.filter((member) => member.attendance === "attended").map(named);
    console.log(`${delegation.party.label} (${delegation.attendance}): ${came.join(", ") || "-"}`);
  }
}

async function whatTheyWanted(): Promise<void> {
  const { data: page, error } = await tracker.GET("/api/v1/positions/", {
    params: {
      query: {
        talk: ["istanbul-2025-05-16"],
        party: ["russia", "ukraine"],
        stance: ["demands", "offers"],
        is_headline: true,
        ordering: "title",
        as_of,
      },
    },
  });
  if (error) throw new Error(error.detail);
  for (const position of page.results) {
    console.log(`${position.party.label} ${position.stance}: ${position.label}`);
    for (const citation of position.citations) console.log(`  ${cited(citation)}`);
  }
}

async function everyStatement(): Promise<void> {
  const seen = new Set<string>();
  let pages = 0;
  let cursor: string | null = null;
  let count: number | null = null;
  do {
    const query: { as_of: string; page_size: number; cursor?: string } = { as_of, page_size: 50 };
    if (cursor) query.cursor = cursor;
    const { data: page, error } = await tracker.GET("/api/v1/statements/", { params: { query } });
    if (error) throw new Error(error.detail);
    for (const statement of page.results) seen.add(statement.id);
    cursor = page.next && new URL(page.next).searchParams.get("cursor");
    count = page.count;
    pages += 1;
  } while (cursor);
  console.log(`${seen.size} of ${count} statements on ${pages} pages`);
}

async function whatIsWrong(): Promise<void> {
  const { error, response } = await tracker.GET("/api/v1/talks/", { params: { query: { during: "soon" } } });
  for (const fault of error?.errors ?? []) console.log(`${response.status} ${fault.detail}`);
}

async function whatHasChanged(): Promise<void> {
  const first = await tracker.GET("/api/v1/actors/");
  const etag = first.response.headers.get("ETag") ?? "";
  const again = await tracker.GET("/api/v1/actors/", { params: { header: { "If-None-Match": etag } } });
  console.log(`${first.response.status}, then ${again.response.status}`);
}

await whoMet();
await whatTheyWanted();
await everyStatement();
await whatIsWrong();
await whatHasChanged();
