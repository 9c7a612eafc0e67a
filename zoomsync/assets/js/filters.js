// The filters above a list (templates/components/toolbar.html): on a phone a button folds them, and tells how many
// are set. Counted here and not by the server, because only the list is drawn anew when one is chosen.
function tellHowMany(toolbar) {
  const told = toolbar.querySelector("[data-filters-set]");
  if (!told) return;
  const fields = toolbar.querySelectorAll(".toolbar-filters :is(select, input)");
  const set = [...fields].filter((field) => field.value).length;
  told.hidden = set === 0;
  told.firstElementChild.textContent = set;
}

document.addEventListener("change", (event) => {
  const toolbar = event.target.closest(".toolbar");
  if (toolbar) tellHowMany(toolbar);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-filters-fold]");
  if (button) button.setAttribute("aria-expanded", button.ariaExpanded === "true" ? "false" : "true");
});

for (const toolbar of document.querySelectorAll(".toolbar")) tellHowMany(toolbar);
