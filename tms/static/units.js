// The tree of units opens in place: the same address is fetched and its tree put in.
"use strict";

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-twist]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const row = link.closest("tr").id;
  const answer = await fetch(link.href).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const tree = page?.getElementById("unit-tree");
  if (!tree) { window.location.assign(link.href); return; }
  document.getElementById("unit-tree").replaceWith(tree);
  history.replaceState(null, "", link.href.split("#")[0]);
  document.querySelector(`#${row} [data-twist]`)?.focus();
});

// Arrow keys as in any tree: right opens, left closes, up and down go from unit to unit.
document.addEventListener("keydown", (event) => {
  const row = event.target.closest(".unit-tree tbody tr");
  if (!row || event.target.closest(".menu")) return;
  const twist = row.querySelector("[data-twist]");
  const isOpen = twist?.getAttribute("aria-expanded") === "true";
  if (twist && (event.key === "ArrowRight" ? !isOpen : event.key === "ArrowLeft" && isOpen)) {
    event.preventDefault();
    twist.click();
  }
  const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key];
  if (next) {
    event.preventDefault();
    (next.querySelector("[data-twist]") ?? next.querySelector("a")).focus();
  }
});
