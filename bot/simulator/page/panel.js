// One person's phone: the chat, what can be sent, and the menu.

import * as api from "./api.js";
import { shownZone } from "./clock.js";
import { avatar, el, icon, iconButton, popover, redraw, toast } from "./dom.js";
import { askCaption, askLocation, askStart } from "./dialogs.js";
import { dayNode, messageNode } from "./message.js";
import { dayText, failure, languageName, roleOf, word } from "./words.js";

const FILES = { photo: "image/*", document: "", video: "video/*", voice: "audio/*" };
const NEAR = 60; // pixels from the end that still count as "reading the newest"

export class Panel {
  /** `app` has bot(), groups(), close(person), changed(). */
  constructor(app, person) {
    this.app = app;
    this.person = person;
    this.chatId = person.id;
    this.shown = new Map(); // key of a message or day → { node, text }
    this.lastToast = null;
    this.loading = null;
    this.again = false;
    this.act = {
      get bot() { return app.bot().username; },
      start: (payload) => this.start(payload),
      command: (text) => this.say(text),
      press: (messageId, data) => this.press(messageId, data),
      vote: (pollId, options) => this.run(() => api.vote(person.id, this.chatId, pollId, options)),
      tell: (text) => this.tell(text),
    };
    this.build();
    this.update(person);
    this.load();
  }

  // --- building ---------------------------------------------------------------------------------

  build() {
    this.list = el("div", { class: "messages", role: "log", "aria-live": "polite", "aria-label": word("messages"), data: { testid: "messages" } });
    this.empty = el("div", { class: "empty", hidden: true });
    this.content = el("div", { class: "content" }, this.empty, this.list);
    this.scroller = el("div", { class: "scroller", tabindex: "0", "aria-label": word("messages"), role: "region" }, this.content);
    this.newest = iconButton("down", word("newest"), { class: "icon-button newest", hidden: true, onclick: () => this.toEnd() });
    this.toastBox = el("div", { class: "toast", role: "status", "aria-live": "polite", data: { testid: "toast" }, hidden: true });
    this.alertBox = el("div", { class: "alert", hidden: true });
    this.tabs = el("div", { class: "chats", role: "group", "aria-label": word("chats"), hidden: true });
    this.node = el("section", {
      class: "panel", "aria-label": word("phoneOf", { name: this.person.first_name }),
      data: { person: this.person.first_name, personId: String(this.person.id), testid: "panel" },
    }, this.header(), this.tabs, el("div", { class: "stage" }, this.scroller, this.newest, this.toastBox),
    this.footer(), this.alertBox);
    this.followEnd();
    this.acceptFiles();
  }

  header() {
    this.title = el("h2", {});
    this.subtitle = el("small", {});
    const item = (name, text, run, testid) => el("button", {
      type: "button", role: "menuitem", data: { testid }, onclick: () => { show(false); run(); },
    }, icon(name), el("span", {}, text));
    this.blockItem = item("block", "", () => this.toggleBlock(), "block");
    const box = el("div", { class: "menu", role: "menu", data: { testid: "menu" } },
      item("link", word("openLink"), () => askStart(this.app.bot().username, (payload) => this.start(payload)), "open-start-link"),
      this.blockItem,
      item("close", word("close"), () => this.app.close(this.person), "close"));
    const button = iconButton("more", word("menu"), { data: { testid: "panel-menu" } });
    const show = popover(button, box);
    return el("header", { class: "panel-head" }, avatar(this.person.first_name, this.person.id),
      el("div", { class: "who" }, this.title, this.subtitle), button, box);
  }

  footer() {
    this.startButton = el("button", { type: "button", class: "primary big", data: { testid: "start" }, onclick: () => this.start("") }, word("start"));
    const unblock = el("button", { type: "button", class: "primary", data: { testid: "unblock" }, onclick: () => this.toggleBlock() }, word("unblock"));
    this.blockedText = el("p", {});
    this.blockedBox = el("div", { class: "blocked" }, this.blockedText, unblock);
    this.replies = el("div", { class: "replies", data: { testid: "reply-keyboard" }, hidden: true });
    this.footerNode = el("footer", { class: "panel-foot" }, this.startButton, this.blockedBox, this.composer(), this.replies);
    return this.footerNode;
  }

  composer() {
    this.box = el("textarea", { rows: "1", placeholder: word("write"), "aria-label": word("write"), enterkeyhint: "send", data: { testid: "text-box" } });
    this.box.addEventListener("input", () => this.typed());
    this.box.addEventListener("keydown", (event) => this.keyed(event));
    const slash = iconButton("slash", word("commands"), { class: "icon-button slash", data: { testid: "commands-button" } });
    this.commandBox = el("div", { class: "menu commands", data: { testid: "commands" } });
    this.openCommands = popover(slash, this.commandBox, () => this.listCommands("/"));
    this.keysButton = iconButton("keys", word("keyboard"), {
      class: "icon-button keys", data: { testid: "keyboard-toggle" }, hidden: true,
      onclick: () => this.showReplies(this.replies.hidden),
    });
    const send = iconButton("send", word("send"), { class: "icon-button send", type: "submit", data: { testid: "send" } });
    this.form = el("form", { class: "composer" }, this.attachment(), this.box, slash, this.keysButton, send, this.commandBox);
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.sendBox(); });
    return this.form;
  }

  attachment() {
    const button = iconButton("clip", word("attach"), { data: { testid: "attach" } });
    const choice = (kind, run) => el("button", {
      type: "button", data: { testid: `attach-${kind}` }, onclick: () => { show(false); run(); },
    }, icon(kind), el("span", {}, word(kind)));
    const file = ([kind, accept]) => {
      const input = el("input", { type: "file", accept, hidden: true, "aria-label": word(kind), data: { testid: `file-${kind}` } });
      input.addEventListener("change", () => {
        if (input.files[0]) this.offerFile(kind, input.files[0]);
        input.value = "";
      });
      return [choice(kind, () => input.click()), input];
    };
    const box = el("div", { class: "menu attach", data: { testid: "attach-menu" } }, Object.entries(FILES).map(file).flat(),
      choice("location", () => askLocation((place) => this.sent(api.sendLocation(this.person.id, this.chatId, place)))),
      choice("sticker", () => this.run(() => this.sent(api.sendSticker(this.person.id, this.chatId)))));
    const show = popover(button, box);
    return [button, box];
  }

  /** Pasted and dropped files are offered like chosen ones. */
  acceptFiles() {
    const offer = (event, file) => {
      if (!file) return;
      event.preventDefault();
      this.offerFile(file.type.startsWith("image/") ? "photo" : "document", file);
    };
    this.box.addEventListener("paste", (event) => offer(event, event.clipboardData.files[0]));
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => offer(event, event.dataTransfer.files[0]));
  }

  // --- what is shown ----------------------------------------------------------------------------

  /** Takes the newest facts about the person, the bot and the groups. */
  update(person) {
    this.person = person;
    const label = roleOf(person) ? `${roleOf(person)} · ` : "";
    this.title.textContent = person.first_name;
    this.subtitle.textContent = `${label}${languageName(person.language_code)} · ${this.chatTitle()}`;
    this.blockItem.lastChild.textContent = word(person.blocked ? "unblock" : "block");
    this.blockItem.dataset.blocked = String(person.blocked);
    this.blockedText.textContent = word("isBlocked", { name: person.first_name });
    this.showTabs();
    this.showFooter();
  }

  chatTitle() {
    const group = this.app.groups().find(({ id }) => id === this.chatId);
    return group ? word("inGroup", { title: group.title }) : word("withBot", { bot: this.app.bot().first_name });
  }

  showTabs() {
    const groups = this.app.groups().filter(({ members }) => members.includes(this.person.id));
    const chats = [{ id: this.person.id, title: this.app.bot().first_name }, ...groups];
    this.tabs.hidden = chats.length < 2;
    redraw(this.tabs, [this.chatId, chats], () => chats.map(({ id, title }) => el("button", {
      type: "button", "aria-pressed": String(id === this.chatId), data: { testid: "chat", chatId: String(id) },
      onclick: () => this.switchTo(id),
    }, title)));
  }

  switchTo(chatId) {
    this.chatId = chatId;
    this.shown.clear();
    this.list.replaceChildren();
    this.update(this.person);
    this.load();
  }

  showFooter() {
    const alone = this.chatId === this.person.id;
    const fresh = alone && this.loaded === this.chatId && this.shown.size === 0;
    const mode = this.person.blocked && alone ? "blocked" : fresh ? "fresh" : "chat";
    this.footerNode.dataset.mode = mode;
    this.empty.hidden = this.loaded !== this.chatId || this.shown.size > 0;
    this.empty.textContent = word(alone ? "newChat" : "newGroupChat");
  }

  /** Loads the chat; calls that come while one is under way are served by one more load after it. */
  async load() {
    if (this.loading) { this.again = true; return this.loading; }
    this.loading = this.loadOnce().finally(() => { this.loading = null; });
    await this.loading;
    if (!this.again) return undefined;
    this.again = false;
    return this.load();
  }

  async loadOnce() {
    const chatId = this.chatId;
    try {
      const chat = await api.getMessages(this.person.id, chatId);
      if (chatId === this.chatId) this.show(chat);
      else this.again = true;
    } catch (error) {
      if (error.status === 404 && chatId < 0) {
        this.switchTo(this.person.id);
        this.tell(word("notMember", { name: this.person.first_name }));
      } else if (!(error instanceof TypeError)) this.tell(failure(error)); // a lost connection has its own banner
    }
  }

  show(chat) {
    const first = this.loaded !== this.chatId || this.shown.size === 0;
    this.loaded = this.chatId;
    this.commands = chat.commands ?? [];
    this.showMessages(chat.messages);
    this.setReplies(chat.reply_keyboard);
    if (chat.toast && chat.toast !== this.lastToast) this.tell(chat.toast);
    this.lastToast = chat.toast;
    this.showFooter();
    if (first || this.atEnd) this.toEnd();
    else this.newest.classList.add("unread");
  }

  /** Changes only the nodes whose message changed, so that nothing flickers or is read aloud twice. */
  showMessages(messages) {
    const wanted = this.entries(messages);
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, { node }] of this.shown) {
      if (keys.has(key)) continue;
      node.remove();
      this.shown.delete(key);
    }
    let before = null;
    for (const { key, text, build } of wanted) {
      const old = this.shown.get(key);
      let node = old?.node;
      if (old?.text !== text) {
        node = build();
        this.shown.set(key, { node, text });
        if (old) replaceKeepingFocus(old.node, node);
      }
      const place = before ? before.nextSibling : this.list.firstChild;
      if (node !== place) this.list.insertBefore(node, place);
      before = node;
    }
  }

  entries(messages) {
    const entries = [];
    const zone = shownZone();
    let day = "";
    for (const message of messages) {
      const text = dayText(message.date, zone);
      if (text !== day) entries.push({ key: `day ${message.date}`, text, build: () => dayNode(text) });
      day = text;
      entries.push({
        key: message.message_id, text: JSON.stringify([message, zone]),
        build: () => messageNode(message, this.act, this.chatId < 0),
      });
    }
    return entries;
  }

  setReplies(rows) {
    redraw(this.replies, rows ?? null, () => {
      this.keysButton.hidden = !rows;
      this.showReplies(Boolean(rows));
      return (rows ?? []).map((row) => el("div", { class: "row" }, row.map((label) =>
        el("button", { type: "button", class: "key", data: { testid: "reply" }, onclick: () => this.say(label) }, label))));
    });
  }

  showReplies(open) {
    this.replies.hidden = !open;
    this.keysButton.setAttribute("aria-expanded", String(open));
  }

  /** Fills the list with the commands that begin with `prefix`; returns how many there are. */
  listCommands(prefix) {
    const found = (this.commands ?? []).filter(({ command }) => `/${command}`.startsWith(prefix));
    this.commandBox.replaceChildren(...found.map(({ command, description }) => el("button", {
      type: "button", data: { testid: "command" },
      onclick: () => { this.openCommands(false); this.box.value = ""; this.typed(); this.say(`/${command}`); },
    }, el("b", {}, `/${command}`), el("span", {}, description))));
    if (!found.length) this.commandBox.replaceChildren(el("p", {}, word("noCommands")));
    return found.length;
  }

  // --- scrolling --------------------------------------------------------------------------------

  /** Keeps the newest message in view, unless the reader has scrolled up. */
  followEnd() {
    this.atEnd = true;
    let before = 0;
    this.scroller.addEventListener("scroll", () => {
      const { scrollHeight, scrollTop, clientHeight } = this.scroller;
      const near = scrollHeight - scrollTop - clientHeight < NEAR;
      this.atEnd = near || (this.atEnd && scrollTop >= before); // growing content is no scrolling up
      before = scrollTop;
      this.newest.hidden = this.atEnd;
      if (this.atEnd) this.newest.classList.remove("unread");
    }, { passive: true });
    const watcher = new ResizeObserver(() => { if (this.atEnd) this.toEnd(); });
    watcher.observe(this.content);
    watcher.observe(this.scroller);
  }

  toEnd() {
    this.atEnd = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  // --- doing ------------------------------------------------------------------------------------

  /** Runs a call; a failure is told, and null returned. */
  async run(call) {
    try {
      return await call();
    } catch (error) {
      this.tell(failure(error));
      return null;
    }
  }

  /** Waits for something of this person's to be sent, then shows it. */
  async sent(sending) {
    const answer = await sending;
    this.atEnd = true;
    await this.load();
    return answer ?? true;
  }

  say(text) {
    return this.run(() => this.sent(api.sendText(this.person.id, this.chatId, text)));
  }

  /** A start link always leads to the private chat with the bot. */
  async start(payload) {
    if (this.chatId !== this.person.id) this.switchTo(this.person.id);
    await this.run(() => this.sent(api.start(this.person.id, payload)));
    this.app.changed();
  }

  async press(messageId, data) {
    const answer = await this.run(() => api.press(this.person.id, this.chatId, messageId, data));
    if (answer?.toast) (answer.alert ? this.alert(answer.toast) : this.tell(answer.toast));
    this.load();
  }

  async toggleBlock() {
    await this.run(() => api.block(this.person.id, !this.person.blocked));
    this.app.changed();
  }

  offerFile(kind, file) {
    askCaption(kind, file, (caption) => this.sent(api.sendFile(this.person.id, this.chatId, kind, file, caption)));
  }

  typed() {
    const text = this.box.value;
    this.form.classList.toggle("typing", text.trim() !== "");
    this.box.rows = Math.min(5, text.split("\n").length);
    this.openCommands(/^\/\w*$/.test(text) && this.listCommands(text) > 0);
  }

  keyed(event) {
    if (event.key === "Escape") this.openCommands(false);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.sendBox();
  }

  async sendBox() {
    const text = this.box.value;
    if (!text.trim()) return;
    this.box.value = "";
    this.typed();
    this.box.focus();
    if (await this.say(text) !== null || this.box.value) return;
    this.box.value = text; // what could not be sent is not lost
    this.typed();
  }

  tell(text) {
    toast(this.toastBox, text);
  }

  /** What the bot wants to be sure is read: covers this phone until it is put away. */
  alert(text) {
    const before = document.activeElement;
    const done = () => { this.alertBox.hidden = true; before?.focus?.({ preventScroll: true }); };
    const ok = el("button", { type: "button", class: "primary", data: { testid: "alert-ok" }, onclick: done }, word("ok"));
    const card = el("div", { class: "card", role: "alertdialog", "aria-modal": "true", data: { testid: "alert" } }, el("p", {}, text), ok);
    card.setAttribute("aria-label", text);
    card.addEventListener("keydown", (event) => { if (event.key === "Escape") done(); });
    this.toastBox.hidden = true;
    this.alertBox.replaceChildren(card);
    this.alertBox.hidden = false;
    ok.focus();
  }
}

/** Replaces a message; if one of its buttons had the focus, the button in its place gets it. */
function replaceKeepingFocus(old, node) {
  const keys = [...old.querySelectorAll(".key")];
  const index = keys.indexOf(document.activeElement);
  old.replaceWith(node);
  const now = [...node.querySelectorAll(".key")];
  if (index >= 0 && now.length) now[Math.min(index, now.length - 1)].focus({ preventScroll: true });
}
