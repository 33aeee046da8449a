// An open form of a row: its fields appear, vanish, narrow and complain as one types. What holds is
// said by the server, which has the one engine of conditions and rules; nothing is evaluated here.
"use strict";

(() => {
  const form = document.querySelector("form[data-judge]");
  const focus = document.querySelector("[data-focus]");
  if (focus) focus.focus();
  if (!form) return;

  const WAIT = 250;
  const status = form.querySelector("[data-status]");
  const idle = form.querySelector("[data-idle]");
  const touched = new Set();
  const kept = new Map(); // values of fields that vanished, for when they come back
  let timer = 0;
  let asking = null;

  const boxOf = (key) => form.querySelector(`.field[data-field="${key}"]`);
  const labelOf = (box) => box.querySelector("[data-label]").textContent;
  const inputsOf = (box) => [...box.querySelectorAll("[name]")].filter((each) => each.type !== "hidden");
  // What is seen and focused: the combobox where a select is behind it.
  const controlOf = (box) => box.querySelector("[role=combobox], fieldset, .form-control, .custom-select, select, input, textarea");

  function valueOf(box) {
    return inputsOf(box)
      .filter((each) => each.type !== "checkbox" || each.checked)
      .map((each) => each.value)
      .filter(Boolean);
  }

  function setValue(box, values) {
    for (const each of inputsOf(box)) {
      if (each.type === "checkbox") each.checked = values.includes(each.value);
      else each.value = values[0] || "";
      each.dispatchEvent(new Event("sync"));
    }
  }

  // A code that is no longer offered cannot be chosen; says whether one was.
  function narrow(box, options, isFirst) {
    let lost = false;
    const offered = options && new Set(options);
    const choices = box.querySelectorAll("select option, .choices input");
    for (const choice of choices) {
      const isOffered = !offered || !choice.value || offered.has(choice.value);
      const isChosen = choice.selected || choice.checked;
      if (!isOffered && isChosen && isFirst) continue; // stored: opening a form changes nothing
      if (!isOffered && isChosen) lost = true;
      choice.disabled = !isOffered;
      choice.hidden = !isOffered;
      if (choice.closest("li")) choice.closest("li").hidden = !isOffered;
    }
    if (lost) setValue(box, valueOf(box).filter((value) => offered.has(value)));
    return lost;
  }

  // A field that must stay empty vanishes with its value; comes it back, so does the value.
  function toggle(key, box, state, isFirst, told) {
    const wasHidden = box.hidden;
    const value = valueOf(box);
    if (state.forbidden && value.length && !isFirst) {
      kept.set(key, value);
      setValue(box, []);
      told.cleared.push(labelOf(box));
    }
    box.hidden = state.forbidden && !valueOf(box).length;
    if (!state.forbidden && kept.has(key)) {
      if (!valueOf(box).length) setValue(box, kept.get(key));
      kept.delete(key);
    }
    if (!isFirst && box.hidden !== wasHidden) told[box.hidden ? "vanished" : "appeared"].push(labelOf(box));
  }

  function complain(key, box, findings) {
    const place = box.querySelector("[data-said]");
    const isAsked = "judged" in form.dataset || touched.has(key);
    const stays = touched.has(key) ? [] : [...place.querySelectorAll("[data-by-server]")];
    const said = (isAsked ? findings : []).map((finding) => {
      const line = document.createElement("p");
      line.className = `said said-${finding.severity}`;
      line.append(document.createElement("span"));
      line.firstChild.textContent = finding.text;
      return line;
    });
    place.replaceChildren(...stays, ...said);
    const isBad = stays.length > 0 || (isAsked && findings.some((finding) => finding.severity === "error"));
    const control = controlOf(box);
    control.classList.toggle("is-invalid", isBad && control.tagName !== "FIELDSET");
    if (isBad) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }

  // What need not be filled in, once for each reason.
  function explain(states) {
    const reasons = new Map();
    for (const [key, state] of Object.entries(states)) {
      const box = key && boxOf(key);
      if (box && box.hidden) reasons.set(state.why, [...(reasons.get(state.why) || []), labelOf(box)]);
    }
    const colon = document.documentElement.lang === "en" ? ": " : "：";
    const comma = document.documentElement.lang === "en" ? ", " : "、";
    idle.replaceChildren(...[...reasons].map(([why, labels]) => {
      const line = document.createElement("p");
      line.textContent = why + colon + labels.join(comma);
      return line;
    }));
    idle.hidden = !reasons.size;
  }

  // Returns whether values were changed by it, so that the server has to be asked again.
  function apply(states, isFirst) {
    const told = { appeared: [], vanished: [], cleared: [] };
    for (const [key, state] of Object.entries(states)) {
      const box = key && boxOf(key);
      if (!box) continue;
      if (narrow(box, state.options, isFirst)) told.cleared.push(labelOf(box));
      toggle(key, box, state, isFirst, told);
      box.querySelector("[data-req]").hidden = !state.required;
      const control = controlOf(box);
      if (state.required) control.setAttribute("aria-required", "true");
      else control.removeAttribute("aria-required");
      const why = box.querySelector("[data-why]");
      why.textContent = state.why;
      why.hidden = !state.why;
      if (!isFirst) complain(key, box, state.findings);
    }
    explain(states);
    const comma = document.documentElement.lang === "en" ? ", " : "、";
    const lines = ["cleared", "vanished", "appeared"].filter((kind) => told[kind].length);
    if (lines.length) status.textContent = lines.map((kind) => status.dataset[kind] + told[kind].join(comma)).join(" ");
    return told.cleared.length > 0;
  }

  async function judge() {
    if (asking) asking.abort();
    asking = new AbortController();
    let answer;
    try {
      answer = await fetch(form.dataset.judge, { method: "POST", body: new FormData(form), signal: asking.signal, headers: { Accept: "application/json" } });
    } catch {
      return; // a newer question, or no network: saving will say it
    }
    if (!answer.ok) return;
    if (apply(await answer.json(), false)) later(0);
    form.dispatchEvent(new Event("judged"));
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(judge, wait);
  }

  const keyOf = (target) => target.closest(".field[data-field]")?.dataset.field;
  form.addEventListener("input", (event) => { if (keyOf(event.target)) later(WAIT); });
  form.addEventListener("change", (event) => {
    const key = keyOf(event.target);
    if (!key) return;
    touched.add(key);
    later(WAIT);
  });

  apply(JSON.parse(form.dataset.states), true);
})();
