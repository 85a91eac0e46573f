// Answers without a page: which questions are shown, what their answers are, and what is wrong with them.
"use strict";

(() => {
  const NUMBER = /^[+-]?\d{1,15}(?:\.(\d{1,15}))?$/;
  const DAY = /^\d{4}-\d{2}-\d{2}$/;

  /** Give the names of an item's answers: its code, or one a row of a matrix. */
  function names(item) {
    if (item.type === "information") return [];
    return item.type === "matrix" ? item.rows.map((row) => `${item.code}.${row.code}`) : [item.code];
  }

  /** Read a number as it was typed, perhaps in digits of full width. */
  function typed(text) {
    return String(text ?? "").normalize("NFKC").replaceAll("−", "-").trim();
  }

  /** Make of what was typed or ticked what is kept; null is unanswered. */
  function answer(item, raw) {
    switch (item.type) {
      case "multiple":
        return item.choices.map((choice) => choice.value).filter((value) => (raw ?? []).includes(value));
      case "ranking": {
        const ranked = (raw ?? []).filter((value) => value !== null && value !== "");
        return ranked.length ? ranked : null;
      }
      case "numeric":
        return NUMBER.test(typed(raw)) ? Number(typed(raw)) : null;
      case "date":
        return DAY.test(raw ?? "") ? raw : null;
      case "text":
        return (raw ?? "").trim() === "" ? null : raw;
      default:
        return raw ?? null;
    }
  }

  /** Tell whether words can be written beside an option that was chosen. */
  function opened(item, answers) {
    if (!item.write_in) return false;
    const open = item.choices.filter((choice) => item.write_in.options.includes(choice.code));
    return names(item).some((name) => [answers[name]].flat().some((a) => open.some((choice) => choice.value === a)));
  }

  /**
   * Go through the questions in order, as a respondent does.
   *
   * `raw` is what was typed or ticked, by name. What is not shown counts as unanswered for all that follows, whatever was
   * typed before it was hidden.
   */
  function route(model, raw) {
    const { conditions } = duzheng;
    const [answers, shown] = [Object.create(null), Object.create(null)]; // a code may be the name of a property
    for (const section of model.sections) {
      const open = conditions.sections[section.id](answers);
      for (const item of section.items) {
        shown[item.code] = open && conditions.items[item.code](answers);
        const given = (name) => (Object.hasOwn(raw, name) ? raw[name] : null);
        for (const name of names(item)) answers[name] = shown[item.code] ? answer(item, given(name)) : null;
        if (item.write_in) {
          const words = given(item.write_in.code);
          answers[item.write_in.code] = opened(item, answers) && (words ?? "").trim() ? words : null;
        }
      }
    }
    return { shown, answers, simple: conditions.simple(answers) };
  }

  function numeric(item, raw) {
    const text = typed(raw);
    if (text === "") return [];
    const found = NUMBER.exec(text);
    if (!found) return [{ word: item.decimals ? "number" : "whole", of: [] }];
    const value = Number(text);
    if (item.least !== null && value < item.least) return [{ word: "least", of: [item.least] }];
    if (item.most !== null && value > item.most) return [{ word: "most", of: [item.most] }];
    const decimals = (found[1] ?? "").replace(/0+$/, "").length;
    if (decimals <= item.decimals) return [];
    return [item.decimals ? { word: "decimals", of: [item.decimals] } : { word: "whole", of: [] }];
  }

  function date(item, raw) {
    if (!raw) return [];
    if (!DAY.test(raw)) return [{ word: "date", of: [] }];
    if (item.earliest && raw < item.earliest) return [{ word: "earliest", of: [item.earliest] }];
    if (item.latest && raw > item.latest) return [{ word: "latest", of: [item.latest] }];
    return [];
  }

  /** Make a pattern of Python's one of JavaScript's; null where it can't be read here. */
  function whole(pattern) {
    for (const flags of ["u", ""]) {
      try {
        return new RegExp(`^(?:${pattern})$`, flags);
      } catch {
        continue;
      }
    }
    return null;
  }

  function text(item, raw) {
    if ((raw ?? "").trim() === "") return [];
    const length = [...raw].length;
    if (length > item.longest) return [{ word: "longest", of: [item.longest, length] }];
    const pattern = item.pattern && whole(item.pattern);
    return pattern && !pattern.test(raw) ? [{ word: "pattern", of: [] }] : [];
  }

  function several(item, chosen) {
    const alone = item.choices.filter((choice) => choice.exclusive && chosen.includes(choice.value));
    if (alone.length && chosen.length > 1) return [{ word: "alone", of: [] }];
    if (alone.some((choice) => choice.missing)) return [];
    if (chosen.length < item.least) return [{ word: "leastChosen", of: [item.least, chosen.length] }];
    if (item.most !== null && chosen.length > item.most) return [{ word: "mostChosen", of: [item.most, chosen.length] }];
    return [];
  }

  function ranking(item, raw) {
    const ranked = (raw ?? []).map((value) => value ?? "");
    const given = ranked.filter((value) => value !== "");
    if (new Set(given).size < given.length) return [{ word: "doubles", of: [] }];
    return ranked.slice(0, given.length).includes("") ? [{ word: "gaps", of: [] }] : [];
  }

  /** Say what is wrong with the answers to a question that is shown: `word` of the words' faults, and its numbers. */
  function check(item, raw, answers) {
    const checks = { numeric, date, text, ranking, multiple: () => several(item, answers[item.code]) };
    const found = checks[item.type]?.(item, raw[item.code]) ?? [];
    if (found.length || !item.mandatory) return found;
    const unanswered = names(item).filter((name) => answers[name] === null || answers[name].length === 0);
    if (!unanswered.length) return [];
    const word = { multiple: "chooseSome", matrix: "rows", numeric: "fill", date: "fill", text: "fill" }[item.type];
    return [{ word: word ?? "choose", of: [], names: unanswered }];
  }

  /** List what would be kept: one entry a column of the answers. */
  function kept(model, raw) {
    const { shown, answers } = route(model, raw);
    return model.sections.flatMap((section) => section.items).flatMap((item) => {
      const columns = names(item).map((name) => ({ name, code: name.replace(".", "_"), choices: item.choices }));
      if (item.write_in) columns.push({ name: item.write_in.code, code: item.write_in.code, choices: [], beside: true });
      return columns.map(({ name, code, choices, beside }) => ({
        code, choices, value: answers[name], shown: shown[item.code] && (!beside || opened(item, answers)),
      }));
    });
  }

  Object.assign(duzheng, { names, answer, opened, route, check, kept });
})();
