// A list with boxes to tick (<form data-ticks>): tick all of a page, and say how many are ticked.
function count(form) {
  const boxes = [...form.querySelectorAll("tbody input[type=checkbox]")];
  const ticked = boxes.filter((box) => box.checked).length;
  const all = form.querySelector("[data-tick-all]");
  all.hidden = false;
  all.checked = ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
  const words = form.querySelector("[data-ticked]");
  words.textContent = ticked ? words.dataset.words.replace("%s", ticked) : "";
}

function start() {
  for (const form of document.querySelectorAll("form[data-ticks]:has([data-tick-all])")) count(form);
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-ticks]");
  if (!form || event.target.type !== "checkbox") return;
  if (event.target.matches("[data-tick-all]")) {
    for (const box of form.querySelectorAll("tbody input[type=checkbox]")) box.checked = event.target.checked;
  }
  count(form);
});
document.addEventListener("htmx:afterSettle", start);
start();

// A search for people to tick: what someone ticks while its answer is on the way stays as they left it.
let left = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "matches") left = [...event.detail.target.querySelectorAll("label:has([name=contact])")];
});
document.addEventListener("htmx:afterSwap", (event) => {
  const list = event.detail.target;
  if (list.id !== "matches") return;
  for (const label of left.reverse()) {
    const box = label.querySelector("[name=contact]");
    const same = list.querySelector(`[name=contact][value="${CSS.escape(box.value)}"]`);
    if (same?.type === "checkbox") same.checked = box.checked;
    else if (!same && box.checked) list.prepend(label);
  }
  left = [];
});
