// A page that renews itself is nobody's doing: the server must not take it for somebody who is still there.
// Only polls have no event that triggered them. A poll says which version of the answer is shown already, so that
// the server draws nothing where nothing has changed (304).
const versions = new Map(); // element and address > ETag of what was put into it last

function place(detail) {
  return `${detail.target.id} ${detail.requestConfig?.path ?? detail.path}`;
}

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.triggeringEvent) return;
  event.detail.headers["X-Background"] = "true";
  const version = versions.get(place(event.detail));
  if (version) event.detail.headers["If-None-Match"] = version;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const version = event.detail.xhr.getResponseHeader("ETag");
  if (event.detail.successful && version) versions.set(place(event.detail), version);
});
