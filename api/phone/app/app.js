// What a script adds to the coachee's pages: an answer survives a tunnel, and what she typed survives a closed page.
// Every page works without it.
import { drafts, keep, remove, waiting } from "./store.js";

const words = JSON.parse(document.getElementById("words").textContent);
const path = location.pathname;
const question = path.startsWith("/c/");
const TYPED = ["text", "dimension_text", "sentence", "wished", "small_step", "other_quality"];
const isTyped = (name) => TYPED.includes(name) || name.startsWith("own_");
let begun = null;
let touched = false;

const form = () => document.querySelector('main form[autocomplete="off"]');
const now = () => new Date().toISOString();
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "";

function fieldsOf(element) {
  const fields = {};
  for (const [name, value] of new FormData(element)) {
    if (value !== "") (fields[name] ??= []).push(value);
  }
  return fields;
}

function send(address, method, body) {
  return fetch(address, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15000),
  });
}

function say(title, text) {
  const main = document.querySelector("main");
  const section = document.createElement("section");
  section.className = "message";
  const heading = document.createElement("h1");
  heading.tabIndex = -1;
  heading.textContent = title;
  const told = document.createElement("p");
  told.textContent = text;
  section.append(heading, told);
  main.replaceChildren(section);
  heading.focus();
}

function note(text) {
  let line = document.getElementById("note");
  if (!line) {
    line = document.createElement("p");
    line.id = "note";
    line.className = "note";
    line.setAttribute("role", "status");
    document.querySelector("main").prepend(line);
  }
  line.textContent = text;
}

// The server's own page takes the place of this one, as it would without a script.
async function show(answer) {
  if (answer.redirected) {
    location.replace(answer.url);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = page.title;
  document.querySelector("main").replaceWith(page.querySelector("main"));
  dress();
  const first = document.querySelector(".summary, main h1");
  if (first) {
    first.tabIndex = -1;
    first.focus();
  }
}

async function answer(event) {
  const element = event.target;
  if (!question || element !== form() || element.dataset.busy) {
    if (element.dataset.busy) event.preventDefault();
    return;
  }
  event.preventDefault();
  element.dataset.busy = "1";
  const pressed = event.submitter;
  const told = pressed?.classList.contains("save") ? pressed.textContent : "";
  if (told) pressed.textContent = words.sending;
  const fields = fieldsOf(element);
  if (pressed?.name) fields[pressed.name] = [pressed.value];
  const id = (await drafts.get(path))?.id ?? crypto.randomUUID();
  const kept = { id, fields, started_at: begun ?? now(), written_at: now(), zone: zone() };
  await keep(path, kept);
  try {
    const body = new URLSearchParams();
    for (const [name, values] of Object.entries(fields)) for (const value of values) body.append(name, value);
    body.set("answer_id", id);
    body.set("started_at", kept.started_at);
    body.set("written_at", kept.written_at);
    body.set("client_now", now());
    body.set("zone", kept.zone);
    const reply = await fetch(location.href, { method: "POST", body, signal: AbortSignal.timeout(15000) });
    if (reply.status >= 500 || reply.status === 429) throw new Error("later");
    await remove(path);
    if (reply.status !== 422) await drafts.remove(path);
    await show(reply);
  } catch {
    await drafts.remove(path);
    say(words.kept_title, words.kept_text);
  }
}

// Whatever waits on this phone is sent, once: the server knows each by its id.
let flushing = false;
async function flush() {
  if (flushing || !navigator.onLine) return;
  flushing = true;
  try {
    for (const [where, kept] of await waiting()) {
      const reply = await send(`${where}/answer`, "PUT", { ...kept, now: now() }).catch(() => null);
      if (!reply || reply.status >= 500 || reply.status === 429) break;
      await remove(where);
      if (reply.ok) {
        const kept = await reply.json().catch(() => ({}));
        if (kept.support) location.assign("/me/help");
        else if (where === path) say(words.synced, "");
        else note(words.synced);
      } else {
        const typed = Object.entries(kept.fields).filter(([name]) => isTyped(name));
        say(words.unsent, typed.map(([, values]) => values.join("\n")).join("\n"));
      }
    }
  } finally {
    flushing = false;
  }
}

let timer = 0;
async function saveDraft(remote) {
  const element = form();
  if (!question || !element || element.dataset.busy) return;
  const fields = fieldsOf(element);
  const before = await drafts.get(path);
  await drafts.put(path, { id: before?.id ?? crypto.randomUUID(), fields });
  if (remote && navigator.onLine) {
    fetch(`${path}/draft`, {
      method: "PUT",
      keepalive: true,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ fields }),
    }).catch(() => {});
  }
}

async function restore() {
  const element = form();
  const draft = question && element ? await drafts.get(path) : null;
  if (!draft) return;
  let any = false;
  for (const [name, values] of Object.entries(draft.fields)) {
    for (const field of element.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.tagName === "TEXTAREA" || field.type === "text") {
        if (!field.value) {
          field.value = values[0];
          any = any || Boolean(values[0]);
        }
      }
    }
  }
  if (any) note(words.draft);
}

// That she has the question before her is told once she touches it: programs that open links fetch pages, run their
// scripts, and touch nothing.
function touch(event) {
  if (touched || !question || !event.isTrusted || !form()) return;
  touched = true;
  begun = now();
  fetch(`${path}/opened`, { method: "POST", headers: { "Content-Type": "application/json" } }).catch(() => {});
}

// That she looked whom to call is told by her own hand alone; fetching a page tells nothing.
const json = { method: "POST", headers: { "Content-Type": "application/json" } };
function lookedForHelp(event) {
  if (event.target.classList?.contains("help") && event.target.open && question && touched) {
    fetch(`${path}/help`, json).catch(() => {});
  }
}

function count(field) {
  if (!field.maxLength || field.maxLength < 0) return;
  const hint = document.getElementById(`${field.id}-hint`);
  if (!hint) return;
  hint.dataset.told ??= hint.textContent;
  const left = field.maxLength - field.value.length;
  hint.textContent = left <= 40 ? words.left.replace("{count}", left) : hint.dataset.told;
}

// A question that hangs on an earlier answer is there once that answer is; without a script it says so itself.
function branch() {
  for (const part of document.querySelectorAll(".branch")) {
    const tapped = document.querySelector(`[name="${part.dataset.when}"]:checked`);
    const parent = tapped?.closest(".branch");
    part.hidden = !tapped || Boolean(parent?.hidden) || !part.dataset.is.split(" ").includes(tapped.value);
    for (const told of part.querySelectorAll(".only")) told.hidden = true;
  }
}

function dress() {
  branch();
  const install = document.getElementById("install");
  if (install) install.hidden = matchMedia("(display-mode: standalone)").matches;
}

document.addEventListener("submit", answer);
document.addEventListener("pointerdown", touch);
document.addEventListener("keydown", touch);
document.addEventListener("toggle", lookedForHelp, true);
document.addEventListener("input", (event) => {
  count(event.target);
  branch();
  clearTimeout(timer);
  timer = setTimeout(() => saveDraft(true), 1500);
  saveDraft(false);
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") flush();
  else if (touched) saveDraft(true);
});
window.addEventListener("online", flush);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

dress();
await restore();
branch();
if (question && (await waiting()).some(([where]) => where === path)) say(words.kept_title, words.kept_text);
await flush();
if (path === "/me/help") fetch("/v1/me/help", json).catch(() => {});
document.documentElement.dataset.ready = "1";
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/phone/worker.js", { scope: "/" }).catch(() => {});
}
if (path === "/me" || path.startsWith("/me/")) import("./push.js").catch(() => {});
