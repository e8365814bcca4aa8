// The page of one actor: a person, or a state, an organisation, a group.

import { positions } from "./blocks/positions.js";
import { statements } from "./blocks/statements.js";
import { tookPart } from "./blocks/took_part.js";
import { versions } from "./blocks/versions.js";
import { who } from "./blocks/who.js";
import { recordPage } from "./record.js";
import { term } from "./words.js";

const spoke = ({ actor, isPerson, on }) => ({ [isPerson ? "person" : "party"]: actor, during: on && `../${on}` });

recordPage({
  resource: "actors",
  about: (actor) => ({ actor: actor.slug, isPerson: actor.kind === "person" }),
  subtitle: (actor) => term("actor-kind", actor.kind),
  parts: ({ isPerson }) => [
    who(),
    tookPart("attended", "talk"),
    statements("words", spoke),
    ...(isPerson ? [] : [positions("held", ({ actor }) => ({ party: actor }))]),
    tookPart("deeds", "outcome,step,event"),
    versions(({ actor }) => `actors/${actor}`),
  ],
});
