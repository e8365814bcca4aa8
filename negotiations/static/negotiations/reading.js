/* Below a date or a list of people: how what was typed is read. The reading itself is the server's. */
"use strict";

document.addEventListener("change", async (event) => {
  const field = event.target.closest("[data-read-by]");
  if (!field) return;
  let shown = field.parentElement.querySelector(".desk-read");
  if (!shown) {
    shown = document.createElement("p");
    shown.className = "desk-read";
    shown.setAttribute("role", "status");
    field.insertAdjacentElement("afterend", shown);
  }
  const text = field.value.trim();
  shown.textContent = "";
  if (!text) return;
  const token = field.form.querySelector("[name=csrfmiddlewaretoken]").value;
  // Posted, since names of people have no place in addresses, which are logged.
  const answer = await fetch(field.dataset.readBy, {
    method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams({ text }),
  });
  if (!answer.ok || field.value.trim() !== text) return;
  const read = await answer.json();
  shown.replaceChildren(...(read.lines || [read]).map((line) => {
    const told = document.createElement("span");
    told.classList.toggle("desk-unread", "why" in line);
    told.textContent = line.why || line.said;
    return told;
  }));
});
