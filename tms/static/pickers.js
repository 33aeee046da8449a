// Comboboxes: one types a part of the label, the beginning of the code, or pinyin initials.
// A select with data-combobox keeps the value and is what the form sends; an input with data-lookup
// asks the server. Without this script both are plain and work.
"use strict";

(() => {
  const WAIT = 200;
  const english = document.documentElement.lang === "en";
  const texts = document.getElementById("texts").dataset;
  let serial = 0;

  function element(tag, attributes = {}, text = "") {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = text;
    return made;
  }

  // How well an option fits what was typed: 0 is best, -1 not at all.
  function rank(option, typed) {
    const [text, label] = [option.text.toLowerCase(), option.label.toLowerCase()];
    if (option.code.toLowerCase().startsWith(typed) || text.startsWith(typed)) return 0;
    if (label.startsWith(typed)) return 1;
    if (option.initials.startsWith(typed)) return 2;
    const words = label.split(/[^\p{L}\p{N}]+/u);
    if (english && typed.split(/\s+/).every((part) => words.some((word) => word.startsWith(part)))) return 2;
    if (label.includes(typed)) return 3;
    return typed.length > 1 && option.initials.includes(typed) ? 4 : -1;
  }

  function fitting(options, term) {
    const typed = term.trim().toLowerCase();
    if (!typed) return options;
    return options
      .map((option, place) => [rank(option, typed), place, option])
      .filter(([fits]) => fits >= 0)
      .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .map(([, , option]) => option);
  }

  class Combobox {
    constructor(input, source) {
      this.input = input;
      this.source = source;
      this.shown = [];
      this.active = -1;
      this.typing = false;
      this.isPending = false;
      this.list = element("ul", { role: "listbox", id: `listbox-${(serial += 1)}`, class: "listbox", hidden: "" });
      this.status = element("span", { role: "status", class: "sr-only" });
      const box = element("div", { class: "combo" });
      input.replaceWith(box);
      box.append(input, this.list, this.status);
      const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, autocomplete: "off" };
      for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);
      input.addEventListener("input", () => this.type());
      input.addEventListener("keydown", (event) => this.press(event));
      input.addEventListener("click", () => this.open(false));
      input.addEventListener("blur", () => this.leave());
      // Pressing must not take the focus from the input before the click arrives.
      this.list.addEventListener("mousedown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => {
        const row = event.target.closest("[data-place]");
        if (row) this.choose(this.shown[Number(row.dataset.place)]);
      });
    }

    get isOpen() { return !this.list.hidden; }

    type() {
      this.typing = true;
      clearTimeout(this.timer);
      if (!this.source.wait) {
        this.open(true);
        return;
      }
      this.isPending = true; // what is listed answers an earlier text: Enter takes nothing of it
      this.timer = setTimeout(() => this.open(true), this.source.wait);
    }

    open(narrowed) {
      if (this.input.readOnly || this.input.disabled) return;
      const asked = (this.asked = Symbol("asked"));
      const found = this.source.find(narrowed ? this.input.value : "");
      if (Array.isArray(found)) this.answer(found, narrowed);
      else found.then((later) => { if (asked === this.asked) this.answer(later, narrowed); });
    }

    answer(found, narrowed) {
      if (document.activeElement !== this.input) return;
      this.isPending = false;
      this.show(found);
      const chosen = this.shown.findIndex((option) => this.source.isChosen(option));
      this.move(narrowed && this.input.value.trim() ? 0 : chosen);
    }

    show(found) {
      this.shown = found;
      const rows = found.map((option, place) => element("li", { role: "option", id: `${this.list.id}-${place}`, "data-place": place, "aria-selected": "false" }, option.text || "—"));
      if (!rows.length) rows.push(element("li", { role: "option", "aria-disabled": "true", class: "none" }, texts.none));
      this.list.replaceChildren(...rows);
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      this.status.textContent = found.length ? texts.count.replace("#", found.length) : texts.none;
    }

    move(place) {
      this.active = this.shown.length ? Math.max(-1, Math.min(place, this.shown.length - 1)) : -1;
      for (const row of this.list.children) row.setAttribute("aria-selected", String(row.dataset.place === String(this.active)));
      const row = this.active < 0 ? null : this.list.children[this.active];
      if (row) {
        this.input.setAttribute("aria-activedescendant", row.id);
        row.scrollIntoView({ block: "nearest" });
      } else this.input.removeAttribute("aria-activedescendant");
    }

    press(event) {
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
      if (step) {
        event.preventDefault();
        if (this.isOpen) this.move(Math.max(0, this.active + step));
        else this.open(false);
      } else if (this.isOpen && (event.key === "Home" || event.key === "End")) {
        event.preventDefault();
        this.move(event.key === "Home" ? 0 : this.shown.length - 1);
      } else if (event.key === "Enter" && this.isOpen) {
        event.preventDefault();
        if (this.active >= 0 && !this.isPending) this.choose(this.shown[this.active]);
      } else if (event.key === "Escape" && this.isOpen) {
        event.stopPropagation();
        this.close();
        this.source.restore(this.input);
      } else if (event.key === "Tab" && this.isOpen && this.typing && this.input.value.trim() && this.active >= 0 && !this.isPending) {
        this.choose(this.shown[this.active]);
      }
    }

    choose(option) {
      this.typing = false;
      this.close();
      this.source.choose(option, this.input);
    }

    close() {
      clearTimeout(this.timer);
      this.asked = null;
      this.isPending = false;
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
    }

    leave() {
      this.close();
      if (this.typing) this.source.settle(this.input);
      this.typing = false;
    }
  }

  // The options of a select, which keeps the value and tells of changes.
  function ofSelect(select) {
    const options = () =>
      [...select.options]
        .filter((option) => !option.disabled)
        .map((option) => ({ code: option.value, text: option.value ? option.text : "", label: option.text.replace(/^[^-]*-/, ""), initials: option.dataset.initials || "" }));
    const text = () => (select.value ? select.options[select.selectedIndex].text : "");
    return {
      wait: 0,
      text,
      find: (term) => fitting(options(), term).filter((option) => option.code || !term.trim()),
      isChosen: (option) => option.code === select.value,
      restore: (input) => { input.value = text(); },
      choose(option, input) {
        const changed = select.value !== option.code;
        select.value = option.code;
        input.value = text();
        if (changed) select.dispatchEvent(new Event("change", { bubbles: true }));
      },
      // Left without choosing: nothing typed clears, one meaning is taken, else all stays.
      settle(input) {
        const typed = input.value.trim();
        const meant = options().filter((option) => [option.code, option.label, option.text].includes(typed));
        if (!typed) this.choose({ code: "" }, input);
        else if (meant.length === 1) this.choose(meant[0], input);
        else input.value = text();
      },
    };
  }

  function enhance(select) {
    const source = ofSelect(select);
    const input = element("input", { type: "text", class: "form-control", id: select.id });
    for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    }
    input.classList.toggle("is-invalid", select.classList.contains("is-invalid"));
    input.value = source.text();
    select.id = `${select.id}-value`;
    select.hidden = true;
    select.after(input);
    // Whoever sets the value from outside says so.
    select.addEventListener("sync", () => source.restore(input));
    new Combobox(input, source);
  }

  function ofServer(input) {
    const told = () => input.dispatchEvent(new Event("change", { bubbles: true }));
    let before = input.value;
    return {
      wait: WAIT,
      async find(term) {
        const answer = await fetch(`${input.dataset.lookup}?q=${encodeURIComponent(term)}`);
        const found = answer.ok ? await answer.json() : [];
        return found.map((each) => (typeof each === "string" ? { code: each, text: each } : each));
      },
      isChosen: (option) => option.text === input.value,
      restore: () => { input.value = before; },
      choose(option) {
        input.value = before = option.text;
        told();
      },
      settle() { before = input.value; },
    };
  }

  document.querySelectorAll("select[data-combobox]").forEach(enhance);
  document.querySelectorAll("input[data-lookup]").forEach((input) => {
    input.removeAttribute("list");
    new Combobox(input, ofServer(input));
  });

  // Many boxes: a line to type in above them leaves those that fit, and those that are ticked.
  document.querySelectorAll("fieldset[data-long]").forEach((group) => {
    const filter = element("input", { type: "search", class: "form-control box-find", "aria-label": texts.filter, placeholder: texts.filter });
    group.querySelector(".choices").before(filter);
    filter.addEventListener("input", (event) => {
      event.stopPropagation(); // it is no value of the form
      const typed = filter.value.trim().toLowerCase();
      for (const row of group.querySelectorAll(".choices > li")) {
        const box = row.querySelector("input");
        const text = row.textContent.trim();
        const option = { code: box.value, text, label: text.replace(/^[^-]*-/, ""), initials: box.dataset.initials || "" };
        row.classList.toggle("filtered", Boolean(typed) && !box.checked && rank(option, typed) < 0);
      }
    });
  });
})();
