// The page: who is there, whose phones are open, and the connection to the simulator.

import * as api from "./api.js";
import { Clock, chooseZone, chosenZone, zones } from "./clock.js";
import { avatar, el, icon, iconButton, popover, redraw, toast } from "./dom.js";
import { askGroup, askPerson } from "./dialogs.js";
import { Guide } from "./guide.js";
import { Panel } from "./panel.js";
import { failure, language, roleOf, switchLanguage, word } from "./words.js";

const $ = (id) => document.getElementById(id);
const LARGE_KEY = "linli.large";
const NARROW = matchMedia("(max-width: 719px)");

class App {
  constructor() {
    this.state = null;
    this.panels = new Map(); // person id → Panel, in the order in which they were opened
    this.front = null; // id of the person whose phone is shown where only one has room
    this.unread = new Set();
    this.clock = new Clock($("clock"), $("page-toast"), () => this.changed());
    this.guide = new Guide(this, $("panels"), $("page-toast"));
    this.buildBar();
    this.retry = api.follow({
      changed: (event) => this.heard(event),
      opened: () => { $("banner").hidden = true; this.reload(); },
      lost: () => { $("banner").hidden = false; },
    });
    $("banner").append(el("span", {}, word("lost")),
      el("button", { type: "button", onclick: () => this.retry() }, word("retry")));
    NARROW.addEventListener("change", () => this.draw());
    setInterval(() => { if (!document.hidden) this.changed(); }, 15000);
  }

  // What panels ask for.
  bot() { return this.state.bot; }
  groups() { return this.state.groups; }
  close(person) { this.closePanel(person.id); }

  /** Facts about persons, groups or the clock may have changed: fetch them soon, several calls as one. */
  changed() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.loadState(), 30);
  }

  // --- data -------------------------------------------------------------------------------------

  heard(event) {
    if (event.chat_id === undefined) { this.changed(); return; }
    for (const panel of this.panels.values()) if (panel.chatId === event.chat_id) panel.load();
    const person = this.state?.persons.find(({ id }) => id === event.chat_id);
    if (person && !this.isVisible(person.id)) { this.unread.add(person.id); this.drawPersons(); }
    this.changed(); // a message may have planned a slot
  }

  async reload() {
    await this.loadState();
    for (const panel of this.panels.values()) panel.load();
  }

  async loadState() {
    let state;
    try {
      state = await api.getState();
    } catch (error) {
      if (!(error instanceof TypeError)) toast($("page-toast"), failure(error));
      return;
    }
    const first = this.state === null;
    this.state = state;
    this.clock.show(state.now, state.clock);
    document.querySelector(".brand").textContent = state.bot.first_name;
    document.title = `${state.bot.first_name} · ${word("title").split(" · ")[1]}`;
    if (first) this.openAsked();
    for (const person of state.persons) this.panels.get(person.id)?.update(person);
    this.guide.update(state.guide);
    this.guideItem.hidden = !state.guide;
    this.draw();
  }

  /** `?open=ana,kim` names who is open at first; without it the first person is. */
  openAsked() {
    const asked = new URLSearchParams(location.search).get("open");
    const names = asked === null ? this.state.persons.slice(0, 1).map((person) => person.first_name) : asked.split(",");
    for (const name of names) {
      const person = this.state.persons.find(({ first_name: first }) => first === name.trim());
      if (person) this.addPanel(person);
    }
    this.front = this.panels.keys().next().value ?? null;
  }

  // --- opening and closing ----------------------------------------------------------------------

  isVisible(id) {
    return NARROW.matches ? this.front === id : this.panels.has(id);
  }

  tapped(person) {
    if (this.isVisible(person.id) && !NARROW.matches) this.closePanel(person.id);
    else this.openPanel(person);
  }

  addPanel(person) {
    if (this.panels.has(person.id)) return;
    const panel = new Panel(this, person);
    this.panels.set(person.id, panel);
    $("panels").append(panel.node);
  }

  openPanel(person) {
    this.addPanel(person);
    this.front = person.id;
    this.draw();
    const panel = this.panels.get(person.id);
    panel.node.scrollIntoView({ inline: "nearest", block: "nearest" });
    this.chips.querySelector(`[data-chip="${CSS.escape(person.first_name)}"]`)?.scrollIntoView({ inline: "nearest", block: "nearest" });
    this.rememberOpen();
  }

  closePanel(id) {
    this.panels.get(id)?.node.remove();
    this.panels.delete(id);
    if (this.front === id) this.front = [...this.panels.keys()].at(-1) ?? null;
    this.draw();
    this.rememberOpen();
  }

  rememberOpen() {
    const names = [...this.panels.values()].map((panel) => encodeURIComponent(panel.person.first_name));
    history.replaceState(null, "", `?open=${names.join(",")}`);
  }

  // --- drawing ----------------------------------------------------------------------------------

  buildBar() {
    this.nobody = el("div", { class: "nobody", data: { testid: "nobody" }, hidden: true });
    $("panels").append(this.nobody);
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.documentElement.classList.toggle("large", localStorage.getItem(LARGE_KEY) === "yes");
    $("persons").setAttribute("aria-label", word("persons"));
    const item = (name, text, testid, run) => el("button", {
      type: "button", data: { testid }, onclick: () => { show(false); run(); },
    }, name ? icon(name) : el("span", { class: "icon letter", "aria-hidden": "true" }, "字"), el("span", {}, text));
    const zone = el("select", { "aria-label": word("zone"), data: { testid: "zone" } },
      zones().map((name) => el("option", { value: name, selected: name === chosenZone() }, name || word("localZone"))));
    zone.addEventListener("change", () => { chooseZone(zone.value); show(false); this.reload(); });
    this.guideItem = item("phone", word("guideAgain"), "guide-again", () => this.guide.show(true));
    const box = el("div", { class: "menu", data: { testid: "settings-menu" } }, this.guideItem,
      item("group", word("newGroup"), "add-group-button", () => askGroup(this.state.persons, () => this.loadState())),
      item(null, word("largeText"), "large-text", () => toggleLarge()),
      item("out", word("otherLanguage"), "switch-language", switchLanguage),
      el("label", { class: "zone" }, icon("clock"), el("span", {}, word("zone")), zone));
    const button = iconButton("more", word("settings"), { data: { testid: "settings" } });
    const show = popover(button, box);
    $("bar-actions").append(button, box);
    this.addButton = el("button", {
      type: "button", class: "chip add", title: word("addPerson"), "aria-label": word("addPerson"), data: { testid: "add-person-button" },
      onclick: () => askPerson(async (person) => { await this.loadState(); this.openPanel(person); }),
    }, icon("plus"));
    this.chips = el("div", { class: "chips" });
    $("persons").append(this.chips, this.addButton);
  }

  draw() {
    for (const [id, panel] of this.panels) {
      panel.node.classList.toggle("behind", NARROW.matches && id !== this.front);
      if (this.isVisible(id)) this.unread.delete(id);
    }
    this.drawPersons();
    this.drawEmpty();
  }

  drawPersons() {
    const persons = this.state?.persons ?? [];
    const facts = persons.map((person) => [person, this.isVisible(person.id), this.panels.has(person.id), this.unread.has(person.id)]);
    const focused = document.activeElement?.dataset?.chip;
    redraw(this.chips, facts, () => persons.map((person) => this.chip(person)));
    if (focused) this.chips.querySelector(`[data-chip="${CSS.escape(focused)}"]`)?.focus();
  }

  chip(person) {
    const unread = this.unread.has(person.id);
    return el("button", {
      type: "button", class: "chip", "aria-pressed": String(this.isVisible(person.id)),
      data: { testid: "chip", chip: person.first_name, open: String(this.panels.has(person.id)), unread: String(unread) },
      onclick: () => this.tapped(person),
    }, avatar(person.first_name, person.id),
    el("span", { class: "chip-text" }, el("b", {}, person.first_name), roleOf(person) && el("small", {}, roleOf(person))),
    person.blocked && el("span", { class: "chip-blocked", title: word("blockedMark") }, icon("block"), el("span", { class: "unseen" }, word("blockedMark"))),
    unread && el("span", { class: "dot" }, el("span", { class: "unseen" }, word("unread"))));
  }

  drawEmpty() {
    const known = this.state?.persons.length ?? 0;
    this.nobody.hidden = this.panels.size > 0 || this.state === null;
    redraw(this.nobody, known > 0, () => [icon("phone"), el("p", {}, word(known ? "nobodyOpen" : "nobodyYet")),
      ...(known ? [] : [el("button", { type: "button", class: "primary", onclick: () => this.addButton.click() }, word("addPerson"))])]);
  }
}

function toggleLarge() {
  const large = document.documentElement.classList.toggle("large");
  localStorage.setItem(LARGE_KEY, large ? "yes" : "no");
}

new App();
