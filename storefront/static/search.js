// Suggestions as one types, and a search that answers each tick. Without this file every form works by its button.
"use strict";

const SOURCES = {
  goods: {
    url: "/api/v1/suggest?q=",
    options: (told) => [
      ...told.words.map((word) => ({ text: word, fill: word })),
      ...told.hits.map((hit) => ({ text: hit.title, more: hit.coop.name, go: `/products/${encodeURIComponent(hit.slug)}` })),
    ],
  },
  places: {
    url: "/api/v1/places?q=",
    options: (told) => told.items.map((town) => ({
      text: town.name, more: [town.region, town.country_name].filter(Boolean).join(", "), fill: town.value,
    })),
  },
};
const PAUSE = 120;

// The combobox of the ARIA Authoring Practices, with a list that only suggests: the focus stays in the field.
function combobox(input, source) {
  const list = document.createElement("ul");
  const status = document.createElement("span");
  let options = [], active = -1, waiting = 0, asking = null;

  list.id = `${input.id}-options`;
  list.className = "options";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  status.className = "hidden";
  status.setAttribute("role", "status");
  input.after(list, status);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id })) {
    input.setAttribute(name, value);
  }
  close();

  function enough() { return input.value.trim().length > 1; }

  function close() {
    clearTimeout(waiting);
    asking?.abort();
    list.hidden = true;
    point(-1);
    input.setAttribute("aria-expanded", "false");
  }

  function point(at) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = at;
    const pointed = list.children[active];
    if (!pointed) { input.removeAttribute("aria-activedescendant"); return; }
    pointed.setAttribute("aria-selected", "true");
    pointed.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", pointed.id);
  }

  function draw() {
    point(-1);
    list.replaceChildren(...options.map((option, at) => {
      const row = document.createElement("li");
      row.id = `${list.id}-${at}`;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      row.append(option.text);
      if (option.more) {
        const more = document.createElement("span");
        more.className = "by";
        more.append(` ${option.more}`);
        row.append(more);
      }
      return row;
    }));
    list.hidden = options.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = options.length ? `${options.length} ${options.length === 1 ? "suggestion" : "suggestions"}` : "";
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(source.url + encodeURIComponent(input.value), { signal: asking.signal });
      if (!answer.ok) return;
      options = source.options(await answer.json());
      if (document.activeElement === input) draw();
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  function choose(option) {
    close();
    if (option.go) { location.assign(option.go); return; }
    input.value = option.fill;
    input.form.requestSubmit();
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    if (!enough()) { close(); return; }
    waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (list.hidden) {
      if (event.key === "ArrowDown" && enough()) ask();
      return;
    }
    const moves = { ArrowDown: active + 1, ArrowUp: (active < 0 ? options.length : active) - 1 };
    if (event.key in moves) point(moves[event.key] < options.length ? moves[event.key] : -1);
    else if (event.key === "Enter" && active >= 0) choose(options[active]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
  // Before the field loses its focus, and with it the list.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const row = event.target.closest("[role=option]");
    if (row) choose(options[[...list.children].indexOf(row)]);
  });
}

for (const input of document.querySelectorAll("input[data-suggests]")) combobox(input, SOURCES[input.dataset.suggests]);

// On a wide screen each tick is answered at once, and the focus comes back to it. On a phone the choices lie over the
// goods, so several are made before the button is pressed.
const narrowing = document.querySelector("form[data-submits]");
const KEPT = "narrowing";
const WALKED = 1000;
if (narrowing) {
  let typed = false, deciding = 0;
  const left = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (left) {
    const field = document.getElementById(left.field);
    field?.closest("details details")?.setAttribute("open", "");
    field?.focus({ preventScroll: true });
    scrollTo(0, left.at);
    // What stood on the page from the start is not read out; what comes to it is.
    const found = document.querySelector(".found");
    const told = found.textContent;
    found.textContent = "";
    setTimeout(() => { found.textContent = told; }, 100);
  }
  narrowing.addEventListener("change", (event) => {
    const field = event.target;
    if (!matchMedia("(min-width: 62.01rem)").matches || !field.matches("select, [type=checkbox]")) return;
    if (field.name === "radius" && !narrowing.elements.near.value) return;
    clearTimeout(deciding);
    // By keyboard one passes others on the way to a choice.
    deciding = setTimeout(() => {
      sessionStorage.setItem(KEPT, JSON.stringify({ field: field.id, at: scrollY }));
      narrowing.requestSubmit();
    }, typed && field.matches("select") ? WALKED : 0);
  });
  narrowing.addEventListener("keydown", () => { typed = true; });
  narrowing.addEventListener("pointerdown", () => { typed = false; });
  // Blank fields need not stand in the address.
  narrowing.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
    if (!event.formData.has("near")) event.formData.delete("radius");
  });
}

const position = document.querySelector("[data-position]");
if (position && navigator.geolocation) {
  const said = document.querySelector("[data-position-told]");
  position.hidden = false;
  position.addEventListener("click", () => {
    said.textContent = "Asking your browser…";
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      // A kilometre is close enough to search by, and tells less of where somebody lives.
      position.form.elements.near.value = `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`;
      position.form.requestSubmit();
    }, () => { said.textContent = "Your browser did not say. Give a town instead."; }, { timeout: 10000 });
  });
}
