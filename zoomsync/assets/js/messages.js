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

// A message covers nothing that can be pressed, if there is a place without: the corners first, the lower right one
// before all, and then any height.
const CONTROLS = ":is(a, button, input, select, textarea, summary)";
const EDGE = 16;
const STEP = 8;

// Behind an open panel nothing can be pressed.
function controls() {
  const among = document.querySelector("dialog[open]") ?? document;
  return [...among.querySelectorAll(CONTROLS)]
    .filter((control) => !region.contains(control))
    .map((control) => control.getBoundingClientRect())
    .filter((its) => its.width > 0 && its.bottom > 0 && its.top < innerHeight);
}

function* places(height) {
  const highest = Math.max(EDGE, innerHeight - EDGE - height);
  yield* [["right", EDGE], ["left", EDGE], ["right", highest], ["left", highest]];
  for (let rise = EDGE; rise < highest; rise += STEP) yield* [["right", rise], ["left", rise]];
}

function place() {
  if (isDocked()) {
    if (!region.querySelector("[data-message]")) undock();
    return;
  }
  if (!region.querySelector("[data-message]")) return;
  const { width, height } = region.getBoundingClientRect();
  const taken = controls();
  const isFree = ([side, rise]) => {
    const left = side === "left" ? EDGE : document.documentElement.clientWidth - EDGE - width;
    const top = innerHeight - rise - height;
    return taken.every((its) => its.left >= left + width || its.right <= left || its.top >= top + height || its.bottom <= top);
  };
  const free = [...places(height)].find(isFree);
  const [side, rise] = free ?? ["right", EDGE];
  region.classList.toggle("messages-left", side === "left");
  region.style.setProperty("--rise", `${rise}px`);
  if (!free) dock(height);
}

// On a phone there may be no such place: then the page scrolls above the message, and not beneath it.
function dock(height) {
  const scrolled = scrollY;
  document.documentElement.style.setProperty("--docked", `${height + 2 * EDGE}px`);
  document.documentElement.classList.add("has-docked-message");
  document.body.scrollTop = scrolled;
}

function undock() {
  const scrolled = document.body.scrollTop;
  document.documentElement.classList.remove("has-docked-message");
  scrollTo(0, scrolled);
}

const isDocked = () => document.documentElement.classList.contains("has-docked-message");

for (const message of region.querySelectorAll("[data-message]")) retire(message);
place();
for (const name of ["scrollend", "resize", "htmx:afterSettle"]) addEventListener(name, place);
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
