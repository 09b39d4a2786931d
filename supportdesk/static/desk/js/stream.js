// One live stream per browser. The tab that holds the lock listens to the server and tells the others.
// On the document: "desk:fact" for each fact, "desk:caughtup" when the stream came back after a loss.

import { correct, now, timeOfDay } from "./clock.js";

const SILENCE = 45_000;
const shown = document.getElementById("stream");
const channel = "BroadcastChannel" in window ? new BroadcastChannel("desk") : null;
let heard = now();
let up = true;

function tell(message) {
  receive(message);
  channel?.postMessage(message);
}

function receive(message) {
  if (message.type === "fact") {
    heard = now();
    correct(message.fact.now);
    const kind = message.fact.kind === "resync" ? "desk:caughtup" : "desk:fact";
    document.dispatchEvent(new CustomEvent(kind, { detail: message.fact }));
  } else if (message.type === "beat") {
    correct(message.at);
    heard = now();
  }
  if (message.type === "lost") show(false);
  else if (message.type !== "ask") show(true);
}

function show(nowUp) {
  document.documentElement.dataset.stream = nowUp ? "open" : "lost";
  if (nowUp === up) return;
  up = nowUp;
  if (up) document.dispatchEvent(new CustomEvent("desk:caughtup"));
  if (!shown) return;
  shown.hidden = up;
  shown.textContent = up ? "" : window.interpolate(
    window.gettext("Reconnecting, data from %(time)s"), { time: timeOfDay(heard) }, true,
  );
}

function listen() {
  let source;
  let last = performance.now();
  let wait = 1000;
  const open = () => {
    source = new EventSource("/events/");
    const alive = () => { last = performance.now(); wait = 1000; };
    source.addEventListener("open", () => { alive(); document.documentElement.dataset.leads = ""; tell({ type: "up" }); });
    source.addEventListener("message", (event) => {
      alive();
      const fact = JSON.parse(event.data);
      tell({ type: "fact", fact });
    });
    source.addEventListener("beat", (event) => { alive(); tell({ type: "beat", at: JSON.parse(event.data).at }); });
    source.addEventListener("error", () => {
      tell({ type: "lost" });
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(open, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, 15_000);
    });
  };
  open();
  setInterval(() => {
    if (source.readyState !== EventSource.OPEN || performance.now() - last < SILENCE) return;
    source.close();
    tell({ type: "lost" });
    last = performance.now();
    open();
  }, 5000);
  channel?.addEventListener("message", (event) => {
    if (event.data.type === "ask") channel.postMessage({ type: up ? "up" : "lost" });
  });
}

export function startStream() {
  if (!shown) return;
  if (!channel || !navigator.locks) {
    listen();
    return;
  }
  channel.addEventListener("message", (event) => receive(event.data));
  channel.postMessage({ type: "ask" });
  navigator.locks.request("desk-stream", () => {
    listen();
    return new Promise(() => {});
  });
}
