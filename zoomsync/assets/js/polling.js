// A page that renews itself is nobody's doing: the server must not take it for somebody who is still there.
// Only polls have no event that triggered them.
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.triggeringEvent) event.detail.headers["X-Background"] = "true";
});
