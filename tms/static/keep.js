// Nothing typed is lost: what stands in a form of one's own is kept in this browser until it is saved,
// encrypted under a key that the server gives to the account only. So it comes back after a dropped
// connection, an expired session, a closed tab. Where browsers cannot encrypt (no HTTPS), only fields
// of low sensitivity are kept. Each tab keeps its own: two tabs never mix.
"use strict";

(() => {
  const PREFIX = "tms.keep:";
  const TAB = "tms.tab";
  const MONTH = 30 * 24 * 3600 * 1000;
  const box = window.localStorage;

  // -- what is over ---------------------------------------------------------------------------------

  const names = () => Object.keys(box).filter((name) => name.startsWith(PREFIX));

  function drop(fits) {
    for (const name of names()) if (fits(name)) box.removeItem(name);
  }

  document.addEventListener("submit", (event) => {
    if ("forgets" in event.target.dataset) drop(() => true);
  });

  document.addEventListener("click", (event) => {
    const given = event.target.closest("[data-drops]");
    if (given) drop((name) => name.endsWith(`:${given.dataset.drops}:${tab}`));
  });

  const tab = sessionStorage.getItem(TAB) || Math.random().toString(36).slice(2);
  sessionStorage.setItem(TAB, tab);
  const saved = document.querySelector("[data-saved]");
  if (saved) drop((name) => name.endsWith(`:${saved.dataset.saved}:${tab}`));

  const form = document.querySelector("form[data-keep]");
  if (!form) return;

  // -- what stands in the form ----------------------------------------------------------------------

  const LEFT = new Set(["csrf_token", "seen", "file"]);
  const plain = new Set((form.dataset.keepPlain || "").split(" "));
  const isVersion = (each) => /(^|-)row_version$/.test(each.name);
  const controls = () => [...form.elements].filter((each) => each.name && !LEFT.has(each.name) && !["file", "submit", "button", "password"].includes(each.type) && !(each.type === "hidden" && !isVersion(each)));

  function standing() {
    const values = {};
    for (const each of controls()) {
      const isBox = each.type === "checkbox" || each.type === "radio";
      values[each.name] = values[each.name] || [];
      if (!isBox || each.checked) values[each.name].push(each.value);
    }
    return values;
  }

  const typed = (values) => JSON.stringify(Object.entries(values).filter(([name]) => !/(^|-)row_version$/.test(name)).sort());
  const opened = typed(standing());

  function put(values) {
    const changed = new Set();
    for (const each of controls()) {
      const mine = values[each.name];
      if (!mine) continue;
      const isBox = each.type === "checkbox" || each.type === "radio";
      const before = isBox ? each.checked : each.value;
      if (isBox) each.checked = mine.includes(each.value);
      else each.value = mine[0] ?? "";
      if ((isBox ? each.checked : each.value) !== before) changed.add(each);
      each.dispatchEvent(new Event("sync"));
    }
    for (const each of changed) each.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // -- keeping it -----------------------------------------------------------------------------------

  const says = form.querySelector("[data-kept-at]");
  const note = document.querySelector("[data-kept]");
  let account = "";
  let key = null;
  let isBusy = false;
  let isDue = false;

  const nameOf = (of = tab) => `${PREFIX}${account}:${form.dataset.keep}:${of}`;
  const coded = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const bytesOf = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));

  async function lock(values) {
    if (!key) return { plain: Object.fromEntries(Object.entries(values).filter(([name]) => plain.has(name) || /row_version$/.test(name))) };
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = new TextEncoder().encode(JSON.stringify(values));
    return { iv: coded(iv), data: coded(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, data)) };
  }

  async function unlock(kept) {
    if (kept.plain) return kept.plain;
    const data = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytesOf(kept.iv) }, key, bytesOf(kept.data));
    return JSON.parse(new TextDecoder().decode(data));
  }

  async function keep() {
    if (!account) return;
    if (isBusy) { isDue = true; return; }
    isBusy = true;
    try {
      const values = standing();
      if (typed(values) === opened) box.removeItem(nameOf());
      else {
        box.setItem(nameOf(), JSON.stringify({ at: Date.now(), ...(await lock(values)) }));
        says.hidden = false;
      }
    } catch {
      says.hidden = true; // the browser's store is full or shut: nothing is promised
    }
    isBusy = false;
    if (isDue) { isDue = false; keep(); }
  }

  // -- and giving it back ---------------------------------------------------------------------------

  function isMine(name) {
    return name.startsWith(`${PREFIX}${account}:${form.dataset.keep}:`);
  }

  async function found() {
    const kept = [];
    for (const name of names().filter(isMine)) {
      const each = JSON.parse(box.getItem(name));
      if (Date.now() - each.at > MONTH) { box.removeItem(name); continue; }
      try {
        const values = await unlock(each);
        if (typed({ ...standing(), ...values }) === opened) box.removeItem(name);
        else kept.push({ name, at: each.at, values, isOwn: name === nameOf() });
      } catch {
        box.removeItem(name); // kept under a key that is no more
      }
    }
    return kept.sort((one, other) => other.isOwn - one.isOwn || other.at - one.at)[0];
  }

  function offer(kept) {
    const [back, away] = [note.querySelector("[data-kept-back]"), note.querySelector("[data-kept-drop]")];
    const told = [...note.querySelectorAll("[data-kept-told]")];
    for (const each of told) each.hidden = (each.dataset.keptTold === "own") !== kept.isOwn;
    back.hidden = kept.isOwn;
    note.hidden = false;
    back.addEventListener("click", () => {
      put(kept.values);
      if (kept.name !== nameOf()) box.removeItem(kept.name);
      keep();
      note.hidden = true;
      form.querySelector("button[name=save], button")?.focus();
    });
    away.addEventListener("click", () => {
      box.removeItem(kept.name);
      location.reload();
    });
  }

  async function begin() {
    const answer = await fetch(form.dataset.keepUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    const given = await answer.json();
    if (window.isSecureContext && crypto.subtle) key = await crypto.subtle.importKey("raw", bytesOf(given.key), "AES-GCM", false, ["encrypt", "decrypt"]);
    account = given.account;
    const kept = await found();
    if (kept) {
      if (kept.isOwn) put(kept.values);
      offer(kept);
    }
    if (typed(standing()) !== opened || "keepNow" in form.dataset) keep();
    form.dataset.keeps = "";
  }

  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("away", () => { document.querySelector("[data-away]").hidden = false; });
  begin().catch(() => {}); // without a connection there is no key: the next page has one
})();
