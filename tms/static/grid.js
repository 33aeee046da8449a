// Picking rows of a grid, and the tree of units that helps to choose one.
"use strict";

// -- picking: the bar counts what is ticked ---------------------------------------------------------

const boxes = () => [...document.querySelectorAll("input[name=rowid][type=checkbox]")];

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) boxes().forEach((box) => { box.checked = event.target.checked; });
  if (event.target.matches("[data-tick-all], input[name=rowid]")) countTicked();
});

function countTicked() {
  const all = boxes();
  const ticked = all.filter((box) => box.checked);
  all.forEach((box) => box.closest("tr").classList.toggle("is-ticked", box.checked));
  const number = document.querySelector("[data-picked]");
  if (number) number.textContent = ticked.length;
  const head = document.querySelector("[data-tick-all]");
  if (head) head.checked = ticked.length === all.length && all.length > 0;
  const choice = document.querySelector("#acts [value=ticked]");
  if (ticked.length && choice) choice.checked = true;
}
if (document.querySelector("[data-picked]")) countTicked();

// -- the tree of units: opened from a button beside the input, loaded level by level ----------------

document.querySelectorAll("input[data-tree]").forEach((input) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-link tree-open";
  button.textContent = input.dataset.treeLabel;
  button.setAttribute("aria-expanded", "false");
  const tree = document.createElement("div");
  tree.className = "tree";
  tree.hidden = true;
  button.addEventListener("click", async () => {
    tree.hidden = !tree.hidden;
    button.setAttribute("aria-expanded", String(!tree.hidden));
    if (!tree.hidden && !tree.firstChild) await grow(tree, input, "");
    tree.querySelector("button")?.focus();
  });
  input.after(button, tree);
});

async function grow(place, input, below) {
  const bone = document.createElement("span");
  bone.className = "bone";
  place.append(bone);
  const answer = await fetch(`${input.dataset.tree}?below=${encodeURIComponent(below)}`);
  const units = answer.ok ? await answer.json() : [];
  bone.remove();
  const list = document.createElement("ul");
  list.append(...units.map((unit) => leaf(unit, input)));
  place.append(list);
}

function leaf(unit, input) {
  const item = document.createElement("li");
  if (unit.more) {
    const open = document.createElement("button");
    open.type = "button";
    open.className = "tree-more";
    open.textContent = "▸";
    open.setAttribute("aria-expanded", "false");
    open.setAttribute("aria-label", unit.name);
    open.addEventListener("click", async () => {
      const isOpen = open.getAttribute("aria-expanded") === "true";
      open.setAttribute("aria-expanded", String(!isOpen));
      open.textContent = isOpen ? "▸" : "▾";
      const list = item.querySelector("ul");
      if (list) list.hidden = isOpen;
      else await grow(item, input, unit.code);
    });
    item.append(open);
  }
  const take = document.createElement("button");
  take.type = "button";
  take.className = "tree-take";
  take.textContent = unit.name;
  take.addEventListener("click", () => {
    input.value = `${unit.code}-${unit.name}`;
    const tree = take.closest(".tree");
    tree.hidden = true;
    tree.previousElementSibling.setAttribute("aria-expanded", "false"); // the button that opened it
    input.focus();
  });
  item.append(take);
  return item;
}
