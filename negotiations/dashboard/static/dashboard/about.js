// The log of corrections on the page about the method; the rest of that page needs no script.

import { corrections } from "./blocks/corrections.js";
import { h } from "./elements.js";
import { loadAll } from "./parts.js";
import { chosen, keepLinks } from "./state.js";
import { loadWords } from "./words.js";

await loadWords();
const log = corrections();
document.getElementById("log").replaceChildren(log.element);
keepLinks();
await loadAll([log], chosen(), document.getElementById("status"));
document.getElementById("status").dataset.settled = "";
