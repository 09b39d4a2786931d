// The list of tickets: moving through it by key, and keeping it live without it ever jumping.

import { announce } from "./saying.js";

const list = () => document.getElementById("queue-list");
const rows = () => [...(list()?.querySelectorAll("li[data-ref]") ?? [])];
let heardOf = new Set();
let waiting = null;
let fresh = new Set();

function current() {
  return rows().find((row) => row.contains(document.activeElement))
    ?? rows().find((row) => row.hasAttribute("data-current"));
}

function choose(row, focus = true) {
  if (!row) return;
  for (const other of rows()) other.toggleAttribute("data-current", other === row);
  if (focus) row.querySelector("a").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]);
}

/** Ask the server for the rows that facts were about; it says which still belong to this list. */
async function refresh() {
  waiting = null;
  const refs = [...heardOf];
  heardOf = new Set();
  const present = list();
  if (!present || !refs.length) return;
  const url = new URL(present.dataset.rows, location.href);
  for (const ref of refs.slice(0, 100)) url.searchParams.append("ref", ref);
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (!answer.ok || list() !== present) return;
  const html = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const ref of refs) {
    const old = present.querySelector(`li[data-ref="${ref}"]`);
    const now = html.querySelector(`li[data-ref="${ref}"]`);
    if (old && now) replace(old, now);
    else if (old) old.setAttribute("data-gone", "");
    if (old || !now) fresh.delete(ref);
    else fresh.add(ref);
  }
  const views = html.getElementById("queue-views");
  const oldViews = document.getElementById("queue-views");
  if (views && oldViews && !oldViews.contains(document.activeElement)) oldViews.replaceWith(document.adoptNode(views));
  showPill();
  document.dispatchEvent(new CustomEvent("desk:fresh"));
}

function replace(old, now) {
  const focused = old.contains(document.activeElement);
  now.toggleAttribute("data-current", old.hasAttribute("data-current"));
  const adopted = document.adoptNode(now);
  old.replaceWith(adopted);
  window.htmx?.process(adopted);
  if (focused) adopted.querySelector("a").focus({ preventScroll: true });
}

function showPill() {
  const pill = document.getElementById("queue-fresh");
  if (!pill) return;
  pill.hidden = fresh.size === 0;
  pill.querySelector("span").textContent = window.interpolate(
    window.ngettext("%(count)s new", "%(count)s new", fresh.size), { count: fresh.size }, true,
  );
}

function hear(fact) {
  if (!fact.ref || !list()) return;
  heardOf.add(fact.ref);
  waiting ??= setTimeout(refresh, 300);
}

async function reload() {
  const url = list()?.dataset.address;
  if (!url) return;
  const kept = current()?.dataset.ref;
  await window.htmx.ajax("GET", url, { target: "#queue-pane", swap: "innerHTML" });
  fresh = new Set();
  showPill();
  choose(rows().find((row) => row.dataset.ref === kept), false);
  announce(document.getElementById("queue-summary")?.textContent ?? "");
}

const ADDRESS = "desk:queue";

/** Beside a ticket that was opened by its own address there is room for the list: the last one looked at. */
async function fillBeside() {
  const place = document.getElementById("queue-pane");
  if (!place) return;
  if (list()) {
    sessionStorage.setItem(ADDRESS, list().dataset.address);
  } else if (matchMedia("(width >= 64rem)").matches) {
    await window.htmx.ajax("GET", sessionStorage.getItem(ADDRESS) ?? "/queue/", { target: "#queue-pane", swap: "innerHTML" });
    mark(document.getElementById("ticket")?.dataset.ref);
  }
}

function mark(ref) {
  choose(rows().find((row) => row.dataset.ref === ref), false);
}

export function startQueue() {
  document.addEventListener("desk:opened", (event) => mark(event.detail));
  addEventListener("load", fillBeside);
  document.addEventListener("htmx:after:swap", (event) => {
    if (list() && event.detail.ctx.target?.id === "queue-pane") sessionStorage.setItem(ADDRESS, list().dataset.address);
    if (event.detail.ctx.target?.id === "content") fillBeside();
  });
  document.addEventListener("desk:key:down", (event) => { if (rows().length) { event.preventDefault(); step(1); } });
  document.addEventListener("desk:key:up", (event) => { if (rows().length) { event.preventDefault(); step(-1); } });
  document.addEventListener("desk:key:open", (event) => {
    const row = current();
    if (!row) return;
    event.preventDefault();
    row.querySelector("a").click();
  });
  document.addEventListener("desk:fact", (event) => hear(event.detail));
  document.addEventListener("desk:caughtup", () => {
    for (const row of rows()) heardOf.add(row.dataset.ref);
    if (list()) waiting ??= setTimeout(refresh, 300);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#queue-fresh")) reload();
    const row = event.target.closest("#queue-list li[data-ref]");
    if (row) choose(row, false);
  });
}
