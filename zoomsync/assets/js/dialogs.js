// The panel on the right and the confirm dialog. <dialog> itself traps the focus, closes on Esc and gives it back.
const panel = document.getElementById("panel-dialog");
const confirm = document.getElementById("confirm-dialog");
const yes = document.getElementById("confirm-yes");

let opener = "";

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "panel") return;
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
});

document.addEventListener("panel:close", () => panel.close());

document.addEventListener("click", (event) => {
  const dialog = event.target.closest("dialog");
  if (event.target.closest("[data-dialog-close]") || event.target === panel) dialog.close();
});

// A form with data-confirm asks first, be it sent by the browser or by htmx.
const asked = new WeakSet();

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
    if (!form.dataset.confirm || asked.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(form);
    yes.onclick = () => {
      confirm.close();
      asked.add(form);
      form.requestSubmit(event.submitter);
    };
  },
  { capture: true },
);
