// Comfort only: every page works without it. Listeners are delegated, since the content security
// policy allows no handler in the page itself.
"use strict";

document.addEventListener("click", (event) => {
  const asking = event.target.closest("[data-ask]");
  if (asking && !window.confirm(asking.dataset.ask)) event.preventDefault();

  const unfold = event.target.closest("[data-unfold]");
  if (unfold) {
    const isOpen = document.getElementById(unfold.dataset.unfold).classList.toggle("is-open");
    unfold.setAttribute("aria-expanded", String(isOpen));
  }
  closeFolds(event.target.closest("[data-fold]"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("[data-fold][open]");
  closeFolds(null);
  if (open) open.querySelector("summary").focus();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-tick-all]")) return;
  document.querySelectorAll("input[name=rowid]").forEach((box) => { box.checked = event.target.checked; });
});

// One menu is open at a time.
function closeFolds(except) {
  document.querySelectorAll("[data-fold][open]").forEach((fold) => {
    if (fold !== except) fold.open = false;
  });
}

// Inputs with an address to ask: what is typed is completed from there.
let timer = 0;
document.addEventListener("input", (event) => {
  const input = event.target.closest("[data-lookup]");
  if (!input || event.inputType === "insertReplacementText") return;
  clearTimeout(timer);
  timer = setTimeout(() => complete(input), 250);
});

async function complete(input) {
  const answer = await fetch(`${input.dataset.lookup}?q=${encodeURIComponent(input.value)}`);
  if (!answer.ok || !input.list) return;
  const texts = await answer.json();
  input.list.replaceChildren(...texts.map((text) => {
    const option = document.createElement("option");
    option.value = text;
    return option;
  }));
}
