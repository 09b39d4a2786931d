// The server's time. The reader's own clock may be wrong by minutes, so it is never asked.

const meta = document.querySelector('meta[name="server-time"]');
const answered = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
let origin = (meta ? Date.parse(meta.content) : Date.now()) - answered;

/** The present instant in milliseconds since the epoch, by the server's clock. */
export function now() {
  return origin + performance.now();
}

/** Take over a later reading of the server's clock (a computer that slept loses time). */
export function correct(instant) {
  const read = Date.parse(instant);
  if (Number.isFinite(read) && Math.abs(read - now()) > 1500) origin = read - performance.now();
}

const zone = document.querySelector('meta[name="viewer"]')?.dataset.zone;
const hours = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
  hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone || undefined,
});

/** `12:04` in the zone of the person signed in. */
export function timeOfDay(instant = now()) {
  return hours.format(instant);
}
