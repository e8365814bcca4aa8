/* A form is sent only while its sender is signed in. Else what was typed waits in the page until they are again. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const session = document.querySelector("meta[name=desk-session]");
  if (!session) return;
  const windows = new BroadcastChannel("desk-session");
  const checked = new WeakSet(); // forms that go on their way
  let waiting = null; // the form that was to be sent, and its button
  let dialog = null;

  const state = async () => {
    const answer = await fetch(session.dataset.state, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  };

  const send = async () => {
    if (!waiting || waiting.isAsking) return;
    const { form, button } = waiting;
    waiting.isAsking = true;
    let found = null;
    try { found = await state(); } catch { found = null; }
    if (!waiting) return;
    waiting.isAsking = false;
    if (!found) {
      tell("away");
    } else if (!found.user) {
      tell("ended");
    } else if (session.content && found.user !== session.content) {
      tell("another", { now: found.name, begun: session.dataset.name });
    } else {
      for (const token of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) token.value = found.token;
      waiting = null;
      if (dialog) dialog.close();
      checked.add(form);
      form.requestSubmit(button);
    }
  };

  const tell = (when, names = {}) => {
    if (!dialog) {
      dialog = document.getElementById("desk-session-dialog").content.firstElementChild.cloneNode(true);
      dialog.querySelector("a").href = session.dataset.signIn;
      dialog.querySelector(".desk-session-send").addEventListener("click", send);
      dialog.querySelector(".desk-session-back").addEventListener("click", () => dialog.close());
      dialog.addEventListener("close", () => { waiting = null; });
      document.body.append(dialog);
    }
    for (const words of dialog.querySelectorAll("[data-when]")) {
      words.hidden = words.dataset.when !== when;
      words.querySelector("h2").id = words.hidden ? "" : "desk-session-heading";
    }
    for (const name of dialog.querySelectorAll("[data-name]")) name.textContent = names[name.dataset.name] || "";
    dialog.querySelector("a").hidden = when !== "ended";
    if (!dialog.open) dialog.showModal();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || (form.getAttribute("method") || "").toLowerCase() !== "post") return;
    if (form.id === "logout-form" || checked.delete(form)) return;
    event.preventDefault();
    if (waiting) return;
    waiting = { form, button: event.submitter, isAsking: false };
    send();
  });

  windows.addEventListener("message", send);
  window.addEventListener("focus", () => { if (dialog && dialog.open) send(); });
  windows.postMessage("a page was opened");
});
