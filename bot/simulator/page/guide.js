// What a newcomer to the page is told: what this is, and what to try. One can put it away.

import * as api from "./api.js";
import { el, icon, iconButton, toast } from "./dom.js";
import { failure, language, word } from "./words.js";

const AWAY_KEY = "linli.guide";
const WORDS = { study: "tryStudy", suggest: "trySuggest", answer: "tryAnswer" };
const NEWCOMER = "li";

export class Guide {
  /** `app` has state, openPanel(person), loadState(); `place` gets the card as its first child. */
  constructor(app, place, told) {
    this.app = app;
    this.told = told;
    this.node = el("aside", { class: "guide", "aria-label": word("guide"), data: { testid: "guide" }, hidden: true });
    place.prepend(this.node);
  }

  /** Draws it once there is something to try; put away it stays away. */
  update(guide) {
    if (this.node.hasChildNodes() || !guide) return;
    const known = guide.tries.filter(([name]) => this.person(name));
    this.node.append(
      el("header", {}, el("h2", {}, word("guide")), iconButton("close", word("close"), { data: { testid: "guide-close" }, onclick: () => this.show(false) })),
      el("p", {}, word("guideWhat")), el("h3", {}, word("guideTry")),
      el("ul", {}, ...known.map(([name, what]) => this.choice(word(WORDS[what], { name }), `try-${what}`, () => this.opens(name))),
        this.choice(word("tryNewcomer"), "try-newcomer", () => this.comes(guide.door))),
      el("button", { type: "button", class: "primary", data: { testid: "guide-done" }, onclick: () => this.show(false) }, word("guideDone")));
    this.show(localStorage.getItem(AWAY_KEY) !== "yes");
  }

  show(open) {
    this.node.hidden = !open;
    localStorage.setItem(AWAY_KEY, open ? "no" : "yes");
  }

  person(name) {
    return this.app.state.persons.find(({ first_name: first }) => first === name);
  }

  choice(text, testid, run) {
    return el("li", {}, el("button", { type: "button", data: { testid }, onclick: run }, icon("phone"), el("span", {}, text)));
  }

  opens(name) {
    this.app.openPanel(this.person(name));
    this.makeRoom();
  }

  /** Somebody who was never there before; each press brings another one. */
  async comes(door) {
    let name = NEWCOMER;
    for (let number = 2; this.person(name); number += 1) name = `${NEWCOMER} ${number}`;
    try {
      const person = await api.addPerson({ first_name: name, language_code: language, label: word("newcomer") });
      await api.start(person.id, door);
      await this.app.loadState();
      this.app.openPanel(person);
      this.makeRoom();
    } catch (error) {
      toast(this.told, failure(error));
    }
  }

  /** Where one thing has room at a time, the phone takes the place of the card. */
  makeRoom() {
    if (matchMedia("(max-width: 719px)").matches) this.show(false);
  }
}
