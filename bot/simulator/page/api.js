// The control interface of the simulator: one function per call, and the stream of changes.

async function call(path, options = {}) {
  const response = await fetch(`/sim/${path}`, options);
  if (response.ok) return response.json();
  const answer = await response.json().catch(() => ({}));
  const error = new Error(answer.error ?? `${response.status} ${response.statusText}`);
  throw Object.assign(error, { status: response.status });
}

const post = (path, body) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

const chat = (person, chatId) => `persons/${person}/chats/${chatId}`;

export const getState = () => call("state");
export const addPerson = (fields) => post("persons", fields);
export const addGroup = (title, members) => post("groups", { title, members });
export const moveClock = (step) => post("clock", step);
export const start = (person, payload) => post(`persons/${person}/start`, { payload });
export const block = (person, blocked) => post(`persons/${person}/block`, { blocked });

export const getMessages = (person, chatId) => call(`${chat(person, chatId)}/messages`);
export const sendText = (person, chatId, text) => post(`${chat(person, chatId)}/text`, { text });
export const press = (person, chatId, messageId, data) =>
  post(`${chat(person, chatId)}/press`, { message_id: messageId, data });
export const sendLocation = (person, chatId, place) => post(`${chat(person, chatId)}/location`, place);
export const sendSticker = (person, chatId) => post(`${chat(person, chatId)}/sticker`, {});
export const vote = (person, chatId, pollId, options) =>
  post(`${chat(person, chatId)}/vote`, { poll_id: pollId, options });

export function sendFile(person, chatId, kind, file, caption) {
  const form = new FormData();
  form.append("kind", kind);
  form.append("caption", caption);
  form.append("file", file, file.name);
  return call(`${chat(person, chatId)}/file`, { method: "POST", body: form });
}

/**
 * Follows the stream of changes and comes back by itself when it breaks.
 * `opened` runs after every (re)connection, `lost` when it breaks. Returns a function that tries again at once.
 */
export function follow({ changed, opened, lost }) {
  let source = null;
  let timer = 0;
  let wait = 1000;
  const connect = () => {
    clearTimeout(timer);
    source?.close();
    source = new EventSource("/sim/events");
    source.onopen = () => { wait = 1000; opened(); };
    source.onmessage = (event) => changed(JSON.parse(event.data));
    source.onerror = () => {
      // The browser would retry some failures and give up on others; one rule for both is easier to trust.
      source.close();
      lost();
      clearTimeout(timer);
      timer = setTimeout(connect, wait);
      wait = Math.min(wait * 2, 8000);
    };
  };
  connect();
  return connect;
}
