// A search is asked for while one types. Leaving its box is a "change" to the form around it, which would ask the
// same again, and the answer would take the place of what was clicked.
document.addEventListener(
  "change",
  (event) => {
    if (event.target.type === "search") event.stopPropagation();
  },
  { capture: true },
);

// A form may be sent while someone is still typing into a box of it: then half a word is not their choice yet.
document.addEventListener("htmx:configRequest", (event) => {
  const typing = document.activeElement;
  if (typing?.matches(".condition-search") && event.detail.verb === "post") event.detail.parameters.typing = typing.name;
});
