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

// Suggestions as you type: arrows move, Enter opens, Escape closes. Without a script the box is a plain search.
const ask = document.querySelector("[data-suggest]");
if (ask) {
  const box = document.getElementById("suggestions");
  const options = () => [...box.querySelectorAll("[role=option]")];
  const choose = (option) => {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    if (option) ask.setAttribute("aria-activedescendant", option.id);
    else ask.removeAttribute("aria-activedescendant");
  };
  const close = () => { box.textContent = ""; ask.setAttribute("aria-expanded", "false"); choose(null); };
  ask.setAttribute("role", "combobox");
  ask.setAttribute("aria-autocomplete", "list");
  ask.setAttribute("aria-expanded", "false");
  ask.setAttribute("aria-controls", "suggestions");
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === box) ask.setAttribute("aria-expanded", String(options().length > 0));
  });
  ask.addEventListener("keydown", (event) => {
    const all = options(), at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "Escape" && all.length) {
      event.preventDefault();  // what was typed stays
      close();
    }
    if (!all.length || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      choose(next < 0 || next >= all.length ? null : all[next]);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      location.assign(all[at].href);
    }
  });
  ask.addEventListener("blur", () => setTimeout(() => { if (!box.matches(":hover")) close(); }, 150));
}

// A code is copied with one press.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}
