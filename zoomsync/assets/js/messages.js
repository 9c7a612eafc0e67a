// Only the last message is shown. It goes away by itself, but never while somebody points at it or has the focus in it,
// and never when it says that something went wrong.
const region = document.getElementById("messages");
const SHOWN_FOR = 9000;

function retire(message) {
  if (message.classList.contains("message-error")) return;
  setTimeout(() => {
    if (message.matches(":hover, :focus-within")) retire(message);
    else message.remove();
  }, SHOWN_FOR);
}

// A message covers nothing that can be pressed, where there is a corner without: the lower right one first.
const CORNERS = ["", "messages-left", "messages-top", "messages-top messages-left"];
const CONTROLS = ":is(main, dialog[open] #panel) :is(a, button, input, select, textarea, summary)";

function covers(corner) {
  region.className = `messages ${corner}`;
  const own = region.getBoundingClientRect();
  return [...document.querySelectorAll(CONTROLS)].some((control) => {
    const its = control.getBoundingClientRect();
    return its.width > 0 && its.left < own.right && its.right > own.left && its.top < own.bottom && its.bottom > own.top;
  });
}

function place() {
  if (CORNERS.every(covers)) region.className = "messages";
}

for (const message of region.querySelectorAll("[data-message]")) retire(message);
place();
new MutationObserver((changes) => {
  place();
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
  region.replaceChildren(message);
  setTimeout(() => message.remove(), 15_000);
}

document.addEventListener("htmx:responseError", (event) => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  complain(page.querySelector("[data-error]")?.textContent.trim() || region.dataset.failed);
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => complain(region.dataset.offline));
}
