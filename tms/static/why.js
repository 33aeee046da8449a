// "Why can't I?": the answer comes from the page the link leads to and is shown in a dialog beside
// it; without a script the link opens that page.
"use strict";

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href*="/why/?"]');
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || link.closest("dialog")) return;
  event.preventDefault();
  explain(link);
});

async function explain(link) {
  if (link.getAttribute("aria-busy")) return;
  link.setAttribute("aria-busy", "true");
  let answer = null;
  try {
    const page = await fetch(link.href);
    if (page.ok) answer = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("answer");
  } catch {
    // no network: the page itself will say so
  }
  link.removeAttribute("aria-busy");
  if (answer) show(document.adoptNode(answer), link);
  else location.assign(link.href);
}

function show(answer, link) {
  const dialog = document.createElement("dialog");
  dialog.className = "why";
  dialog.setAttribute("aria-label", answer.getAttribute("aria-label"));
  const back = answer.querySelector(".judge a");
  const close = answer.querySelector("[data-close]");
  back.remove();
  close.hidden = false;
  dialog.append(answer);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    // In a menu that was folded meanwhile the link cannot take the focus: what opens the menu can.
    const seen = link.checkVisibility() ? link : link.closest("details")?.querySelector("summary");
    seen?.focus();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.showModal();
  close.focus();
}
