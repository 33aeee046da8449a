// Going from file to file and judging by single keys, while nobody types; can be switched off.
"use strict";

const KEYS = "tms.keys";
const typing = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const keysOn = document.querySelector("[data-keys-on]");

if (keysOn) {
  keysOn.checked = localStorage.getItem(KEYS) !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem(KEYS, keysOn.checked ? "on" : "off"));
}

// Who comes from another file hears whose this one is; who left something out goes on there.
if (!document.querySelector(".why-not [autofocus]")) document.querySelector("[data-first]")?.focus();

document.addEventListener("keydown", (event) => {
  if (!keysOn?.checked || event.repeat || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest(typing) || document.querySelector("dialog[open]")) return;
  const wanted = event.key.toLowerCase();
  const meant = [...document.querySelectorAll("[data-key]")]
    .find((each) => each.dataset.key.split(" ").includes(wanted));
  if (!meant) return;
  event.preventDefault();
  meant.focus();
  meant.click();
});

// The button that returns says how many places are flagged.
function countFlags() {
  const place = document.querySelector("[data-flagged]");
  const flags = document.querySelectorAll("input[name=on]:checked").length;
  if (place) place.textContent = flags || "";
}
document.addEventListener("change", (event) => {
  if (event.target.matches("input[name=on]")) countFlags();
});
window.addEventListener("pageshow", countFlags);
