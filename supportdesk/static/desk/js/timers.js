// Timers that tick: <time class="timer" datetime="due" data-risk="…" data-risk-until="…" data-state="running">.
// Only running and breached ones move; the others stand as the server wrote them.

import { now } from "./clock.js";

const { gettext, interpolate } = window;

/** A length of time as people say it: 12:04, 3h 12m, 2d 4h. */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return interpolate(gettext("%(hours)sh %(minutes)sm"), { hours, minutes: minutes % 60 }, true);
  return interpolate(gettext("%(days)sd %(hours)sh"), { days: Math.floor(hours / 24), hours: hours % 24 }, true);
}

/** What a running timer says at an instant: its band and its words. */
export function reading(due, risk, riskUntil, at) {
  if (at > due) return ["breached", interpolate(gettext("breached %(span)s ago"), { span: span(at - due) }, true)];
  const left = span(due - at);
  if (risk && at >= risk && !(riskUntil && at > riskUntil)) {
    return ["at_risk", interpolate(gettext("at risk, %(span)s left"), { span: left }, true)];
  }
  return ["ok", interpolate(gettext("%(span)s left"), { span: left }, true)];
}

const icons = { ok: "clock", at_risk: "risk", breached: "breached" };

function tick(timer, at) {
  const due = Date.parse(timer.dateTime);
  if (!Number.isFinite(due)) return;
  const [band, words] = reading(due, Date.parse(timer.dataset.risk), Date.parse(timer.dataset.riskUntil), at);
  const text = timer.querySelector(".timer-text");
  if (text.textContent !== words) text.textContent = words;
  if (timer.dataset.band !== band) {
    timer.dataset.band = band;
    const use = timer.querySelector("use");
    use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icons[band]}`));
  }
}

function tickAll() {
  if (document.hidden) return;
  const at = now();
  for (const timer of document.querySelectorAll('time.timer[data-state="running"]')) tick(timer, at);
  for (const wait of document.querySelectorAll("time.wait")) {
    const words = span(at - Date.parse(wait.dateTime));
    if (wait.textContent !== words) wait.textContent = words;
  }
}

export function startTimers() {
  const beat = () => {
    tickAll();
    setTimeout(beat, 1000 - (now() % 1000) + 5);
  };
  beat();
  document.addEventListener("visibilitychange", tickAll);
  document.addEventListener("htmx:after:swap", tickAll);
  document.addEventListener("desk:fresh", tickAll);
}
