// A search is asked for while one types. Leaving its box is a "change" to the form around it, which would ask the
// same again, and the answer would take the place of what was clicked.
document.addEventListener(
  "change",
  (event) => {
    if (event.target.type === "search") event.stopPropagation();
  },
  { capture: true },
);
