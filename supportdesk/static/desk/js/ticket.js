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

/** Paint what changed around the composer; never the composer itself, nor what is unfolded. */
function refresh() {
  asked = null;
  const ticket = pane();
  if (!ticket) return;
  const typed = [...ticket.querySelectorAll("#composer textarea")].some((box) => box.value.trim());
  const url = new URL(ticket.dataset.live, location.href);
  if (typed) url.searchParams.set("typing", "1");
  window.htmx.ajax("GET", url.pathname + url.search, { source: ticket, target: ticket, swap: "none" });
}

function hear(fact) {
  if (pane()?.dataset.ref === fact.ref) asked ??= setTimeout(refresh, 250);
}

function send(event, button) {
  const form = event.target.closest?.("form[data-sends]")
    ?? document.querySelector("#composer [data-panel]:not([hidden]) form");
  if (!form) return;
  event.preventDefault();
  const submitter = form.querySelector(button) ?? form.querySelector("[type=submit], button:not([type])");
  form.requestSubmit(submitter);
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

function scrollToEnd() {
  const conversation = document.getElementById("conversation");
  if (conversation) conversation.scrollTop = conversation.scrollHeight;
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
    if (event.target.closest?.("#composer")) send(event, event.shiftKey ? "[name=then][value=resolve_next]" : "[data-send]");
  });
  document.addEventListener("desk:fact", (event) => hear(event.detail));
  document.addEventListener("desk:caughtup", () => { if (pane()) asked ??= setTimeout(refresh, 250); });
  document.addEventListener("desk:opened", () => {
    scrollToEnd();
    const heading = document.querySelector("#ticket h1");
    heading?.focus({ preventScroll: true });
    if (heading) announce(heading.textContent.trim());
  });
  keepUnfolded();
  scrollToEnd();
}
