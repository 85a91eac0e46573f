// The pages: welcome, one a section, closing.
"use strict";

(() => {
  const { element, speak, words, route, check, kept, Question } = duzheng;
  const model = JSON.parse(document.getElementById("model").textContent);
  const [main, tools, foot] = ["main", ".tools", ".foot"].map((each) => document.querySelector(each));
  const status = document.querySelector(".unseen[role=status]");
  const WELCOME = -1;
  const CLOSING = model.sections.length;
  const asked = new URLSearchParams(location.search).get("place") ?? "";
  const place = model.open && /^[\w.-]{1,64}$/.test(asked) ? asked : null;
  const fixed = location.hash === "#fixed";
  const order = new Map(); // of what is shuffled, the same as long as the page is open
  const state = { language: model.languages[0], page: WELCOME, codes: false };
  let [raw, consent, checked, questions] = [Object.create(null), false, false, []];

  /** Shuffle what stands in no place of its own: options that are open or exclude others stay where they are. */
  function shuffled(code, all, stays) {
    if (!order.has(code)) {
      const free = all.filter((each) => !stays(each));
      for (let last = free.length - 1; last > 0; last -= 1) {
        const other = Math.floor(Math.random() * (last + 1));
        [free[last], free[other]] = [free[other], free[last]];
      }
      order.set(code, all.map((each) => (stays(each) ? each : free.shift())));
    }
    return order.get(code);
  }

  const here = {
    model,
    get raw() { return raw; },
    get language() { return state.language; },
    get words() { return words[state.language]; },
    get codes() { return state.codes; },
    choices(item) {
      if (!item.random || fixed || item.type === "matrix") return item.choices;
      return shuffled(item.code, item.choices, (choice) => choice.exclusive || choice.open);
    },
    rows(item) {
      return item.random && !fixed ? shuffled(item.code, item.rows, () => false) : item.rows;
    },
    set(item, name, value) {
      const before = route(model, raw).shown;
      raw[name] = value;
      refresh();
      const after = route(model, raw).shown;
      const more = questions.find((question) => after[question.item.code] && !before[question.item.code]);
      status.textContent = more ? here.words.more + more.text() : "";
      if (checked) sayFaults(questions.find((question) => question.item === item));
    },
  };

  function said(tag, attributes, texts) {
    return speak(element(tag, attributes), texts, state.language);
  }

  function button(text, act, attributes = {}) {
    const node = element("button", { type: "button", ...attributes }, text);
    node.addEventListener("click", act);
    return node;
  }

  /** Give the sections that have something to show. */
  function pages() {
    const { shown } = route(model, raw);
    return model.sections.flatMap((section, number) => (section.items.some((item) => shown[item.code]) ? [number] : []));
  }

  function faultsOf(item, found = route(model, raw)) {
    return found.shown[item.code] ? check(item, raw, found.answers) : [];
  }

  function sayFaults(question) {
    const faults = faultsOf(question.item);
    if (question.item.type !== "information") question.say(faults);
    return faults;
  }

  function refresh() {
    const found = route(model, raw);
    for (const question of questions) question.refresh(found);
    const [all, bar] = [pages(), main.querySelector("progress")];
    if (!bar) return;
    const now = all.indexOf(state.page) + 1;
    [bar.max, bar.value] = [all.length, now];
    bar.previousElementSibling.textContent = now ? here.words.page(now, all.length) : here.words.notShown;
    main.querySelector(".next").textContent = all.some((page) => page > state.page) ? here.words.next : here.words.finish;
  }

  function open(page) {
    [state.page, checked] = [page, false];
    render();
    window.scrollTo(0, 0);
    main.querySelector("h1").focus({ preventScroll: true });
  }

  function back() {
    open(pages().filter((page) => page < state.page).at(-1) ?? WELCOME);
  }

  function next() {
    const found = route(model, raw);
    const faulty = (page) => model.sections[page].items.some((item) => faultsOf(item, found).length);
    if (state.page === WELCOME ? model.consent.guardian && !consent : faulty(state.page)) {
      complain();
      return;
    }
    const later = pages().find((page) => page > state.page);
    // Somebody may have gone back and changed what a later page depends on, or have jumped.
    const wrong = later === undefined ? pages().find(faulty) : undefined;
    open(later ?? wrong ?? CLOSING);
    if (wrong !== undefined) complain();
  }

  /** Say what is wrong on this page, and take the reader there. */
  function complain() {
    checked = true;
    main.querySelector(".summary")?.remove();
    const lines = state.page === WELCOME ? [guardianFault()] : questions.flatMap((question) => {
      const faults = sayFaults(question);
      return faults.map(({ word, of }) => [question, question.text(), here.words.faults[word](...of)]);
    });
    const list = element("ul", {}, ...lines.map(([target, about, fault]) => {
      const link = element("a", { href: `#${target.id}` }, element("span", { class: "about" }, about), " ", fault);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        target.focus();
      });
      return element("li", {}, link);
    }));
    const summary = element("div", { class: "summary", role: "alert", tabindex: "-1" },
      element("h2", {}, here.words.errors(lines.length)), list);
    main.querySelector("h1").closest(".top").after(summary);
    summary.focus();
  }

  function guardianFault() {
    const box = main.querySelector("#guardian");
    const text = here.words.faults.guardian();
    box.setAttribute("aria-invalid", "true");
    const error = main.querySelector("#guardian-error");
    [error.hidden, error.textContent] = [false, text];
    return [box, here.words.guardian, text];
  }

  function marks() {
    if (!model.marks) return null;
    const lines = Object.entries(here.words.marks).map(([name, label]) => {
      return element("div", {}, element("dt", {}, label), element("dd", {}, model.marks[name]));
    });
    return element("dl", { class: "marks" }, ...lines);
  }

  function welcome() {
    const { guardian, text, privacy } = model.consent;
    const card = element("section", { class: "card", "aria-labelledby": "consent" },
      element("h2", { id: "consent" }, here.words.consent), said("p", {}, text), said("p", {}, privacy));
    if (guardian) {
      const box = element("input", { type: "checkbox", id: "guardian", "aria-describedby": "guardian-error" });
      box.checked = consent;
      box.addEventListener("change", () => {
        consent = box.checked;
        if (!consent) return;
        box.removeAttribute("aria-invalid");
        main.querySelector("#guardian-error").hidden = true;
        main.querySelector(".summary")?.remove();
      });
      const group = element("fieldset", { class: "guardian" }, element("legend", {}, here.words.guardian),
        element("p", { class: "error", id: "guardian-error", hidden: true }),
        element("label", { class: "option" }, box, said("span", { class: "label" }, guardian)));
      card.append(group);
    }
    const top = element("div", { class: "top" }, marks(), said("h1", { tabindex: "-1" }, model.title),
      said("p", { class: "lead" }, model.welcome), element("p", { class: "meta" }, here.words.minutes(model.minutes)));
    if (model.simple_if) {
      top.append(element("p", { class: "codes" }, here.words.simpleIf, element("code", {}, model.simple_if)));
    }
    if (place) top.append(element("p", { class: "meta" }, `${here.words.place} `, element("code", {}, place)));
    return [top, card, turns(null, guardian ? here.words.start : here.words.agree)];
  }

  /** Make the buttons below a page. */
  function turns(before, after) {
    const buttons = [];
    if (before) buttons.push(button(before, back, { class: "back" }));
    if (after) buttons.push(element("button", { type: "submit", class: "next" }, after));
    return element("div", { class: "turns" }, ...buttons);
  }

  function page(section) {
    const top = element("div", { class: "top" }, said("p", { class: "of" }, model.title),
      said("h1", { tabindex: "-1" }, section.title),
      element("div", { class: "progress" }, element("span", { id: "progress" }),
        element("progress", { "aria-label": here.words.progress, "aria-describedby": "progress" })));
    const codes = element("p", { class: "codes" }, element("code", {}, section.id));
    if (section.show_if) codes.append(` · ${here.words.showIf}`, element("code", {}, section.show_if));
    top.append(codes);
    if (section.text) top.append(said("p", { class: "lead" }, section.text));
    questions = section.items.map((item) => new Question(item, here));
    return [top, ...questions.map((question) => question.node), turns(here.words.back, here.words.next)];
  }

  function closing() {
    const columns = kept(model, raw);
    const rows = columns.map(({ code, choices, value, shown }) => {
      const codes = value === null ? [] : [value].flat();
      const meaning = codes.map((each) => choices.find((choice) => choice.value === each)?.text).filter((text) => text);
      const nothing = shown ? (Array.isArray(value) ? here.words.none : here.words.unanswered) : here.words.unshown;
      const cell = element("td", { class: "answer" }, ...codes.flatMap((each, number) => [
        number ? " " : "", element("code", {}, String(each)),
      ]));
      const last = element("td", {}, ...meaning.flatMap((text, number) => [
        number ? (state.language === "en" ? ", " : "、") : "", said("span", {}, text),
      ]));
      if (!codes.length) last.append(element("span", { class: "nothing" }, nothing));
      const row = element("tr", {}, element("th", { scope: "row" }, element("code", {}, code)), cell, last);
      row.dataset.shown = shown;
      return row;
    });
    if (place) rows.push(placeRow());
    const heads = [here.words.keptCode, here.words.keptAnswer, here.words.keptWords];
    const table = element("table", { class: "kept" },
      element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
      element("tbody", {}, ...rows));
    const load = button(here.words.download, () => download(columns), { class: "download" });
    return [
      element("div", { class: "top" }, said("p", { class: "of" }, model.title), said("h1", { tabindex: "-1" }, model.closing)),
      element("section", { class: "card", "aria-labelledby": "kept" }, element("h2", { id: "kept" }, here.words.kept),
        element("p", { class: "meta" }, here.words.keptNote), load, table),
      turns(here.words.back, null),
    ];
  }

  function placeRow() {
    const row = element("tr", {}, element("th", { scope: "row" }, element("code", {}, "place")),
      element("td", { class: "answer" }, element("code", {}, place)), element("td", {}, here.words.place));
    row.dataset.shown = true;
    return row;
  }

  function download(columns) {
    const answers = Object.fromEntries([...columns.map(({ code, value }) => [code, value]), ...(place ? [["place", place]] : [])]);
    const text = JSON.stringify({ questionnaire: model.name, preview: true, language: state.language, answers }, null, 2);
    const link = element("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })),
      download: `${model.name}-preview.json` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  /** Change language or codes, where the reader stands. */
  function change(what, id) {
    Object.assign(state, what);
    const [again, top] = [checked, window.scrollY];
    render();
    if (again && state.page !== WELCOME) questions.forEach(sayFaults);
    checked = again;
    document.getElementById(id)?.focus({ preventScroll: true });
    window.scrollTo(0, top);
  }

  function chrome() {
    const { words: now } = here;
    document.documentElement.lang = state.language;
    document.body.classList.toggle("with-codes", state.codes);
    document.querySelector(".skip").textContent = now.skip;
    document.querySelector(".notice").textContent = now.notice;
    const languages = model.languages.length < 2 ? [] : [element("div", { class: "languages", role: "group", "aria-label": now.languages },
      ...model.languages.map((language) => button(words[language].language, () => change({ language }, `to-${language}`),
        { id: `to-${language}`, lang: language, "aria-pressed": String(language === state.language) })))];
    const codes = button(now.codes, () => change({ codes: !state.codes }, "codes"), { id: "codes", "aria-pressed": String(state.codes) });
    tools.replaceChildren(...languages, codes, ...(state.codes ? [jump()] : []));
    foot.replaceChildren(element("span", {}, model.name), button(now.restart, restart, { class: "restart" }));
  }

  /** Offer every page, also those that are not on this route. */
  function jump() {
    const label = element("label", { for: "jump" }, here.words.jump);
    const select = element("select", { id: "jump" }, element("option", { value: WELCOME }, here.words.welcome),
      ...model.sections.map((section, number) => said("option", { value: number }, section.title)));
    if (state.page === CLOSING) select.append(element("option", { value: CLOSING }, here.words.closing));
    select.value = String(state.page);
    select.addEventListener("change", () => open(Number(select.value)));
    return element("span", { class: "jump" }, label, select);
  }

  function restart() {
    [raw, consent] = [Object.create(null), false];
    open(WELCOME);
  }

  function render() {
    questions = [];
    chrome();
    const make = { [WELCOME]: welcome, [CLOSING]: closing }[state.page] ?? (() => page(model.sections[state.page]));
    const form = element("form", { novalidate: true, autocomplete: "off" }, ...make());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      next();
    });
    main.replaceChildren(form);
    refresh();
    document.title = [...new Set([main.querySelector("h1").textContent, model.title[state.language] ?? model.title["zh-Hans"]])].join(" · ");
  }

  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
  duzheng.model = model;
  render();
})();
