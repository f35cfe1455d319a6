// One message as a bubble: text, media, poll and the buttons under it.

import { shownZone } from "./clock.js";
import { el, icon } from "./dom.js";
import { messageNodes, targetOf } from "./safe.js";
import { fullText, timeText, word } from "./words.js";

/**
 * Builds the node of one message.
 * `act`: bot, start(payload), command(text), press(messageId, data), vote(pollId, options), tell(text).
 */
export function messageNode(message, act, inGroup) {
  const { message_id: id, outgoing, media, poll, buttons } = message;
  const bare = !message.html && media?.kind === "photo"; // the time then lies on the picture
  const bubble = el("div", { class: bare ? "bubble bare" : "bubble", data: { media: media?.kind ?? "" } },
    inGroup && !outgoing && el("div", { class: "from" }, message.from_name),
    media && mediaNode(media),
    poll && pollNode(poll, act),
    el("div", { class: "text", dir: "auto" },
      el("div", { class: "body", data: { testid: "text" } }, message.html && !poll ? messageNodes(message.html, act) : []),
      meta(message)));
  return el("article", {
    class: `message ${outgoing ? "outgoing" : "incoming"}${buttons ? " has-keyboard" : ""}`,
    data: { testid: "message", messageId: String(id), outgoing: String(outgoing), edited: String(message.edited) },
  }, bubble, buttons && keyboard(message, act));
}

const TINY = 16; // pixels; the simulator's own sticker is a single dot

/** The line between two days. */
export const dayNode = (text) => el("div", { class: "day" }, el("span", {}, text));

function meta(message) {
  const zone = shownZone();
  return el("span", { class: "meta" },
    message.edited && el("span", { data: { testid: "edited" } }, `${word("edited")} `),
    el("time", { datetime: message.date, title: fullText(message.date, zone) }, timeText(message.date, zone)));
}

const MEDIA = {
  photo: (media) => el("a", { class: "photo", href: media.url, target: "_blank", rel: "noopener" },
    picture(media, word("photo"))),
  sticker: (media) => picture(media, word("sticker"), "sticker"),
  video: (media) => el("video", { src: media.url, controls: true, preload: "metadata", "aria-label": media.name ?? word("video") }),
  voice: (media) => el("audio", { src: media.url, controls: true, preload: "metadata", "aria-label": word("voice") }),
  document: (media) => el("a", { class: "file", href: media.url, download: media.name ?? "" },
    icon("document"), el("span", {}, media.name ?? word("document"))),
  location: ({ latitude, longitude, name }) => el("div", { class: "file location" }, icon("location"),
    el("span", {}, el("b", {}, name ?? word("location")), el("br"), `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`)),
};

function mediaNode(media) {
  const node = (MEDIA[media.kind] ?? MEDIA.document)(media);
  node.dataset.testid = `media-${media.kind}`;
  return node;
}

/** An image; where there is none to see, a tile that says what it would be. */
function picture(media, text, className = null) {
  const tile = () => el("span", { class: "tile", data: className && { testid: "media-sticker" } }, icon(media.kind), el("span", {}, text));
  if (!media.url) return tile();
  const image = el("img", { src: media.url, alt: media.name ?? text, class: className });
  image.addEventListener("error", () => image.replaceWith(tile()));
  image.addEventListener("load", () => {
    if (media.kind === "sticker" && image.naturalWidth < TINY) image.replaceWith(tile());
  });
  return image;
}

function pollNode(poll, act) {
  const total = poll.options.reduce((sum, option) => sum + option.voters, 0);
  const answered = poll.chosen.length > 0;
  const several = Boolean(poll.allows_multiple_answers);
  const marked = new Set();
  const submit = several && !answered && !poll.closed && el("button", {
    type: "button", class: "primary", disabled: true, onclick: () => act.vote(poll.id, [...marked].sort()),
  }, word("submit"));
  const toggle = (index, button) => {
    if (!several) { act.vote(poll.id, [index]); return; }
    if (!marked.delete(index)) marked.add(index);
    button.setAttribute("aria-pressed", String(marked.has(index)));
    submit.disabled = marked.size === 0;
  };
  const options = poll.options.map((option, index) => answered || poll.closed
    ? resultNode(option, index, poll, total)
    : el("button", {
      type: "button", class: "option", "aria-pressed": several ? "false" : null,
      data: { testid: "poll-option" }, onclick: (event) => toggle(index, event.currentTarget),
    }, el("span", { class: "mark" }), option.text));
  const kind = word(poll.type === "quiz" ? "quiz" : "poll");
  return el("div", { class: "poll", data: { testid: "poll", pollId: poll.id, answered: String(answered) } },
    el("b", { class: "question" }, poll.question),
    el("small", {}, poll.closed ? `${kind} · ${word("closedPoll")}` : kind),
    options, submit, el("small", {}, word("votes", { n: total })));
}

function resultNode(option, index, poll, total) {
  const share = total ? Math.round((option.voters / total) * 100) : 0;
  const chosen = poll.chosen.includes(index);
  const right = poll.correct_option_id === index;
  const wrong = chosen && typeof poll.correct_option_id === "number" && !right;
  const line = el("span", { class: share ? "share" : "share none" });
  line.style.setProperty("--share", `${share}%`);
  return el("div", {
    class: `result${chosen ? " chosen" : ""}${right ? " right" : ""}${wrong ? " wrong" : ""}`,
    data: { testid: "poll-result", chosen: String(chosen) },
  }, el("span", { class: "percent" }, `${share}%`),
  el("span", {}, option.text, (chosen || right) && icon(wrong ? "close" : "check"),
    chosen && el("span", { class: "unseen" }, word("yourChoice"))), line);
}

function keyboard(message, act) {
  return el("div", { class: "keyboard", data: { testid: "keyboard" } },
    message.buttons.map((row) => el("div", { class: "row" }, row.map((button) => buttonNode(message, button, act)))));
}

function buttonNode(message, button, act) {
  const attributes = { class: "key", data: { testid: "button", text: button.text } };
  const target = button.url ? targetOf(button.url, act.bot) : null;
  if (target?.href) {
    return el("a", { ...attributes, href: target.href, target: "_blank", rel: "noopener noreferrer" },
      el("span", {}, button.text), icon("out"), el("span", { class: "unseen" }, word("opensOutside")));
  }
  return el("button", { ...attributes, type: "button", onclick: (event) => pressed(event.currentTarget, message, button, target, act) },
    el("span", {}, button.text));
}

/** Runs the button's action; it shows that it is waiting, and takes no second press until it is answered. */
async function pressed(node, message, button, target, act) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  try {
    if (target) await act.start(target.payload);
    else if (typeof button.data === "string") await act.press(message.message_id, button.data);
    else act.tell(word("noSuchButton"));
  } finally {
    node.removeAttribute("aria-busy");
  }
}
