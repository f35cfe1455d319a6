// The simulated clock: what time it is, and the buttons that move it.

import * as api from "./api.js";
import { el, icon, toast } from "./dom.js";
import { dayText, failure, fullText, nearText, timeText, word } from "./words.js";

const ZONE_KEY = "linli.zone";
const HOUR = 3600;

export const zones = () => ["Asia/Shanghai", "UTC", ""]; // "" is the zone of this device
/** The zone in which every date on the page is told; undefined is that of this device. */
export const shownZone = () => chosenZone() || undefined;
export const chosenZone = () => localStorage.getItem(ZONE_KEY) ?? "Asia/Shanghai";

export class Clock {
  /** `told` is where explanations are shown; `changed` runs after the clock has moved. */
  constructor(node, told, changed) {
    this.told = told;
    this.changed = changed;
    this.time = el("time", { data: { testid: "now" } });
    this.day = el("span", { class: "clock-day" });
    this.hint = el("small", { data: { testid: "slot-hint" } });
    this.next = this.button("next-slot", { next_slot: true }, icon("next"),
      el("span", { class: "step-text" }, el("span", {}, word("nextSlot")), this.hint));
    this.hour = this.button("plus-hour", { seconds: HOUR }, word("plusHour"));
    this.plusDay = this.button("plus-day", { seconds: 24 * HOUR }, word("plusDay"));
    node.setAttribute("aria-label", word("clock"));
    node.append(el("div", { class: "clock-now" }, this.day, this.time),
      el("div", { class: "clock-buttons" }, this.next, this.hour, this.plusDay));
    setInterval(() => this.tick(), 1000);
  }

  button(testid, step, ...content) {
    return el("button", { type: "button", class: "step", data: { testid }, onclick: () => this.move(testid, step) }, content);
  }

  /** Takes `now` and `clock` of the state. */
  show(now, clock) {
    this.clock = clock;
    this.base = { now: Date.parse(now), at: performance.now() };
    this.draw(now);
  }

  draw(now) {
    const zone = shownZone();
    const { can_move: movable, next_slot: slot } = this.clock;
    this.day.textContent = dayText(now, zone);
    this.time.textContent = timeText(now, zone);
    this.time.dateTime = now;
    this.time.title = `${word("clock")} · ${fullText(now, zone)}${zone ? ` · ${zone}` : ""}`;
    this.next.title = slot ? fullText(slot, zone) : "";
    this.hint.textContent = this.hintText(slot, movable, now, zone);
    for (const button of [this.next, this.hour, this.plusDay]) enable(button, movable);
    enable(this.next, movable && slot !== null);
  }

  hintText(slot, movable, now, zone) {
    if (!movable) return word("fixedClock");
    if (!slot) return word("noSlot");
    return nearText(slot, now, zone);
  }

  /** The clock runs as real time does, also between two answers of the server. */
  tick() {
    if (!this.clock) return;
    this.draw(new Date(this.base.now + performance.now() - this.base.at).toISOString());
  }

  async move(testid, step) {
    if (!this.clock || this.moving) return;
    if (!this.clock.can_move) { toast(this.told, word("fixedClockWhy")); return; }
    if (testid === "next-slot" && !this.clock.next_slot) { toast(this.told, word("noSlotWhy")); return; }
    const button = testid === "next-slot" ? this.next : testid === "plus-hour" ? this.hour : this.plusDay;
    this.moving = true;
    button.setAttribute("aria-busy", "true");
    try {
      await api.moveClock(step);
    } catch (error) {
      toast(this.told, failure(error));
    } finally {
      this.moving = false;
      button.removeAttribute("aria-busy");
    }
    this.changed();
  }
}

/** A disabled button can still be pressed, and then says why it does nothing. */
function enable(button, enabled) {
  if (enabled) button.removeAttribute("aria-disabled");
  else button.setAttribute("aria-disabled", "true");
}

export function chooseZone(zone) {
  localStorage.setItem(ZONE_KEY, zone);
}
