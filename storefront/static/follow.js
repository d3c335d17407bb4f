// What goes on while somebody looks: a catalogue that is taken, an order that is decided. Without this file the pages
// refresh themselves.
"use strict";

const FOLLOWED = "followed";
const REST = 2000;

// An import tells how far it got, many times a second: to be seen each time, to be heard at every tenth.
const running = document.querySelector("[data-progress]");
if (running) {
  const heard = running.querySelector("[role=status]");
  const seen = running.querySelector("[data-done]");
  const bar = running.querySelector("progress");
  let tenths = bar.max ? Math.floor((10 * bar.value) / bar.max) : 0;
  const told = new EventSource(running.dataset.progress);
  told.addEventListener("message", (event) => {
    const now = JSON.parse(event.data);
    if (now.state !== running.dataset.state) {
      told.close();
      sessionStorage.setItem(FOLLOWED, location.pathname);
      location.reload();
      return;
    }
    if (!seen) return;
    seen.textContent = now.rows_done.toLocaleString("en");
    bar.value = now.rows_done;
    const reached = Math.floor((10 * now.rows_done) / bar.max);
    if (reached > tenths) {
      tenths = reached;
      heard.textContent = `${10 * reached}% of the rows are taken`;
    }
  });
}

// Drawn anew at another step, the page says which.
if (sessionStorage.getItem(FOLLOWED) === location.pathname) document.querySelector("[data-outcome]")?.focus();
sessionStorage.removeItem(FOLLOWED);

// What is new about an order is put into the page that is there, so that nobody loses their place on it.
async function lookAgain(region) {
  const address = region.dataset.again;
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) { location.assign(address); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(region.id);
  if (!fresh) { location.assign(address); return; }
  if (fresh.dataset.state !== region.dataset.state) draw(page, region);
  region.dataset.state = fresh.dataset.state;
  if (fresh.dataset.again) wait(region, fresh.dataset.again);
}

function draw(page, region) {
  const was = document.activeElement;
  for (const part of document.querySelectorAll("[data-redrawn]")) {
    part.replaceChildren(...page.getElementById(part.id).childNodes);
  }
  if (was !== document.body && !was.isConnected) region.focus();
}

function wait(region, address) {
  region.dataset.again = address;
  setTimeout(lookAgain, REST, region);
}

const undecided = document.querySelector("[data-again]");
if (undecided) wait(undecided, undecided.dataset.again);
