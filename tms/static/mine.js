// One's own pages: what a reviewer suggested is put into its field with one tap, beside what else is
// being typed. Without this script the button saves it at once.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-take]");
  if (!button) return;
  const named = [...document.querySelectorAll("form [name]")].filter((each) => each.name === button.dataset.take && each.type !== "hidden");
  if (!named.length) return;
  event.preventDefault();
  const values = JSON.parse(button.dataset.values);
  for (const each of named) {
    if (each.type === "checkbox") each.checked = values.includes(each.value);
    else each.value = values[0] ?? "";
    each.dispatchEvent(new Event("sync"));
  }
  named[0].dispatchEvent(new Event("change", { bubbles: true }));
  button.disabled = true;
  button.nextElementSibling.hidden = false;
  button.nextElementSibling.focus();
});
