// Columns of an export keep the order in which they are ticked, and can be moved up and down.
// Without a script they come in the order of the page.
"use strict";

function orderly(box) {
  const field = box.querySelector("[name=order]");
  const fold = box.querySelector(".export-order");
  const list = fold.querySelector("ol");
  const ticks = [...box.querySelectorAll("[name=column]")];
  const label = (key) => ticks.find((tick) => tick.value === key).closest("label").textContent.trim();
  const before = field.value.split(",").filter((key) => ticks.some((tick) => tick.checked && tick.value === key));
  let keys = [...before, ...ticks.filter((tick) => tick.checked && !before.includes(tick.value)).map((tick) => tick.value)];

  function button(text, name, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-link btn-sm";
    made.textContent = text;
    made.setAttribute("aria-label", name);
    made.addEventListener("click", act);
    return made;
  }

  function move(place, by) {
    const to = place + by;
    if (to < 0 || to >= keys.length) return;
    [keys[place], keys[to]] = [keys[to], keys[place]];
    draw();
    list.children[to].querySelectorAll("button")[by < 0 ? 0 : 1].focus();
  }

  function draw() {
    field.value = keys.join(",");
    list.replaceChildren(...keys.map((key, place) => {
      const item = document.createElement("li");
      const name = label(key);
      item.append(
        button("↑", `${list.dataset.up} ${name}`, () => move(place, -1)),
        button("↓", `${list.dataset.down} ${name}`, () => move(place, 1)),
        name,
      );
      return item;
    }));
  }

  box.addEventListener("change", (event) => {
    if (event.target.name !== "column") return;
    const key = event.target.value;
    keys = event.target.checked ? [...keys, key] : keys.filter((each) => each !== key);
    draw();
  });
  fold.hidden = false;
  draw();
}

for (const box of document.querySelectorAll("[data-order]")) orderly(box);

for (const tick of document.querySelectorAll("[data-unmask]")) {
  const purpose = document.getElementById("purpose");
  const follow = () => { purpose.required = tick.checked; purpose.disabled = !tick.checked; };
  tick.addEventListener("change", follow);
  follow();
}
