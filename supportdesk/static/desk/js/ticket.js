// The open ticket: the composer, and news of it while somebody reads or types.

import { announce } from "./saying.js";

const pane = () => document.getElementById("ticket");
let asked = null;

function mode(name, focus) {
  const composer = document.getElementById("composer");
  const button = composer?.querySelector(`[data-mode="${name}"]`);
  if (!button) return false;
  composer.dataset.mode = name;
  for (const one of composer.querySelectorAll("[data-mode]")) one.setAttribute("aria-pressed", String(one === button));
  for (const panel of composer.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== name;
  if (focus) composer.querySelector(`[data-panel="${name}"] textarea`)?.focus();
  return true;
}

/** Paint what changed around the composer; never the composer itself, nor what is unfolded, nor what was revealed. */
function refresh() {
  asked = null;
  const ticket = pane();
  if (!ticket || ticket.hasAttribute("data-unmasked")) return;
  const typed = [...ticket.querySelectorAll("#composer textarea")].some((box) => box.value.trim());
  const url = new URL(ticket.dataset.news, location.href);
  if (typed) url.searchParams.set("typing", "1");
  if (ticket.querySelector("#ticket-side :is(input, select):focus")) url.searchParams.set("in_side", "1");
  window.htmx.ajax("GET", url.pathname + url.search, { source: ticket, target: ticket, swap: "none" });
}

function hear(fact) {
  if (pane()?.dataset.ref === fact.ref) asked ??= setTimeout(refresh, 250);
}

/** Send what is typed; with `then` choose first what happens after. */
function send(then = null) {
  const form = document.querySelector("#composer [data-panel]:not([hidden]) form[data-sends]");
  if (!form) return;
  const choice = form.elements.namedItem("then");
  if (then && choice) choice.value = then;
  form.requestSubmit(form.querySelector("[data-send]"));
}

/** Dialogs that came open from the server (a refused form) become modal; the first fault gets the focus. */
function openDialogs() {
  for (const dialog of document.querySelectorAll("#ticket dialog[open]:not(:modal)")) {
    dialog.close();
    dialog.showModal();
    dialog.querySelector("[aria-invalid=true]")?.focus();
  }
}

/** What the reader sees is what the forms refer to, also after news. */
function keepVersion() {
  const version = document.getElementById("ticket-head")?.dataset.version;
  for (const field of document.querySelectorAll("#ticket input[name=version]")) field.value = version;
}

function keepUnfolded() {
  let unfolded = [];
  document.addEventListener("htmx:before:swap", () => {
    unfolded = [...document.querySelectorAll("#ticket details[id][open]")].map((one) => one.id);
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  });
}

/** Close the ticket where the list stands beside it or lies under it; false where the page must be left. */
function leave() {
  const list = document.getElementById("queue-list");
  if (!list) return false;
  document.getElementById("ticket-pane").replaceChildren();
  history.pushState({ htmx: true }, "", list.dataset.address);
  (list.querySelector("[data-current] a") ?? list.querySelector("a"))?.focus();
  return true;
}

function scrollToEnd() {
  const conversation = document.getElementById("conversation");
  if (conversation) conversation.scrollTop = conversation.scrollHeight;
}

function opened() {
  scrollToEnd();
  const heading = document.querySelector("#ticket h1");
  heading?.focus({ preventScroll: true });
  if (heading) announce(heading.textContent.trim());
  document.dispatchEvent(new CustomEvent("desk:opened", { detail: pane()?.dataset.ref }));
}

export function startTicket() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#composer [data-mode]");
    if (button && button.id !== "composer") {
      event.preventDefault();
      mode(button.dataset.mode, true);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    if (!event.target.closest?.("#composer")) return;
    event.preventDefault();
    event.stopPropagation();
    send(event.shiftKey ? "resolve_next" : null);
  }, true);
  document.addEventListener("desk:key:resolve_next", (event) => {
    const button = document.getElementById("resolve-next");
    if (!button) return;
    event.preventDefault();
    button.form.requestSubmit(button);
  });
  document.addEventListener("click", (event) => {
    const back = event.target.closest("a[data-back]");
    if (back && leave()) event.preventDefault();
  });
  document.addEventListener("desk:fact", (event) => hear(event.detail));
  document.addEventListener("desk:caughtup", () => { if (pane()) asked ??= setTimeout(refresh, 250); });
  document.addEventListener("htmx:after:swap", (event) => {
    openDialogs();
    keepVersion();
    const target = event.detail.ctx.target;
    if (target?.id === "ticket-pane") opened();
    else if (target?.id === "ticket") scrollToEnd();
  });
  document.addEventListener("desk:sent", () => {
    if (document.activeElement?.matches("#composer textarea")) document.querySelector("#ticket h1")?.focus({ preventScroll: true });
  });
  keepUnfolded();
  openDialogs();
  scrollToEnd();
}
