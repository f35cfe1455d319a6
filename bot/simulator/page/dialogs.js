// Forms that ask for something before it is sent. Each resolves once it is closed.

import * as api from "./api.js";
import { el, icon } from "./dom.js";
import { readStart } from "./safe.js";
import { failure, word } from "./words.js";

/** A modal form. `submit` may throw: its words are shown and the form stays open. */
function ask({ title, name, fields, action, submit }) {
  const problem = el("p", { class: "problem", role: "alert", data: { testid: "problem" }, hidden: true });
  const send = el("button", { type: "submit", class: "primary", data: { testid: "submit" } }, action);
  const cancel = el("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, word("cancel"));
  const form = el("form", { novalidate: true }, el("h2", {}, title), fields, problem,
    el("div", { class: "dialog-actions" }, cancel, send));
  const dialog = el("dialog", { class: "dialog", "aria-label": title, data: { testid: name } }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    try {
      await submit(new FormData(form));
      dialog.close();
    } catch (error) {
      problem.textContent = error instanceof TypeError ? failure(error) : error.message;
      problem.hidden = false;
    } finally {
      send.disabled = false;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((closed) => dialog.addEventListener("close", () => { dialog.remove(); closed(); }));
}

const field = (text, input) => el("label", { class: "field" }, el("span", {}, text), input);

const input = (name, attributes = {}) =>
  el("input", { name, autocomplete: "off", data: { testid: name }, ...attributes });

export function askPerson(added) {
  const labels = el("datalist", { id: "labels" }, word("labels").split(",").map((value) => el("option", { value })));
  const languages = el("select", { name: "language_code", data: { testid: "language_code" } },
    el("option", { value: "zh" }, "中文"), el("option", { value: "en" }, "English"));
  const name = input("first_name", { placeholder: word("nameHint"), required: true, maxlength: 64, autofocus: true });
  return ask({
    title: word("addPerson"), name: "add-person", action: word("add"),
    fields: [field(word("name"), name), field(word("language"), languages),
      field(word("label"), input("label", { list: "labels", maxlength: 32 })), labels],
    submit: async (form) => {
      const first = form.get("first_name").trim();
      if (!first) { name.focus(); throw new Error(word("nameHint")); }
      const label = form.get("label").trim();
      await added(await api.addPerson({ first_name: first, language_code: form.get("language_code"), ...(label && { label }) }));
    },
  });
}

export function askGroup(persons, added) {
  const boxes = persons.map((person) => el("label", { class: "tick" },
    el("input", { type: "checkbox", name: "member", value: person.id, checked: true }), person.first_name));
  return ask({
    title: word("newGroup"), name: "add-group", action: word("create"),
    fields: [field(word("groupTitle"), input("title", { maxlength: 128, autofocus: true })),
      el("fieldset", {}, el("legend", {}, word("members")), boxes)],
    submit: async (form) => {
      const title = form.get("title").trim();
      const members = form.getAll("member").map(Number);
      if (!title) throw new Error(word("groupTitle"));
      if (!members.length) throw new Error(word("pickMembers"));
      await added(await api.addGroup(title, members));
    },
  });
}

export function askStart(bot, opened) {
  const link = input("link", { placeholder: word("pasteHint", { bot }), autofocus: true, inputmode: "url", spellcheck: "false" });
  return ask({
    title: word("openLink"), name: "open-link", action: word("open"),
    fields: [field(word("pasteLink"), link)],
    submit: (form) => opened(readStart(form.get("link"), bot)),
  });
}

export function askLocation(sent) {
  const degrees = (name, value, limit) => field(word(name),
    input(name, { type: "number", step: "any", min: -limit, max: limit, value, required: true, inputmode: "decimal" }));
  return ask({
    title: word("location"), name: "send-location", action: word("send"),
    fields: [degrees("latitude", "31.2304", 90), degrees("longitude", "121.4737", 180)],
    submit: (form) => sent({ latitude: Number(form.get("latitude")), longitude: Number(form.get("longitude")) }),
  });
}

export function askCaption(kind, file, sent) {
  const url = kind === "photo" ? URL.createObjectURL(file) : null;
  const preview = url
    ? el("img", { class: "preview", src: url, alt: file.name })
    : el("p", { class: "file" }, icon(kind), el("span", {}, file.name));
  return ask({
    title: word(kind), name: "send-file", action: word("send"),
    fields: [preview, field(word("caption"), input("caption", { maxlength: 1024, autofocus: true }))],
    submit: (form) => sent(form.get("caption")),
  }).finally(() => url && URL.revokeObjectURL(url));
}
