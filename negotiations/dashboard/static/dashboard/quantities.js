// Ranges and quantities, as far as sources tell them: "11", "at least 90", "90 to 120".

import { h, number } from "./elements.js";
import { term, word } from "./words.js";

/** `{ lower, upper, lower_included, upper_included, unit }` in words; a bound that no source tells is not made up. */
export function rangeText(range, of = "range") {
  const { lower, upper, unit } = range;
  const low = lower === null ? null : number(lower, of);
  const high = upper === null ? null : number(upper, of);
  const measured = unit ? [" ", term("unit", unit)] : null;
  if (low && high && lower === upper) return [low, measured];
  if (low && high) return [low, "–", high, range.lower_included && range.upper_included ? null : ` ${word("ranges.open")}`, measured];
  if (low) return [word(range.lower_included ? "ranges.at_least" : "ranges.more_than"), " ", low, measured];
  if (high) return [word(range.upper_included ? "ranges.at_most" : "ranges.less_than"), " ", high, measured];
  return [h("span", { class: "none" }, word("states.not_named"))];
}

/** A quantity of an outcome: how much, counted in which way, from whom to whom. */
export const quantityText = (each) => [
  each.is_disputed ? h("strong", {}, word("ranges.disputed")) : rangeText(each, "promised"),
  each.counting ? [", ", term("counting", each.counting)] : null,
  each.giver && each.receiver ? [" (", each.giver.label, " → ", each.receiver.label, ")"] : null,
];
