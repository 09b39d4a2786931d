// The board stays live: asked again a moment after something happened, never while somebody types a word on it.

import { correct } from "./clock.js";

const PAUSE = 1000;
const LONGEST = 30_000;
let asked = null;
let last = performance.now();

function busy(board) {
  const box = document.activeElement;
  return board.contains(box) && box.matches("input") && box.value !== "";
}

function refresh() {
  asked = null;
  const board = document.getElementById("board");
  if (!board || document.hidden) return;
  if (busy(board)) {
    soon();
    return;
  }
  last = performance.now();
  window.htmx.trigger(board, "desk:refresh");
}

function soon() {
  asked ??= setTimeout(refresh, PAUSE);
}

export function startBoard() {
  if (!document.getElementById("board")) return;
  document.addEventListener("desk:fact", soon);
  document.addEventListener("desk:caughtup", soon);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
  document.addEventListener("htmx:after:swap", () => correct(document.querySelector("#board .hint time")?.dateTime));
  setInterval(() => { if (performance.now() - last > LONGEST) soon(); }, 5000);
}
