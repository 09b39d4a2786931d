// What is typed is never lost: each <textarea data-draft="name"> is kept in this browser until it was sent.

const key = (name) => `desk:draft:${name}`;

function store(name, text) {
  try {
    if (text.trim()) localStorage.setItem(key(name), text);
    else localStorage.removeItem(key(name));
  } catch { /* A full or forbidden store: the text still stands in the box. */ }
}

function stored(name) {
  try { return localStorage.getItem(key(name)); } catch { return null; }
}

function restore(root) {
  for (const box of root.querySelectorAll("textarea[data-draft]")) {
    const text = stored(box.dataset.draft);
    if (text && !box.value) {
      box.value = text;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

export function startDrafts() {
  restore(document);
  document.addEventListener("input", (event) => {
    const name = event.target.dataset?.draft;
    if (name) store(name, event.target.value);
  });
  document.addEventListener("desk:sent", (event) => {
    for (const name of event.detail?.drafts ?? []) {
      store(name, "");
      for (const box of document.querySelectorAll(`textarea[data-draft="${CSS.escape(name)}"]`)) box.value = "";
    }
  });
  document.addEventListener("htmx:after:swap", () => restore(document));
}
