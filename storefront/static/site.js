// Small comforts. Every page works without this file.
"use strict";

// A second press of the button sends nothing; the hidden key would make it the same order anyway.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = true; }));
  });
}
// Coming back with the browser's arrow shows the page as it was left: the button must work again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-once] button[type=submit]").forEach((button) => { button.disabled = false; });
});

for (const button of document.querySelectorAll("button[data-copy]")) {
  const said = document.createElement("span");
  said.className = "hidden";
  said.setAttribute("role", "status");
  button.after(said);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = said.textContent = "Copied";
  });
}

// By mouse or thumb a choice is a decision. By keyboard one passes others on the way to it: then the button sends it.
for (const select of document.querySelectorAll("select[data-submits]")) {
  let typed = false;
  select.addEventListener("keydown", () => { typed = true; });
  select.addEventListener("pointerdown", () => { typed = false; });
  select.addEventListener("change", () => { if (select.value && !typed) select.form.requestSubmit(); });
}

// Choosing a variant that has a picture of its own brings it into view; without this file a link does.
for (const choice of document.querySelectorAll("[data-picture]")) {
  choice.addEventListener("change", () => document.getElementById(choice.dataset.picture)?.scrollIntoView({ block: "nearest", inline: "start" }));
}

document.querySelector("[data-focus]")?.focus();

const narrow = document.querySelector("details.narrow");
if (narrow && matchMedia("(min-width: 62.01rem)").matches) narrow.open = true;
