// One question on the page: its controls, and what they say when answers change.
"use strict";

(() => {
  const GROUPS = ["single", "rating", "yes_no", "multiple", "matrix", "ranking"];
  const RADIOS = ["single", "rating", "yes_no"];
  const POINTS = 11; // more of them than this stand below each other on any screen

  /** Make an element; what children say is text, never markup. */
  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null));
    return node;
  }

  /** Write a text in the page's language, or in Chinese where it has none. */
  function speak(node, texts, language) {
    node.textContent = texts[language] ?? texts["zh-Hans"];
    if (!(language in texts)) node.lang = "zh-Hans";
    return node;
  }

  /** Say what answers are possible, where the controls don't. */
  function hintOf(item, { words: { hints } }) {
    const said = [];
    const limits = (least, most, both, low, high) => {
      if (least !== null && most !== null) said.push(both(least, most));
      else if (least !== null) said.push(low(least));
      else if (most !== null) said.push(high(most));
    };
    if (item.type === "numeric") {
      limits(item.least, item.most, hints.between, hints.least, hints.most);
      if (item.decimals) said.push(hints.decimals(item.decimals));
    } else if (item.type === "date") {
      limits(item.earliest, item.latest, hints.between, hints.from, hints.until);
    } else if (item.type === "text") {
      said.push(hints.longest(item.longest));
    } else if (item.type === "ranking") {
      said.push(hints.ranks(ranksOf(item)));
    } else if (item.type === "multiple") {
      limits(item.least || null, item.most, hints.choose, hints.chooseLeast, hints.chooseMost);
      if (!said.length) said.push(hints.several);
    }
    return said.join(" · ");
  }

  function ranksOf(item) {
    const options = item.choices.filter((choice) => !choice.missing).length;
    return Math.min(item.most ?? options, options);
  }

  /** Tick or untick one of several; what excludes others unticks them, and they it. */
  function ticked(item, chosen, choice, on) {
    const rest = chosen.filter((value) => value !== choice.value);
    if (!on) return rest;
    if (choice.exclusive) return [choice.value];
    const alone = item.choices.filter((each) => each.exclusive).map((each) => each.value);
    return [...rest.filter((value) => !alone.includes(value)), choice.value];
  }

  class Question {
    constructor(item, here) {
      Object.assign(this, { item, here, id: `q-${item.code}`, follow: [], invalid: [] });
      this.grouped = GROUPS.includes(item.type);
      this.node = element(this.grouped ? "fieldset" : "div", { class: `question ${item.type}`, id: this.id });
      this.node.dataset.code = item.code;
      if (RADIOS.includes(item.type)) {
        this.node.setAttribute("role", "radiogroup");
        this.node.setAttribute("aria-labelledby", `${this.id}-text`);
        if (item.mandatory) this.node.setAttribute("aria-required", "true");
        this.invalid.push(this.node);
      }
      this.node.append(this.#head(), this.#codes(), ...this.#told());
      if (this.grouped) this.node.setAttribute("aria-describedby", this.about);
      this.#controls();
      if (item.write_in) this.#writeIn();
      if ((RADIOS.includes(item.type) || item.type === "matrix") && !item.mandatory) this.#clear();
    }

    #speak(tag, attributes, texts) {
      return speak(element(tag, attributes), texts, this.here.language);
    }

    #head() {
      const { item, here } = this;
      const text = this.#speak("span", { class: "text" }, item.text);
      this.text = () => text.textContent;
      if (item.simple) {
        this.follow.push(({ simple }) => speak(text, simple ? item.simple : item.text, here.language));
      }
      const must = item.mandatory ? element("span", { class: "must" }, here.words.must) : null;
      if (item.type === "information") return element("p", { class: "head" }, text);
      if (this.grouped) return element("legend", { class: "head", id: `${this.id}-text` }, text, must);
      return element("label", { class: "head", for: `${this.id}-input`, id: `${this.id}-text` }, text, must);
    }

    /** Write what designers look for: the item's code and condition. */
    #codes() {
      const { item, here } = this;
      const parts = [item.type, here.words.version(item.version), ...(item.simple ? [here.words.simple] : [])];
      const line = element("p", { class: "codes" }, element("code", {}, item.code), ` ${parts.join(" · ")}`);
      if (item.show_if) line.append(element("br"), here.words.showIf, element("code", {}, item.show_if));
      const away = element("span", { class: "away" }, ` · ${here.words.notShown}`);
      this.follow.push(({ shown }) => (away.hidden = shown[item.code]));
      line.append(away);
      return line;
    }

    #told() {
      const { item, here } = this;
      const hint = hintOf(item, here);
      const help = item.help ? this.#speak("p", { class: "help", id: `${this.id}-help` }, item.help) : null;
      const limits = hint ? element("p", { class: "hint", id: `${this.id}-hint` }, hint) : null;
      this.error = element("p", { class: "error", id: `${this.id}-error`, hidden: true });
      const told = [help, limits, item.type === "information" ? null : this.error].filter((node) => node !== null);
      this.about = told.map((node) => node.id).join(" ") || null;
      return told;
    }

    #controls() {
      const { item } = this;
      if (RADIOS.includes(item.type)) this.node.append(...this.#options("radio"));
      else if (item.type === "multiple") this.node.append(...this.#options("checkbox"));
      else if (item.type === "matrix") this.node.append(this.#matrix());
      else if (item.type === "ranking") this.node.append(this.#ranks(), ...this.#missing("checkbox"));
      else if (item.type !== "information") this.node.append(this.#field());
    }

    #options(type) {
      const { item, here } = this;
      const choices = here.choices(item).filter((choice) => !choice.missing);
      const across = item.type === "rating" && choices.length <= POINTS;
      const shape = across ? "scale" : item.type === "yes_no" ? "pair" : "list";
      const box = element("div", { class: `options ${shape}` });
      box.style.setProperty("--points", choices.length);
      box.append(...choices.map((choice) => this.#option(item.code, type, choice)));
      return [box, ...this.#missing(type)];
    }

    /** Offer, apart from the answers, the reasons why there may be none. */
    #missing(type) {
      const missing = this.item.choices.filter((choice) => choice.missing);
      if (!missing.length) return [];
      return [element("div", { class: "options apart" },
        ...missing.map((choice) => this.#option(this.item.code, type, choice)))];
    }

    #option(name, type, choice, attributes = {}) {
      const { item, here } = this;
      const input = element("input", { type, name, value: choice.code, id: `${this.id}-${choice.code}`, ...attributes });
      input.addEventListener("change", () => {
        const chosen = here.raw[name] ?? [];
        here.set(item, name, type === "radio" ? choice.value : ticked(item, chosen, choice, input.checked));
      });
      if (type === "checkbox") this.invalid.push(input);
      this.follow.push(() => {
        input.checked = type === "radio" ? here.raw[name] === choice.value : (here.raw[name] ?? []).includes(choice.value);
      });
      const label = this.#speak("span", { class: "label" }, choice.text);
      return element("label", { class: `option${choice.exclusive ? " exclusive" : ""}` }, input, label, element("code", { class: "codes" }, choice.code));
    }

    #matrix() {
      const { item, here } = this;
      const choices = here.choices(item);
      const column = (choice) => `${this.id}-c-${choice.code}`;
      const heads = choices.map((choice) => {
        const head = this.#speak("th", { scope: "col", id: column(choice) }, choice.text);
        head.append(element("code", { class: "codes" }, choice.code));
        return head;
      });
      this.marks = new Map();
      const rows = here.rows(item).map((row) => {
        const [name, id] = [`${item.code}.${row.code}`, `${this.id}-r-${row.code}`];
        const mark = element("span", { class: "error", hidden: true });
        this.marks.set(name, mark);
        const head = element("th", { scope: "row", id }, this.#speak("span", { class: "row" }, row.text),
          element("code", { class: "codes" }, row.code), mark);
        const cells = choices.map((choice) => {
          const attributes = { id: `${id}-${choice.code}`, "aria-labelledby": `${id} ${column(choice)}` };
          return element("td", {}, this.#option(name, "radio", choice, attributes));
        });
        return element("tr", {}, head, ...cells);
      });
      const corner = element("td", { class: "corner" });
      return element("table", { class: "grid" }, element("thead", {}, element("tr", {}, corner, ...heads)),
        element("tbody", {}, ...rows));
    }

    #ranks() {
      const { item, here } = this;
      const choices = here.choices(item).filter((choice) => !choice.missing);
      const named = new Map(choices.map((choice) => [choice.code, choice.value]));
      const selects = Array.from({ length: ranksOf(item) }, (_, place) => {
        const nothing = element("option", { value: "" }, here.words.unranked);
        const options = choices.map((choice) => {
          const option = this.#speak("option", { value: choice.code }, choice.text);
          if (here.codes) option.append(` (${choice.code})`);
          return option;
        });
        const id = `${this.id}-rank-${place + 1}`;
        const select = element("select", { id, "aria-describedby": this.about }, nothing, ...options);
        this.follow.push(() => {
          const value = (here.raw[item.code] ?? [])[place] ?? "";
          select.value = choices.find((choice) => choice.value === value)?.code ?? "";
        });
        this.invalid.push(select);
        return select;
      });
      for (const select of selects) {
        select.addEventListener("change", () => {
          here.set(item, item.code, selects.map((each) => named.get(each.value) ?? null));
        });
      }
      const lines = selects.map((select, place) => {
        return element("div", { class: "rank" }, element("label", { for: select.id }, here.words.rank(place + 1)), select);
      });
      return element("div", { class: "ranks" }, ...lines);
    }

    #field() {
      const { item, here } = this;
      const shared = { id: `${this.id}-input`, "aria-describedby": this.about, autocomplete: "off" };
      if (item.mandatory) shared["aria-required"] = "true";
      const line = element("div", { class: "field" });
      if (item.type === "text") {
        this.input = element(item.lines > 1 ? "textarea" : "input", item.lines > 1 ? { ...shared, rows: item.lines } : shared);
        const count = element("span", { class: "count", "aria-hidden": "true" });
        const counted = () => {
          const length = [...this.input.value].length;
          count.textContent = here.words.counted(length, item.longest);
          count.classList.toggle("over", length > item.longest);
        };
        this.follow.push(counted);
        line.append(this.input, count);
      } else if (item.type === "date") {
        this.input = element("input", { ...shared, type: "date", min: item.earliest, max: item.latest ?? "9999-12-31" });
        line.append(this.input);
      } else {
        // A telephone's pad of digits has no minus.
        const pad = item.least !== null && item.least >= 0 ? (item.decimals ? "decimal" : "numeric") : "text";
        this.input = element("input", { ...shared, inputmode: pad });
        line.append(this.input);
        if (item.unit) line.append(this.#speak("span", { class: "unit", id: `${this.id}-unit` }, item.unit));
        if (item.unit) this.input.setAttribute("aria-describedby", `${this.id}-unit ${this.about}`);
      }
      this.input.value = here.raw[item.code] ?? "";
      this.input.addEventListener("input", () => {
        here.set(item, item.code, this.input.validity.badInput ? "?" : this.input.value);
      });
      this.invalid.push(this.input);
      return line;
    }

    #writeIn() {
      const { item, here } = this;
      const id = `${this.id}-write-in`;
      const label = this.#speak("label", { for: id }, here.model.write_in);
      const input = element("input", { id, autocomplete: "off" });
      input.dataset.code = item.write_in.code;
      input.value = here.raw[item.write_in.code] ?? "";
      input.addEventListener("input", () => here.set(item, item.write_in.code, input.value));
      const line = element("div", { class: "write-in" }, label, input,
        element("code", { class: "codes" }, item.write_in.code));
      this.follow.push(({ answers }) => (line.hidden = !duzheng.opened(item, answers)));
      this.node.querySelector(".options, .grid, .ranks").after(line);
    }

    #clear() {
      const { item, here } = this;
      const button = element("button", { type: "button", class: "clear" }, here.words.clear);
      button.addEventListener("click", () => {
        const first = this.node.querySelector("input");
        for (const name of duzheng.names(item)) here.set(item, name, null);
        first.focus();
      });
      this.follow.push(({ answers }) => {
        button.hidden = duzheng.names(item).every((name) => answers[name] === null);
        button.setAttribute("aria-label", here.words.clearOf(this.text()));
      });
      this.node.classList.add("clearable");
      this.node.append(button);
    }

    /** Follow the answers as they are now. */
    refresh(route) {
      const { item, here } = this;
      this.node.classList.toggle("gone", !route.shown[item.code]);
      this.node.hidden = !route.shown[item.code] && !here.codes;
      for (const each of this.follow) each(route);
    }

    /** Say what is wrong, or that nothing is. */
    say(faults) {
      const { here } = this;
      this.error.hidden = faults.length === 0;
      this.error.replaceChildren(...faults.flatMap(({ word, of }) => [
        element("span", { class: "unseen" }, here.words.error), here.words.faults[word](...of),
      ]));
      this.node.classList.toggle("wrong", faults.length > 0);
      for (const node of this.invalid) {
        if (faults.length) node.setAttribute("aria-invalid", "true");
        else node.removeAttribute("aria-invalid");
      }
      const unanswered = new Set(faults.flatMap((fault) => fault.names ?? []));
      for (const [name, mark] of this.marks ?? []) {
        mark.hidden = !unanswered.has(name);
        mark.textContent = mark.hidden ? "" : here.words.faults.row();
      }
    }

    focus() {
      const wrong = [...(this.marks ?? [])].find(([, mark]) => !mark.hidden)?.[1].closest("tr");
      (wrong ?? this.node).querySelector("input:checked, input, select, textarea")?.focus();
    }
  }

  Object.assign(duzheng, { Question, element, speak });
})();
