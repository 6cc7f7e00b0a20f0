// Keeps what each open phone sees up to date: a WebSocket says what changed, then `sees` is read again.
import * as api from "./api.js";

const watchers = new Map(); // person id -> {tell, last, busy, again, seen}
const lines = new Set(); // told whether the server can be reached
const pings = new Set(); // told about every change, whoever it concerns
let socket = null;
let retry = 500;
let reachable = true;

/** Call `tell(sees)` now and after each change this person can see; answers a function that stops it. */
export function watch(person, tell) {
  const watcher = { tell, last: 60, busy: false, again: false, seen: null };
  watchers.set(person, watcher);
  refresh(person);
  return () => watchers.delete(person);
}

const FORUM = 400; // A forum's topics share the count of its chat, so more is asked for.

/** How many messages a chat this phone asks for now; a chat that has as many may have older ones. */
export const depth = (person) => watchers.get(person)?.last ?? 0;

/** Show up to `last` messages a chat from now on (older ones were asked for). */
export function lookBack(person, last) {
  const watcher = watchers.get(person);
  if (watcher) watcher.last = last;
  return refresh(person);
}

export async function refresh(person) {
  const watcher = watchers.get(person);
  if (!watcher) return;
  if (watcher.busy) {
    watcher.again = true;
    return;
  }
  watcher.busy = true;
  try {
    do {
      watcher.again = false;
      const seen = await api.sees(person, watcher.last);
      watcher.seen = seen;
      if (watcher.last < FORUM && seen.chats.some((chat) => chat.kind === "forum" && chat.messages.length >= watcher.last)) {
        watcher.last = FORUM;
        watcher.again = true;
      }
      if (watchers.get(person) === watcher) watcher.tell(seen);
    } while (watcher.again);
  } catch (error) {
    if (error.status === 404) watcher.tell(null);
    else if (error.status !== 0) throw error;
  } finally {
    watcher.busy = false;
  }
}

export const onLine = (tell) => lines.add(tell);
export const onChange = (tell) => pings.add(tell);

function concerns(watcher, person, change) {
  if (!change.people && !change.chats) return true;
  if (change.people?.includes(person)) return true;
  return (watcher.seen?.chats ?? []).some((chat) => change.chats?.includes(chat.id));
}

function arrived(event) {
  let change = {};
  try {
    change = JSON.parse(event.data);
  } catch {
    // An unreadable note still means that something changed.
  }
  for (const [person, watcher] of watchers) if (concerns(watcher, person, change)) refresh(person);
  for (const ping of pings) ping(change);
}

function setReachable(now) {
  if (now === reachable) return;
  reachable = now;
  for (const tell of lines) tell(now);
}

export function connect() {
  const address = new URL("/control/live", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(address);
  socket.onopen = () => {
    retry = 500;
    setReachable(true);
    for (const person of watchers.keys()) refresh(person);
    for (const ping of pings) ping({});
  };
  socket.onmessage = arrived;
  socket.onclose = () => {
    setReachable(false);
    setTimeout(connect, retry);
    retry = Math.min(retry * 2, 4000);
  };
}
