// Makes the pages lively: server-sent events say that something is new, the main part is fetched and put in place.
// Without this script the pages work by plain links and forms.
"use strict";

const main = document.getElementById("main");
const announce = document.getElementById("announce");
const live = main && main.dataset.live;

function typed(form) {
  return Array.from(form.elements).some((field) => {
    if (field.type === "hidden" || !/^(INPUT|TEXTAREA|SELECT)$/.test(field.tagName)) return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") {
      const drawn = Array.from(field.options).findIndex((option) => option.defaultSelected);
      return field.selectedIndex !== Math.max(drawn, 0);
    }
    return field.value !== (field.defaultValue || "");
  });
}

// What a person has begun must not be taken from under the hands.
function busy() {
  const active = document.activeElement;
  const writing = active && main.contains(active) && /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName);
  return writing || Array.from(main.querySelectorAll("form")).some(typed);
}

// The page is older than the case; it is drawn anew when the form is left.
function wait() {
  main.dataset.stale = "yes";
}

function open_() {
  return new Set(Array.from(main.querySelectorAll("details[open][data-key]"), (fold) => fold.dataset.key));
}

function put(page) {
  const fresh = page.getElementById("main");
  if (!fresh || !fresh.dataset.live) {
    location.assign(main.dataset.page);
    return;
  }
  const folds = open_();
  const known = new Set(Array.from(main.querySelectorAll("[data-id]"), (item) => item.dataset.id));
  const focus = document.activeElement && main.contains(document.activeElement) ? document.activeElement.id : "";
  const at = window.scrollY;
  const told = new Set(Array.from(fresh.querySelectorAll(":scope > .alert[role]"), (alert) => alert.textContent));
  const said = Array.from(main.querySelectorAll(":scope > .alert[role]")).filter((alert) => !told.has(alert.textContent));
  main.replaceChildren(...Array.from(fresh.childNodes));
  for (const fold of main.querySelectorAll("details[data-key]")) fold.open = folds.has(fold.dataset.key);
  for (const item of main.querySelectorAll("[data-id]")) {
    if (!known.has(item.dataset.id)) item.classList.add("fresh");
  }
  const head = main.querySelector(".case-head");
  if (head && said.length) head.after(...said);
  main.dataset.version = fresh.dataset.version;
  announce.textContent = main.dataset.changed || "";
  window.scrollTo(0, at);
  if (focus && document.getElementById(focus)) document.getElementById(focus).focus({ preventScroll: true });
}

async function refresh() {
  if (busy()) {
    wait();
    return;
  }
  delete main.dataset.stale;
  const here = location.pathname === main.dataset.page ? location.href : main.dataset.page;
  const response = await fetch(here, { headers: { "X-Belsendi-Refresh": "1" } });
  if (!response.ok) return;
  const html = await response.text();
  if (busy()) {
    wait();
    return;
  }
  put(new DOMParser().parseFromString(html, "text/html"));
}

let running = false;
let again = false;

async function change() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  do {
    again = false;
    try {
      await refresh();
    } catch {
      // The server restarts: the event stream reconnects and asks again.
    }
  } while (again);
  running = false;
}

if (live) {
  const stream = new EventSource(live);
  stream.addEventListener("change", (event) => {
    if (event.data !== main.dataset.version) change();
  });
  main.addEventListener("focusout", () => {
    if (main.dataset.stale) setTimeout(change, 0);
  });
}

for (const button of document.querySelectorAll("button.print")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// One press is one act.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

const told = document.querySelector(".alert[role]");
if (told) told.focus({ preventScroll: true });
