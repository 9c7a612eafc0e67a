// The panel on the right and the confirm dialog. <dialog> itself traps the focus, closes on Esc and gives it back.
const panel = document.getElementById("panel-dialog");
const confirm = document.getElementById("confirm-dialog");
const yes = document.getElementById("confirm-yes");

let opener = "";

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "panel") return;
  note(event.detail);
  if (!panel.open) {
    opener = document.activeElement?.id ?? "";
    panel.showModal();
  }
  (panel.querySelector("[autofocus]") ?? document.getElementById("panel-title")).focus();
});
panel.addEventListener("close", () => {
  document.getElementById("panel").replaceChildren();
  for (const form of document.querySelectorAll("form[data-resets]")) form.reset();
  // What opened it may have been replaced in the meantime by an element of the same id.
  if (document.activeElement === document.body) document.getElementById(opener)?.focus();
  forget();
});

document.addEventListener("panel:close", () => panel.close());
document.addEventListener("panel:open", (event) => show(event.detail.url));

// What is in the panel has an address: the page's, with #panel= and the panel's own. It can be kept and sent, and
// Back closes the panel. A question has none, as it is the answer to a form, but Back closes it too.
const ADDRESS = /^#panel=(\/(?![/\\]).*)$/; // of this site only
let isNoted = false; // the browser's history has an entry for the open panel

function show(address) {
  htmx.ajax("GET", address, "#panel");
}

function note({ requestConfig, pathInfo }) {
  const own = location.pathname + location.search;
  const address = requestConfig.verb === "get" ? `${own}#panel=${pathInfo.finalRequestPath}` : own;
  const wasOpenedByAddress = !panel.open && ADDRESS.test(location.hash);
  const write = panel.open || wasOpenedByAddress ? "replaceState" : "pushState";
  if (!panel.open) isNoted = !wasOpenedByAddress;
  history[write]({ panel: true }, "", address);
}

function forget() {
  if (!history.state?.panel) return; // Back has closed it
  if (isNoted) history.back();
  else history.replaceState(null, "", location.pathname + location.search);
}

// Before htmx, which takes each step back for one to another page: it sets its listener when the page is ready.
let page = location.pathname + location.search;
addEventListener("popstate", (event) => {
  const same = page === location.pathname + location.search;
  page = location.pathname + location.search;
  const address = location.hash.match(ADDRESS)?.[1];
  if (!same || !(panel.open || isNoted || address)) return;
  event.stopImmediatePropagation();
  if (address) show(address);
  else if (panel.open) panel.close();
});
document.addEventListener("htmx:pushedIntoHistory", () => {
  page = location.pathname + location.search;
  isNoted = false;
});

const asked = location.hash.match(ADDRESS)?.[1];
if (asked) document.addEventListener("DOMContentLoaded", () => show(asked));

document.addEventListener("click", (event) => {
  const dialog = event.target.closest("dialog");
  if (event.target.closest("[data-dialog-close]") || event.target === panel) dialog.close();
});

// A form with data-confirm asks first, be it sent by the browser or by htmx.
const answered = new WeakSet();

function ask(form) {
  document.getElementById("confirm-title").textContent = form.dataset.confirm;
  document.getElementById("confirm-text").textContent = form.dataset.confirmText ?? "";
  yes.textContent = form.dataset.confirmLabel ?? yes.textContent;
  confirm.showModal();
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.dataset.confirm || answered.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(form);
    yes.onclick = () => {
      confirm.close();
      answered.add(form);
      form.requestSubmit(event.submitter);
    };
  },
  { capture: true },
);
