// An open form of a row: its fields appear, vanish, narrow and complain as one types. What holds is
// said by the server, which has the one engine of conditions and rules; nothing is evaluated here.
"use strict";

document.querySelector("[data-focus]")?.focus();

// One row: a form, or on a page with several rows a part of one, whose names begin with its prefix.
function openRow(form) {
  const prefix = form.dataset.prefix || "";
  const WAIT = 250;
  const texts = document.getElementById("texts").dataset;
  const status = form.querySelector("[data-status]");
  const idle = form.querySelector("[data-idle]");
  const touched = new Set();
  const stood = new Map(); // how each field stood when the page was opened
  const kept = new Map(); // values of fields that vanished, for when they come back
  let timer = 0;
  let asking = null;

  const initial = JSON.parse(form.dataset.states);
  // What is asked besides the row's fields, such as a reason, the server does not judge.
  const boxes = [...form.querySelectorAll(".field[data-field]")].filter((each) => each.dataset.field in initial);
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
  // Returns whether its value changed.
  function toggle(key, box, state, isFirst, told) {
    const wasHidden = box.hidden;
    const before = valueOf(box).join();
    if (state.forbidden && before && !isFirst) {
      kept.set(key, valueOf(box));
      setValue(box, []);
      told.cleared.push(labelOf(box));
    }
    if (!state.forbidden && kept.has(key)) {
      if (!before) setValue(box, kept.get(key));
      kept.delete(key);
    }
    box.hidden = state.forbidden && !valueOf(box).length;
    if (!isFirst && box.hidden !== wasHidden) told[box.hidden ? "vanished" : "appeared"].push(labelOf(box));
    return valueOf(box).join() !== before;
  }

  function lineOf(finding) {
    const line = document.createElement("p");
    line.className = `said said-${finding.severity}`;
    line.append(document.createElement("span"));
    line.firstChild.textContent = finding.text;
    return line;
  }

  // A group of boxes takes neither attribute; its legend and its sentences say the same.
  function tell(box, attribute, holds) {
    const control = controlOf(box);
    if (holds && control.tagName !== "FIELDSET") control.setAttribute(attribute, "true");
    else control.removeAttribute(attribute);
  }

  function complain(key, box, findings) {
    const place = box.querySelector("[data-said]");
    const isAsked = "judged" in form.dataset || touched.has(key);
    const stays = touched.has(key) ? [] : [...place.querySelectorAll("[data-by-server]")];
    place.replaceChildren(...stays, ...(isAsked ? findings : []).map(lineOf));
    const isBad = stays.length > 0 || (isAsked && findings.some((finding) => finding.severity === "error"));
    tell(box, "aria-invalid", isBad);
    controlOf(box).classList.toggle("is-invalid", isBad && !box.querySelector("fieldset"));
  }

  // Of the row as a whole: said once a field it looks at was touched.
  function complainOfRow(findings) {
    const isAsked = (finding) => "judged" in form.dataset || finding.fields.some((key) => touched.has(key));
    form.querySelector("[data-row-said]").replaceChildren(...findings.filter(isAsked).map(lineOf));
  }

  // A field that stands otherwise than when the page was opened says why.
  function reason(key, box, state) {
    const standing = `${state.required} ${state.forbidden}`;
    if (!stood.has(key)) stood.set(key, standing);
    const isNew = stood.get(key) !== standing;
    const why = box.querySelector("[data-why]");
    why.textContent = state.why;
    why.hidden = !isNew || !state.why;
    box.classList.toggle("is-new", isNew && state.required);
    const narrowed = box.querySelector("[data-narrowed]");
    narrowed.textContent = state.narrowed;
    narrowed.hidden = !state.narrowed;
  }

  // What need not be filled in, once for each reason.
  function explain(states) {
    const reasons = new Map();
    for (const box of boxes) {
      const { why } = states[box.dataset.field];
      if (box.hidden) reasons.set(why, [...(reasons.get(why) || []), labelOf(box)]);
    }
    idle.replaceChildren(...[...reasons].map(([why, labels]) => {
      const line = document.createElement("p");
      line.textContent = why + texts.colon + labels.join(texts.comma);
      return line;
    }));
    idle.hidden = !reasons.size;
  }

  // Returns whether values were changed by it, so that the server has to be asked again.
  function apply(states, isFirst) {
    const told = { appeared: [], vanished: [], cleared: [] };
    let changed = false;
    for (const box of boxes) {
      const key = box.dataset.field;
      const state = states[key];
      const isBack = toggle(key, box, state, isFirst, told);
      const isLost = !state.forbidden && narrow(box, state.options, isFirst);
      if (isLost) told.cleared.push(labelOf(box));
      changed = changed || isBack || isLost;
      box.querySelector("[data-req]").hidden = !state.required;
      tell(box, "aria-required", state.required);
      reason(key, box, state);
      if (!isFirst) complain(key, box, state.findings);
    }
    explain(states);
    if (!isFirst) complainOfRow(states[""].findings);
    const lines = ["cleared", "vanished", "appeared"].filter((kind) => told[kind].length);
    if (lines.length) status.textContent = lines.map((kind) => texts[kind] + told[kind].join(texts.comma)).join(" ");
    return changed;
  }

  async function judge() {
    if (asking) asking.abort();
    asking = new AbortController();
    const typed = new FormData();
    for (const [name, value] of new FormData(form.closest("form"))) {
      const isHere = name.startsWith(prefix) && typeof value === "string";
      if (isHere || name === "csrf_token") typed.append(isHere ? name.slice(prefix.length) : name, value);
    }
    let states;
    try {
      const answer = await fetch(form.dataset.judge, { method: "POST", body: typed, signal: asking.signal, headers: { Accept: "application/json" } });
      if (answer.redirected) form.closest("form").dispatchEvent(new Event("away")); // logged out meanwhile
      if (!answer.ok || answer.redirected) return;
      states = await answer.json();
    } catch {
      return; // a newer question, or no network: saving will say it
    }
    if (boxes.some((box) => !(box.dataset.field in states))) return; // closed meanwhile, too
    if (apply(states, false)) later(0);
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

  apply(initial, true);

  // Come by a link to one field: pickers have moved its name to what is typed into.
  const meant = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (meant && form.contains(meant)) {
    meant.focus();
    meant.scrollIntoView({ block: "center" });
  }
}

document.querySelectorAll("[data-judge]").forEach(openRow);
