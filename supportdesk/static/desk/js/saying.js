// Telling the person what their own action did: aloud to screen readers, and in the corner for the eye.

const announcer = document.getElementById("announcer");
const corner = document.getElementById("toasts");

/** Have a screen reader say a sentence. */
export function announce(words) {
  if (!announcer) return;
  announcer.textContent = "";
  requestAnimationFrame(() => { announcer.textContent = words; });
}

/** Show a sentence in the corner. Bad news stays until it is dismissed. */
export function toast(words, kind = "info", link = null) {
  if (!corner || !words) return;
  const notice = document.createElement("div");
  notice.className = `notice notice-${kind}`;
  const text = document.createElement("span");
  text.textContent = words;
  notice.append(text);
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link.href;
    anchor.textContent = link.words;
    notice.append(anchor);
  }
  dismissible(notice, kind !== "bad" && kind !== "error");
  corner.append(notice);
  announce(words);
}

function dismissible(notice, goesByItself) {
  const close = document.createElement("button");
  close.type = "button";
  close.className = "notice-close";
  close.textContent = "×";
  close.setAttribute("aria-label", window.gettext("Dismiss"));
  close.addEventListener("click", () => notice.remove());
  notice.append(close);
  if (!goesByItself) return;
  let timer = setTimeout(() => notice.remove(), 6000);
  notice.addEventListener("pointerenter", () => clearTimeout(timer));
  notice.addEventListener("pointerleave", () => { timer = setTimeout(() => notice.remove(), 3000); });
}

const told = new Set();

/** An alert that is addressed to this person, once in each tab that is looked at. */
function sound(fact) {
  if (told.has(fact.sign) || document.hidden) return;
  told.add(fact.sign);
  const words = fact.level >= 100
    ? window.gettext("%(ref)s has breached.") : window.gettext("%(ref)s is at risk.");
  const link = { href: `/tickets/${fact.ref}/`, words: window.gettext("Open") };
  toast(window.interpolate(words, { ref: fact.ref }, true), fact.level >= 100 ? "bad" : "warn", link);
}

export function startSaying() {
  for (const notice of corner?.querySelectorAll(".notice") ?? []) {
    dismissible(notice, !notice.matches(".notice-error, .notice-bad"));
  }
  document.addEventListener("desk:said", (event) => {
    const { words, kind } = event.detail ?? {};
    toast(words, kind ?? "good");
  });
  document.addEventListener("desk:fact", (event) => { if (event.detail.kind === "alert") sound(event.detail); });
  document.addEventListener("htmx:after:request", (event) => {
    const status = event.detail.ctx.response?.status;
    if (status !== 401) return;
    event.preventDefault();
    toast(window.gettext("You have been signed out. What you typed is kept."), "bad", {
      href: `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`,
      words: window.gettext("Sign in"),
    });
  });
  document.addEventListener("htmx:error", () => {
    toast(window.gettext("The desk did not answer. Nothing was changed; what you typed is kept."), "bad");
  });
}
