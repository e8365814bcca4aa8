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
    if (!answer.ok) throw new Error(`The desk answered ${answer.status}`);
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
      tell("The desk does not answer", "Nothing was sent, and what you typed is still here. Try again in a moment.");
    } else if (!found.user) {
      tell("Your session has ended", "Nothing was sent, and what you typed is still here. Sign in again in a new window; it is sent when you come back.", true);
    } else if (session.content && found.user !== session.content) {
      tell(`You are signed in as ${found.name}`, `What you typed here was begun by ${session.dataset.name}, and is not sent in another name. Sign in as ${session.dataset.name} again.`);
    } else {
      for (const token of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) token.value = found.token;
      waiting = null;
      if (dialog) dialog.close();
      checked.add(form);
      form.requestSubmit(button);
    }
  };

  const tell = (heading, words, signsIn = false) => {
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.className = "desk-session";
      dialog.setAttribute("aria-labelledby", "desk-session-heading");
      dialog.innerHTML = '<h2 id="desk-session-heading"></h2><p role="status"></p><p class="desk-session-buttons"><a class="button" target="_blank" rel="noopener">Sign in</a><button type="button" class="button desk-session-send">Send it now</button><button type="button" class="button desk-session-back">Back to the form</button></p>';
      dialog.querySelector("a").href = session.dataset.signIn;
      dialog.querySelector(".desk-session-send").addEventListener("click", send);
      dialog.querySelector(".desk-session-back").addEventListener("click", () => dialog.close());
      dialog.addEventListener("close", () => { waiting = null; });
      document.body.append(dialog);
    }
    dialog.querySelector("h2").textContent = heading;
    dialog.querySelector("p").textContent = words;
    dialog.querySelector("a").hidden = !signsIn;
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
