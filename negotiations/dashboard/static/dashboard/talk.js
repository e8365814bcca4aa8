// The page of one talk.

import { address, ask } from "./api.js";
import { beside } from "./blocks/beside.js";
import { comparison } from "./blocks/comparison.js";
import { context } from "./blocks/context.js";
import { delegations } from "./blocks/delegations.js";
import { disputes } from "./blocks/disputes.js";
import { meeting } from "./blocks/meeting.js";
import { outcomes } from "./blocks/outcomes.js";
import { positions } from "./blocks/positions.js";
import { statements } from "./blocks/statements.js";
import { versions } from "./blocks/versions.js";
import { dateText } from "./dates.js";
import { between, said } from "./elements.js";
import { recordPage } from "./record.js";
import { term } from "./words.js";

const ofTalk = ({ talk }) => ({ talk });

/** The core talk of the process that came last before this one, if its day and this one's are known. */
async function previousOf(talk, { as_of }) {
  if (!talk.process || !talk.start || talk.relation !== "core") return null;
  const { results } = await ask(address("talks/", { process: talk.process.slug, relation: "core", status: "held", fields: "slug,start", ordering: "start", page_size: 200, as_of }));
  return results.filter((each) => each.start && each.start < talk.start).at(-1)?.slug ?? null;
}

recordPage({
  resource: "talks",
  about: async (talk, choice) => ({ talk: talk.slug, process: talk.process?.slug, previous: await previousOf(talk, choice) }),
  subtitle: (talk) => between([dateText(talk.start), talk.place ? said(talk.place.label) : null, term("talk-kind", talk.kind), term("talk-status", talk.status)].filter(Boolean), " · "),
  parts: () => [
    meeting(),
    delegations("room"),
    disputes("differing", ofTalk),
    positions("put_forward", ofTalk),
    outcomes("came_of_it", { request: ({ talk, as_of }) => address("outcomes/", { talk, include: "citations.source", page_size: 50, as_of }) }),
    statements("said_there", ofTalk),
    beside(),
    context(),
    comparison(),
    versions(({ talk }) => `talks/${talk}`),
  ],
});
