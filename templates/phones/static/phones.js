// Makes the page lively: refreshes the list and the screen on server-sent events, sends without a reload.
// Without this script the page works by plain forms and links.
"use strict";

const screen_ = document.getElementById("screen");
const people = document.getElementById("people");

function toEnd() {
  if (screen_) screen_.scrollTop = screen_.scrollHeight;
}

async function fragment(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" } });
  return response.ok ? response.text() : null;
}

async function refreshScreen() {
  if (!screen_) return;
  const html = await fragment(screen_.dataset.refresh);
  if (html === null) return;
  const known = new Set(Array.from(screen_.querySelectorAll("[data-id]"), (bubble) => bubble.dataset.id));
  const atEnd = screen_.scrollHeight - screen_.scrollTop - screen_.clientHeight < 80;
  screen_.innerHTML = html;
  let fresh = false;
  for (const bubble of screen_.querySelectorAll("[data-id]")) {
    if (!known.has(bubble.dataset.id)) {
      bubble.classList.add("fresh");
      fresh = true;
    }
  }
  if (fresh || atEnd) toEnd();
}

async function refreshPeople() {
  if (!people || people.contains(document.activeElement)) return;
  const query = new URLSearchParams({ q: people.dataset.q, current: people.dataset.current });
  const html = await fragment(`${people.dataset.refresh}?${query}`);
  if (html === null) return;
  const at = people.scrollTop;
  people.innerHTML = html;
  people.scrollTop = at;
}

let running = false;
let again = false;

async function refresh() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  do {
    again = false;
    try {
      await Promise.all([refreshScreen(), refreshPeople()]);
    } catch {
      // The server restarts: the event stream reconnects and asks again.
    }
  } while (again);
  running = false;
}

for (const form of document.querySelectorAll("form.reply")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    try {
      const response = await fetch(form.action, { method: "POST", body });
      if (!response.ok) throw new Error("refused");
      form.reset();
      await refresh();
    } catch {
      if (form.id === "write") form.submit();
    }
  });
}

const text = document.getElementById("text");
if (text) {
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      text.form.requestSubmit();
    }
  });
}

const stream = new EventSource("/events");
stream.addEventListener("change", refresh);
stream.addEventListener("open", refresh);
toEnd();
