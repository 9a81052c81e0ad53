// What pages gain with a script; every page works without it.
"use strict";

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A second press of the same button does nothing.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  for (const button of event.target.querySelectorAll("button")) {
    setTimeout(() => { button.disabled = button.dataset.sent = true; });
  }
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[data-sent]")) button.disabled = false;
});
for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;

// A file may be dropped anywhere on the marked area.
for (const area of document.querySelectorAll("[data-drop]")) {
  const input = area.querySelector("input[type=file]");
  for (const kind of ["dragenter", "dragover"]) {
    area.addEventListener(kind, (event) => { event.preventDefault(); area.classList.add("is-over"); });
  }
  for (const kind of ["dragleave", "drop"]) area.addEventListener(kind, () => area.classList.remove("is-over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// A file too large is told before it is sent.
document.addEventListener("change", (event) => {
  const most = Number(event.target.dataset?.most);
  if (!most || !event.target.files?.length) return;
  const file = event.target.files[0];
  const said = document.getElementById(event.target.dataset.says);
  const tooLarge = file.size > most;
  said.textContent = tooLarge ? said.dataset.tooLarge : file.name;
  event.target.setCustomValidity(tooLarge ? said.dataset.tooLarge : "");
});

// A mended row shows that it differs from what was sent.
document.addEventListener("input", (event) => {
  const row = event.target.closest("[data-row]");
  if (row) row.classList.toggle("is-mended", [...row.querySelectorAll("input, textarea")].some((i) => i.value !== i.defaultValue));
});
