// Months: typed in many ways and put right on leaving the field, or picked from twelve.
"use strict";

(() => {
  const english = document.documentElement.lang === "en";
  const texts = document.getElementById("texts").dataset;
  const names = [...Array(12).keys()].map((month) =>
    new Intl.DateTimeFormat(english ? "en" : "zh-CN", { month: "short" }).format(new Date(2020, month, 15)));
  const WRITTEN = [/^(\d{4})\s*[-./\u5e74]\s*(\d{1,2})\s*\u6708?$/, /^(\d{4})(\d{2})$/];
  let open = null;

  // "2020.1", "202001" or with the signs for year and month: 2020-01; anything else as it stands.
  function normal(text) {
    const found = WRITTEN.map((way) => way.exec(text.trim())).find(Boolean);
    if (!found || found[2] < 1 || found[2] > 12) return text.trim();
    return `${found[1]}-${String(Number(found[2])).padStart(2, "0")}`;
  }

  function element(tag, attributes, text = "") {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = text;
    return made;
  }

  function set(input, value) {
    if (input.value === value) return;
    input.value = value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  class Picker {
    constructor(input, button) {
      this.input = input;
      this.button = button;
      const now = new Date();
      const [year, month] = (/^\d{4}-\d{2}$/.test(input.value) ? input.value : `${now.getFullYear()}-${now.getMonth() + 1}`).split("-").map(Number);
      this.month = month - 1;
      this.pop = element("div", { class: "months", role: "dialog", "aria-label": texts.month });
      const head = element("div", { class: "months-head" });
      this.year = element("input", { type: "number", min: "1900", max: "2100", class: "form-control", "aria-label": texts.year });
      this.year.value = year;
      head.append(this.stepper("‹", texts.before, -1), this.year, this.stepper("›", texts.after, 1));
      const grid = element("div", { class: "months-grid" });
      this.days = names.map((name, place) => {
        const day = element("button", { type: "button", "data-month-of-year": place, tabindex: "-1" }, name);
        day.addEventListener("click", () => this.choose(place));
        grid.append(day);
        return day;
      });
      this.pop.append(head, grid);
      this.pop.addEventListener("keydown", (event) => this.press(event));
      // A typed year belongs to the picker, not to the form.
      for (const name of ["input", "change"]) this.pop.addEventListener(name, (event) => event.stopPropagation());
      this.year.addEventListener("input", () => this.mark());
      button.after(this.pop);
      button.setAttribute("aria-expanded", "true");
      this.focus(this.month);
    }

    stepper(sign, label, step) {
      const made = element("button", { type: "button", class: "btn btn-light", "aria-label": label }, sign);
      made.addEventListener("click", () => { this.year.value = Number(this.year.value) + step; this.mark(); });
      return made;
    }

    mark() {
      const chosen = this.input.value;
      this.days.forEach((day, place) => {
        day.tabIndex = place === this.month ? 0 : -1;
        const value = `${this.year.value}-${String(place + 1).padStart(2, "0")}`;
        if (value === chosen) day.setAttribute("aria-current", "date");
        else day.removeAttribute("aria-current");
        day.setAttribute("aria-label", `${this.year.value} ${names[place]}`);
      });
    }

    focus(place) {
      const turned = Math.floor(place / 12);
      this.year.value = Number(this.year.value) + turned;
      this.month = place - turned * 12;
      this.mark();
      this.days[this.month].focus();
    }

    press(event) {
      if (event.key === "Escape") {
        event.stopPropagation();
        event.preventDefault();
        this.close(this.button);
        return;
      }
      if (event.target === this.year) {
        if (event.key !== "Enter") return;
        event.preventDefault(); // would send the form
        this.days[this.month].focus();
        return;
      }
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -4, ArrowDown: 4, PageUp: -12, PageDown: 12 }[event.key];
      if (!step || !event.target.matches("[data-month-of-year]")) return;
      event.preventDefault();
      this.focus(this.month + step);
    }

    choose(place) {
      const year = String(this.year.value);
      if (!/^\d{4}$/.test(year)) { this.year.focus(); return; }
      this.close(this.input);
      set(this.input, `${year}-${String(place + 1).padStart(2, "0")}`);
    }

    close(focus) {
      this.pop.remove();
      this.button.setAttribute("aria-expanded", "false");
      open = null;
      if (focus) focus.focus();
    }
  }

  document.querySelectorAll("input[data-month]").forEach((input) => {
    const box = element("div", { class: "month-box" });
    const button = element("button", { type: "button", class: "btn btn-light", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-label": texts.month }, "▾");
    input.replaceWith(box);
    box.append(input, button);
    input.addEventListener("blur", () => set(input, normal(input.value)));
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" && event.altKey) { event.preventDefault(); button.click(); }
    });
    button.addEventListener("click", () => {
      const mine = open && open.button === button;
      if (open) open.close(mine ? button : null);
      if (!mine) open = new Picker(input, button);
    });
  });

  // Leaving it by mouse or keyboard closes it.
  for (const name of ["click", "focusin"]) {
    document.addEventListener(name, (event) => {
      if (open && !open.pop.contains(event.target) && !open.button.contains(event.target)) open.close(null);
    });
  }
})();
