// The control interface of the sandbox, one function an endpoint. The page speaks nothing else.

/** What the server refused, in its own one sentence; status 0 means it could not be reached. */
export class ControlError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
    });
  } catch {
    throw new ControlError("", 0);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new ControlError(answer.error ?? response.statusText, response.status);
  return answer;
}

const get = (path) => call("GET", path);
const post = (path, body = {}) => call("POST", path, body);
const of = (person, act) => `/control/people/${encodeURIComponent(person)}/${act}`;

export const world = () => get("/control/world");
export const addPerson = (person) => post("/control/people", person);
export const sees = (person, last) => get(`${of(person, "sees")}?last=${last}`);

export const say = (person, message) => post(of(person, "say"), message);
export const photo = (person, message) => post(of(person, "photo"), message);
export const send = (person, message) => post(of(person, "send"), message);
export const press = (person, what) => post(of(person, "press"), { wait: 6, ...what });
export const open = (person, link) => post(of(person, "open"), { link });
export const pay = (person, what) => post(of(person, "pay"), what);
export const edit = (person, what) => post(of(person, "edit"), what);
export const react = (person, what) => post(of(person, "react"), what);
export const join = (person, link) => post(of(person, "join"), { link });
export const read = (person, chat) => post(of(person, "read"), { chat });
export const block = (person) => post(of(person, "block"));
export const unblock = (person) => post(of(person, "unblock"));

export const clock = () => get("/control/clock");
export const moveClock = (change) => post("/control/clock", change);
export const faults = () => get("/control/faults");
export const addFault = (fault) => post("/control/faults", fault);
export const dropFault = (id) => call("DELETE", id === undefined ? "/control/faults" : `/control/faults/${id}`);
export const trace = (since) => get(`/control/trace?since=${since}`);
/** What the page is told of this sandbox; {} where nobody tells it anything. */
export const guide = () => get("/control/guide");
export const tellGuide = (fields) => post("/control/guide", fields);
export const switches = () => get("/control/switches");
export const setSwitch = (name, value) => post("/control/switches", { [name]: value });

/** The photos at hand (the sandbox hospital's printed prescriptions), or [] where nobody offers any. */
export const tray = () => get("/control/tray").then((rows) => (Array.isArray(rows) ? rows : []), () => []);

/** The bytes of a File or Blob as base64, the form in which the control interface takes files. */
export function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
