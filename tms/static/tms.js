// Comfort only: every page works without it. Listeners are delegated, since the content security
// policy allows no handler in the page itself.
"use strict";

document.documentElement.classList.add("has-script");

// A question before what cannot be taken back.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ask]");
  if (!button || button.dataset.answered) return;
  event.preventDefault();
  const dialog = document.getElementById("ask");
  dialog.querySelector("#ask-text").textContent = button.dataset.ask;
  // The act that is asked about is named, as on the button that asks.
  const yes = dialog.querySelector("[value=yes]");
  yes.textContent = button.textContent.trim() || yes.textContent;
  dialog.returnValue = "no";
  dialog.showModal();
  yes.focus();
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return button.focus();
    button.dataset.answered = "yes";
    button.click();
  }, { once: true });
});

// What unfolds: navigation on narrow screens, filters, the name of a view.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-unfold]");
  if (button) {
    const target = document.getElementById(button.dataset.unfold);
    const isOpen = target.classList.toggle("is-open");
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) target.querySelector("input:not([type=hidden]), select, a")?.focus();
  }
  closeFolds(event.target.closest("[data-fold]"));
  if (event.target.closest("[data-print]")) window.print();
});

// One menu is open at a time; Escape closes it and goes back to where it was opened.
function closeFolds(except) {
  document.querySelectorAll("[data-fold][open]").forEach((fold) => {
    if (fold !== except) fold.open = false;
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("[data-fold][open]");
    closeFolds(null);
    open?.querySelector("summary").focus();
  }
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const box = document.querySelector("[data-find]");
    if (box) { event.preventDefault(); box.focus(); }
  }
});

// Arrow keys walk through an open menu.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const fold = event.target.closest("[data-fold][open]");
  if (!fold || event.target.matches("input")) return;
  const entries = [...fold.querySelectorAll(".drop a, .drop button, .drop input:not([type=hidden])")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = entries[entries.indexOf(document.activeElement) + step] ?? entries.at(step > 0 ? 0 : -1);
  if (next) { event.preventDefault(); next.focus(); }
});

// A form is sent once; what takes long says that it is being done. Where a file is the answer the page
// stays, and nothing tells when it came: the form can be sent again after a while. Where it is given
// once, its part of the page is fetched again; a new page would break off what is still coming.
const FILE_AFTER = 2500;

function release(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => { form.setAttribute("aria-busy", "true"); }, 300);
  if ("gives" in form.dataset) setTimeout(form.dataset.gives === "once" ? given : release, FILE_AFTER, form);
});

async function given(form) {
  const part = form.closest("section[id]");
  try {
    const answer = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
    if (answer.ok && fresh) part.replaceWith(document.adoptNode(fresh));
  } catch {
    release(form);  // no network: what came of it shows at the next try
  }
}

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

// A message of success passes; pointing at it keeps it.
document.querySelectorAll("[data-passing]").forEach((line) => {
  let timer = setTimeout(() => line.remove(), 8000);
  line.addEventListener("pointerenter", () => clearTimeout(timer));
  line.addEventListener("pointerleave", () => { timer = setTimeout(() => line.remove(), 3000); });
});

// What is shown once came by a form: reloading the page must not send that form again.
document.querySelectorAll("[data-once]").forEach((each) => history.replaceState(null, "", each.dataset.once));

// What scrolls sideways can be reached by keyboard, and only then stops the tab key.
const watchScroll = new ResizeObserver((entries) => entries.forEach(({ target }) => {
  if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
  else target.removeAttribute("tabindex");
}));
document.querySelectorAll(".scroll").forEach((region) => watchScroll.observe(region));
