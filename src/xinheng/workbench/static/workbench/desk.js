// What the desk gains with a script; every page works without it.
"use strict";

// Up and down walk the rows of a table; Enter opens the first link of the row.
document.addEventListener("keydown", (event) => {
  const table = event.target.closest?.("[data-table]");
  if (!table || !["ArrowDown", "ArrowUp"].includes(event.key) || event.target.matches("input, select, textarea")) return;
  const links = [...table.querySelectorAll("tbody tr")].map((row) => row.querySelector("a")).filter(Boolean);
  if (!links.length) return;
  const here = links.findIndex((link) => link.closest("tr") === event.target.closest("tr"));
  const next = event.key === "ArrowDown" ? here + 1 : here < 0 ? links.length - 1 : here - 1;
  if (links[next]) { event.preventDefault(); links[next].focus(); }
});

// The cell a finding led to is where the writing begins.
const form = document.querySelector("form[data-at]");
if (form && form.dataset.at) {
  const label = [...form.querySelectorAll("label")].find((one) => one.textContent === form.dataset.at);
  const cell = label && document.getElementById(label.htmlFor);
  if (cell) { cell.closest("details")?.setAttribute("open", ""); cell.focus(); }
}
