// What the page believes of a message: a list of tags and a list of addresses. Everything else becomes plain text.

import { el } from "./dom.js";
import { word } from "./words.js";

const PLAIN = new Set(["B", "STRONG", "I", "EM", "U", "INS", "S", "DEL", "STRIKE", "CODE", "PRE", "BLOCKQUOTE", "BR"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "TEMPLATE", "IFRAME", "OBJECT", "NOSCRIPT"]);
const STOPS = "\\s<>\"\u201c\u201d\u2018\u2019()\uff08\uff09\uff0c\u3002\u3001\uff1b\uff01\uff1f\uff1a"; // end an address
const URL_TEXT = new RegExp(`https?:\\/\\/[^${STOPS}]*[^${STOPS}.,:;!?]`);
const COMMAND_TEXT = /(?<![^\s(\uff08])\/[a-z][a-z0-9_]{0,31}(?![a-z0-9_/.@-])/;
const LINKS = new RegExp(`(${URL_TEXT.source})|(${COMMAND_TEXT.source})`, "gi");
const PAYLOAD = /^[A-Za-z0-9_-]{0,64}$/;

/**
 * Builds the nodes of a message from the server's HTML.
 * `act` has `bot` (user name), `start(payload)` and `command(text)`.
 */
export function messageNodes(html, act) {
  const template = document.createElement("template"); // inert: nothing in it runs or loads
  template.innerHTML = html;
  return copyAll(template.content, act, true);
}

function copyAll(parent, act, linked) {
  return [...parent.childNodes].flatMap((node) => copy(node, act, linked));
}

function copy(node, act, linked) {
  if (node.nodeType === Node.TEXT_NODE) return linked ? withLinks(node.data, act) : [node.data];
  if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.tagName)) return [];
  if (node.tagName === "A") return [anchor(node.getAttribute("href") ?? "", copyAll(node, act, false), act)];
  const verbatim = node.tagName === "CODE" || node.tagName === "PRE";
  const children = copyAll(node, act, linked && !verbatim);
  const spoiler = node.tagName === "TG-SPOILER" || node.classList.contains("tg-spoiler");
  if (spoiler) return [spoilerOf(children)];
  return PLAIN.has(node.tagName) ? [el(node.tagName.toLowerCase(), {}, children)] : children;
}

function spoilerOf(children) {
  const content = el("span", { "aria-hidden": "true" }, children);
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": word("spoiler") }, content);
  const reveal = () => {
    node.classList.add("open");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
    content.removeAttribute("aria-hidden");
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") reveal(); });
  return node;
}

/** Telegram's client makes addresses and /commands in plain text tappable; so does this one. */
function withLinks(text, act) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(LINKS)) {
    const [found, url, command] = match;
    parts.push(text.slice(from, match.index));
    parts.push(url ? anchor(url, [url], act) : commandLink(command, act));
    from = match.index + found.length;
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part !== "");
}

const commandLink = (command, act) =>
  el("button", { type: "button", class: "command", onclick: () => act.command(command) }, command);

function anchor(href, children, act) {
  const target = targetOf(href, act.bot);
  if (!target) return el("span", {}, children);
  if (target.href) return el("a", { href: target.href, target: "_blank", rel: "noopener noreferrer" }, children);
  const open = (event) => { event.preventDefault(); act.start(target.payload); };
  return el("a", { href, onclick: open }, children);
}

/** Where an address leads: `{payload}` into a chat with our bot, `{href}` out of the simulator, null nowhere. */
export function targetOf(address, bot) {
  const link = startLink(address);
  if (link && link.bot.toLowerCase() === bot.toLowerCase()) return { payload: link.payload };
  let url;
  try { url = new URL(address, "https://invalid.example"); } catch { return null; }
  if (url.hostname === "invalid.example") return null;
  return ["http:", "https:", "mailto:", "tel:"].includes(url.protocol) ? { href: url.href } : null;
}

function startLink(text) {
  const web = /^(?:https?:\/\/)?(?:t|telegram)\.me\/(\w+)\/?(?:\?(.*))?$/i.exec(text);
  if (web) return { bot: web[1], payload: new URLSearchParams(web[2] ?? "").get("start") ?? "" };
  const app = /^tg:(?:\/\/)?resolve\?(.*)$/i.exec(text);
  if (!app) return null;
  const fields = new URLSearchParams(app[1]);
  return { bot: fields.get("domain") ?? "", payload: fields.get("start") ?? "" };
}

/** Reads what a person pasted: a link, "/start x" or a bare payload. Throws an Error with words for that person. */
export function readStart(pasted, bot) {
  const text = pasted.trim();
  const link = startLink(text);
  if (link && link.bot.toLowerCase() !== bot.toLowerCase()) throw new Error(word("otherBot", { bot: link.bot }));
  const payload = link ? link.payload : text.replace(/^\/start\s*/, "");
  if (!PAYLOAD.test(payload)) throw new Error(word("badPayload"));
  return payload;
}
