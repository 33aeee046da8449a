// A page that waits for a job asks how far it is, and shows what came of it when it is over;
// without a script one loads the page again.
"use strict";

const EVERY = 1500;

async function follow() {
  const shown = document.querySelector("[data-state]");
  if (!shown) return;
  if (document.hidden) return void setTimeout(follow, EVERY);
  try {
    const answer = await fetch(shown.dataset.state);
    if (!answer.ok) return void location.reload();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(shown.id);
    if (!fresh || !fresh.dataset.state) return void location.reload();
    shown.replaceWith(document.adoptNode(fresh));
  } catch {
    // no network: the next round may come through
  }
  setTimeout(follow, EVERY);
}

setTimeout(follow, EVERY);
