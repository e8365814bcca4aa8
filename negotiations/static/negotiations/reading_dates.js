/* Beside each date: how what was typed is read. The reading itself is the server's. */
"use strict";

document.addEventListener("change", async (event) => {
  const input = event.target.closest("input[data-read-by]");
  if (!input) return;
  let shown = input.parentElement.querySelector(".desk-read");
  if (!shown) {
    shown = document.createElement("p");
    shown.className = "desk-read";
    shown.setAttribute("role", "status");
    input.insertAdjacentElement("afterend", shown);
  }
  const text = input.value.trim();
  if (!text) {
    shown.textContent = "";
    return;
  }
  const answer = await fetch(`${input.dataset.readBy}?${new URLSearchParams({ text })}`, { credentials: "same-origin" });
  if (!answer.ok || input.value.trim() !== text) return;
  const read = await answer.json();
  shown.classList.toggle("desk-unread", "why" in read);
  shown.textContent = read.why || `Read as ${read.kept}: ${read.days}`;
});
