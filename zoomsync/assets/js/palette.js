// The command palette: Ctrl-K (or ⌘K) anywhere, arrows and Enter in it. "?" opens the help.
const dialog = document.getElementById("palette");
const input = document.getElementById("palette-input");
const results = document.getElementById("palette-results");

function hits() {
  return [...results.querySelectorAll("[role=option]")];
}

function select(hit) {
  for (const other of hits()) other.setAttribute("aria-selected", String(other === hit));
  input.setAttribute("aria-activedescendant", hit?.id ?? "");
  hit?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = hits();
  if (!all.length) return;
  const at = all.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
  select(all[(at + step + all.length) % all.length]);
}

function open() {
  if (dialog.open) return;
  dialog.showModal();
  input.value = "";
  input.focus();
  input.dispatchEvent(new CustomEvent("palette:open"));
}

function isTyping(target) {
  // The focus leaves a field that was hidden, such as the closed palette's, only with the next frame.
  return target.closest?.("input, textarea, select, [contenteditable]")?.checkVisibility();
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      open();
    } else if (event.key === "?" && !isTyping(event.target) && !document.querySelector("dialog[open]")) {
      document.getElementById("help-link")?.click();
    }
  });
  input.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      move(steps[event.key]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      results.querySelector("[aria-selected=true]")?.click();
    }
  });
  results.addEventListener("click", (event) => {
    const hit = event.target.closest("[data-key]");
    if (!hit || hit.dataset.key === "0") return;
    const body = new URLSearchParams({ source: hit.dataset.source, key: hit.dataset.key });
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    fetch(dialog.dataset.opened, { method: "POST", body, headers, keepalive: true });
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === results) select(hits()[0]);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) {
      event.preventDefault();
      open();
    } else if (event.target === dialog) dialog.close();
  });
}
