// Menus (<details data-menu>) close on Esc and on a click elsewhere; the sidebar opens and closes on a phone.
const sidebar = document.getElementById("sidebar");
const opener = document.querySelector("[data-menu-open]");

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

function showSidebar(open) {
  sidebar.classList.toggle("open", open);
  (open ? sidebar.querySelector("[data-menu-close]") : opener).focus();
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details[data-menu]"));
  if (event.target.closest("[data-menu-open]")) {
    event.preventDefault();
    showSidebar(true);
  } else if (event.target.closest("[data-menu-close]")) {
    event.preventDefault();
    showSidebar(false);
  } else if (sidebar?.classList.contains("open") && !event.target.closest("#sidebar")) {
    showSidebar(false);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (sidebar?.classList.contains("open")) {
    showSidebar(false);
  }
});
