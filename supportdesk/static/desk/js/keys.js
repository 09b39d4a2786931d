// One key for each thing a person does all day. Dead while typing or composing; can be switched off and changed.

import { announce } from "./saying.js";

const { gettext } = window;
const STORE = "desk:keys";

/** Everything that has a key: its name in the page (data-key), what it says, its standard key. */
export const actions = [
  { id: "help", label: gettext("Keys and help"), chord: "?" },
  { id: "palette", label: gettext("Go to or do"), chord: "Mod+k" },
  { id: "search", label: gettext("Search"), chord: "/" },
  { id: "down", label: gettext("Next row"), chord: "j" },
  { id: "up", label: gettext("Previous row"), chord: "k" },
  { id: "open", label: gettext("Open"), chord: "o" },
  { id: "back", label: gettext("Back to the list"), chord: "u" },
  { id: "next", label: gettext("Next ticket by urgency"), chord: "n" },
  { id: "take", label: gettext("Take"), chord: "i" },
  { id: "reply", label: gettext("Reply"), chord: "r" },
  { id: "note", label: gettext("Note"), chord: "m" },
  { id: "send", label: gettext("Send"), chord: "Mod+Enter" },
  { id: "send_resolve_next", label: gettext("Send, resolve, next ticket"), chord: "Mod+Shift+Enter" },
  { id: "assign", label: gettext("Assign"), chord: "a" },
  { id: "status", label: gettext("Status"), chord: "s" },
  { id: "priority", label: gettext("Priority"), chord: "p" },
  { id: "tags", label: gettext("Tags"), chord: "t" },
  { id: "resolve_next", label: gettext("Resolve and next ticket"), chord: "e" },
  { id: "escalate", label: gettext("Escalate"), chord: "E" },
];
for (const link of document.querySelectorAll("a[data-go]")) {
  actions.push({ id: `go_${link.dataset.go}`, label: link.textContent.trim(), chord: `g ${link.dataset.go}`, link });
}

let chosen = { off: false, chords: {} };
try {
  const kept = JSON.parse(localStorage.getItem(STORE) ?? "null");
  if (kept && typeof kept.chords === "object") chosen = { off: Boolean(kept.off), chords: kept.chords };
} catch { /* Nothing kept: the standard keys. */ }

function keep() {
  try { localStorage.setItem(STORE, JSON.stringify(chosen)); } catch { /* They last until the page is left. */ }
}

export const chordOf = (action) => chosen.chords[action.id] ?? action.chord;
const mac = /Mac|iP(hone|ad)/.test(navigator.platform);

/** A chord as it is written on this computer's keyboard. */
export function written(chord) {
  return chord.replace("Mod+", mac ? "⌘ " : "Ctrl ").replace("Shift+", mac ? "⇧ " : "Shift ")
    .replace(/\b[a-z]$/, (key) => (chord.startsWith("Mod+") ? key.toUpperCase() : key));
}

function pressed(event) {
  const mod = event.ctrlKey || event.metaKey;
  if (event.altKey || event.key === "Dead" || ["Control", "Meta", "Shift", "Alt", "AltGraph"].includes(event.key)) return null;
  if (!mod) return event.key.length === 1 || event.key === "Enter" ? event.key : null;
  return `Mod+${event.shiftKey ? "Shift+" : ""}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
}

const typing = (target) => target.isContentEditable
  || target.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");

const shown = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? true;

/** The element that an action would press, if the page has one now. */
export function elementFor(action) {
  if (action.link) return action.link;
  return [...document.querySelectorAll(`[data-key~="${action.id}"]`)].find((one) => shown(one) && !one.disabled);
}

/** Do what the action's key does. */
export function perform(action) {
  const mine = new CustomEvent(`desk:key:${action.id}`, { cancelable: true });
  if (!document.dispatchEvent(mine)) return true;
  const element = elementFor(action);
  if (!element) return false;
  if (element.matches("input:not([type=submit]), select, textarea")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
  return true;
}

let prefix = "";
let prefixTimer;

function onKey(event) {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if (event.key === "Escape") {
    escape(event);
    return;
  }
  let chord = pressed(event);
  if (!chord) return;
  const single = !chord.startsWith("Mod+");
  if (single && (chosen.off || typing(event.target))) return;
  if (document.querySelector("dialog:modal")) return;
  if (single && prefix) chord = `${prefix} ${chord}`;
  prefix = "";
  clearTimeout(prefixTimer);
  const action = actions.find((one) => chordOf(one) === chord)
    ?? (chord === "Enter" && event.target === document.body ? actions.find((one) => one.id === "open") : null);
  if (action) {
    if (perform(action)) event.preventDefault();
  } else if (single && actions.some((one) => chordOf(one).startsWith(`${chord} `))) {
    prefix = chord;
    prefixTimer = setTimeout(() => { prefix = ""; }, 1500);
  }
}

function escape(event) {
  if (document.querySelector("dialog:modal")) return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  } else if (typing(event.target)) {
    event.target.blur();
  }
}

function showKeys() {
  for (const hint of document.querySelectorAll("kbd[data-chord]")) {
    const action = actions.find((one) => one.id === hint.dataset.chord);
    if (!action) continue;
    const chord = chordOf(action);
    hint.hidden = chosen.off && !chord.startsWith("Mod+");
    hint.textContent = written(chord);
  }
}

function listKeys() {
  const list = document.getElementById("keys-list");
  list.replaceChildren(...actions.map((action) => {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const value = document.createElement("dd");
    const button = document.createElement("button");
    term.textContent = action.label;
    button.type = "button";
    button.className = "button";
    button.dataset.action = action.id;
    button.textContent = written(chordOf(action));
    button.setAttribute("aria-label", `${action.label}: ${written(chordOf(action))}`);
    value.append(button);
    row.append(term, value);
    return row;
  }));
}

function changeKey(button) {
  const action = actions.find((one) => one.id === button.dataset.action);
  const trouble = document.getElementById("keys-error");
  trouble.textContent = "";
  button.textContent = gettext("Press a key…");
  const stop = () => {
    button.removeEventListener("keydown", take);
    button.removeEventListener("blur", stop);
    if (button.isConnected) button.textContent = written(chordOf(action));
  };
  const take = (event) => {
    if (event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") { stop(); return; }
    let chord = pressed(event);
    if (!chord) return;
    if (action.id.startsWith("go_")) chord = `g ${chord}`;
    const other = actions.find((one) => one !== action && chordOf(one) === chord);
    if (other) {
      trouble.textContent = window.interpolate(gettext("%(key)s is already the key of “%(name)s”."),
        { key: written(chord), name: other.label }, true);
      return;
    }
    chosen.chords[action.id] = chord;
    keep();
    stop();
    showKeys();
    announce(`${action.label}: ${written(chord)}`);
  };
  button.addEventListener("keydown", take);
  button.addEventListener("blur", stop);
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("desk:key:help", (event) => open("help", event));
  document.addEventListener("desk:key:palette", (event) => open("palette", event));
  document.addEventListener("htmx:after:swap", showKeys);
  const on = document.getElementById("keys-on");
  if (!on) return;
  on.checked = !chosen.off;
  on.addEventListener("change", () => { chosen.off = !on.checked; keep(); showKeys(); });
  document.getElementById("keys-reset").addEventListener("click", () => {
    chosen = { off: false, chords: {} };
    on.checked = true;
    keep();
    listKeys();
    showKeys();
  });
  document.getElementById("keys-list").addEventListener("click", (event) => {
    const button = event.target.closest("button[data-action]");
    if (button) changeKey(button);
  });
  listKeys();
  showKeys();
}

function open(name, event) {
  event.preventDefault();
  document.getElementById(name)?.showModal();
}
