// The bot's calls as the trace lists them, and what a phone can tell from them: who is being typed to, which commands
// the bot has set. What `sees` or `world` says itself goes first.
import * as api from "./api.js";
import { onChange, onLine } from "./live.js";
import { prefer, preference } from "./shelf.js";

const listeners = new Set();
const typing = new Map(); // chat/thread -> when it ends, by performance.now()
const TYPING_MS = 5500; // A chat action holds for five seconds or until the next message.
let since = 0;
let busy = false;
let again = false;
let begun = false;

/** `tell(rows)` gets new calls, the oldest first; null means that the list begins anew. Answers what stops it. */
export function onCalls(tell) {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

export const isTyping = (chat, thread) => (typing.get(`${chat}/${thread ?? ""}`) ?? 0) > performance.now();

export const knownCommands = () => preference("commands") ?? [];

async function read() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const rows = await api.trace(since);
    if (rows.length) {
      since = rows.at(-1).n;
      rows.forEach(note);
      for (const tell of listeners) tell(rows);
    }
    begun = true;
  } catch (error) {
    if (error.status === undefined) throw error;
  } finally {
    busy = false;
  }
  if (again) {
    again = false;
    setTimeout(read, 200);
  }
}

function note(row) {
  if (!row.ok) return;
  const asked = row.request ?? {};
  const spot = `${row.chat}/${asked.message_thread_id ?? ""}`;
  if (row.method === "sendChatAction" && begun) typing.set(spot, performance.now() + TYPING_MS);
  else if (row.method.startsWith("send") || row.method.startsWith("copy")) typing.delete(spot);
  if (row.method === "setMyCommands" && !asked.language_code) learn(asked);
}

// Commands for everybody or for private chats; those for single chats are not shown.
function learn({ commands, scope }) {
  const where = typeof scope === "string" ? JSON.parse(scope) : scope;
  if (where && !["default", "all_private_chats"].includes(where.type)) return;
  prefer("commands", typeof commands === "string" ? JSON.parse(commands) : commands);
}

/** Read now and after each change, and every second while the page is seen: typing changes nothing that `sees` tells. */
export function followCalls() {
  onChange(read);
  onLine((reachable) => {
    if (!reachable) return;
    since = 0; // A server that was started anew numbers its calls from one.
    for (const tell of listeners) tell(null);
  });
  setInterval(() => document.hidden || read(), 1000);
}
