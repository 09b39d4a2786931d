// Everything the page can do, by its name: Ctrl/⌘ K.

import { actions, chordOf, elementFor, perform, written } from "./keys.js";

const dialog = document.getElementById("palette");
const text = document.getElementById("palette-text");
const list = document.getElementById("palette-choices");
const none = dialog?.querySelector(".palette-none");
const REFERENCE = /^(?:cs-?)?([0-9a-hjkmnp-tv-z]{8})$/i;
let offered = [];
let at = 0;

function commands() {
  const found = actions
    .filter((action) => !["palette", "up", "down", "open"].includes(action.id))
    .filter((action) => action.id === "help" || elementFor(action))
    .map((action) => ({ label: action.label, keys: written(chordOf(action)), run: () => perform(action) }));
  for (const link of document.querySelectorAll("a[data-view]")) {
    found.push({ label: link.dataset.view, keys: "", run: () => link.click() });
  }
  for (const element of document.querySelectorAll("[data-command]")) {
    if (element.checkVisibility() && !element.disabled) {
      found.push({ label: element.dataset.command, keys: "", run: () => element.click() });
    }
  }
  return found;
}

/** How well a label answers what was typed: its words in order, the earlier the better; 0 is not at all. */
export function fit(label, typed) {
  const where = label.toLowerCase();
  let score = 1;
  for (const word of typed.toLowerCase().split(/\s+/).filter(Boolean)) {
    const place = where.indexOf(word);
    if (place < 0) return 0;
    score += place === 0 || where[place - 1] === " " ? 2 : 1;
  }
  return score;
}

function choices() {
  const typed = text.value.trim();
  const fitting = commands()
    .map((command) => ({ command, score: fit(command.label, typed) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .map(({ command }) => command);
  const reference = REFERENCE.exec(typed);
  if (reference) {
    const ref = `CS-${reference[1].toUpperCase()}`;
    const label = window.interpolate(window.gettext("Open ticket %(ref)s"), { ref }, true);
    fitting.unshift({ label, keys: "", run: () => location.assign(`/tickets/${ref}/`) });
  }
  return fitting.slice(0, 12);
}

function paint() {
  offered = choices();
  at = Math.min(at, Math.max(0, offered.length - 1));
  list.replaceChildren(...offered.map((command, place) => {
    const item = document.createElement("li");
    item.id = `palette-${place}`;
    item.role = "option";
    item.ariaSelected = String(place === at);
    const label = document.createElement("span");
    label.textContent = command.label;
    item.append(label);
    if (command.keys) {
      const keys = document.createElement("kbd");
      keys.textContent = command.keys;
      item.append(keys);
    }
    return item;
  }));
  none.hidden = offered.length > 0;
  text.setAttribute("aria-activedescendant", offered.length ? `palette-${at}` : "");
  list.children[at]?.scrollIntoView({ block: "nearest" });
}

function run(command) {
  dialog.close();
  command?.run();
}

export function startPalette() {
  if (!dialog) return;
  new MutationObserver(() => {
    if (!dialog.open) return;
    text.value = "";
    at = 0;
    paint();
  }).observe(dialog, { attributeFilter: ["open"] });
  text.addEventListener("input", () => { at = 0; paint(); });
  text.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && offered.length) {
      event.preventDefault();
      at = (at + step + offered.length) % offered.length;
      paint();
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(offered[at]);
    }
  });
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) run(offered[[...list.children].indexOf(item)]);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}
