// Messages go away by themselves, but never while somebody points at them or has the focus in them,
// and never when they say that something went wrong.
const region = document.getElementById("messages");
const SHOWN_FOR = 9000;

function retire(message) {
  if (message.classList.contains("message-error")) return;
  setTimeout(() => {
    if (message.matches(":hover, :focus-within")) retire(message);
    else message.remove();
  }, SHOWN_FOR);
}

for (const message of region.querySelectorAll("[data-message]")) retire(message);
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    if (node.matches?.("[data-message]")) retire(node);
  }
}).observe(region, { childList: true });

region.addEventListener("click", (event) => {
  if (event.target.closest("[data-message-close]")) event.target.closest("[data-message]").remove();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches?.("[data-undo]") && event.detail.successful) event.target.closest("[data-message]")?.remove();
});

// An open panel makes the rest of the page inert: messages move into it, so that they are seen and read out.
const panel = document.getElementById("panel-dialog");
new MutationObserver(() => (panel.open ? panel : document.body).append(region)).observe(panel, { attributeFilter: ["open"] });

// What htmx could not do is said in the server's words, or in ours when there was no server.
function complain(text) {
  const message = document.createElement("div");
  message.className = "message message-error";
  message.dataset.message = "";
  const words = document.createElement("p");
  words.textContent = text;
  message.append(words);
  region.append(message);
  setTimeout(() => message.remove(), 15_000);
}

document.addEventListener("htmx:responseError", (event) => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  complain(page.querySelector("[data-error]")?.textContent.trim() || region.dataset.failed);
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => complain(region.dataset.offline));
}
// The element that an undo would replace is on another page: the form is sent the ordinary way.
document.addEventListener("htmx:targetError", (event) => {
  if (event.target.matches?.("form[data-undo]")) event.target.submit();
});
