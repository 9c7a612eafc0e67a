// A button with data-copy="id of a field or a text" copies what is in it.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  source.select?.();
  await navigator.clipboard.writeText(source.value ?? source.textContent);
  const label = button.querySelector("span");
  if (label) {
    label.textContent = button.dataset.copied;
  } else {
    button.title = button.ariaLabel = button.dataset.copied;
    button.classList.add("is-done");
  }
});
