// Keeps the page current, and sends what its dialogs order. Without this file the page still shows everything.

const connection = document.getElementById("connection");
const announcer = document.getElementById("announcer");

// What keeps the page current -----------------------------------------------------------------------------------------

const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 10000;

let stream = null;
let lastEvent = null;
let pause = FIRST_PAUSE;
let retry = 0;
let isOver = false;

function connect() {
  disconnect();
  const path = new URL(document.body.dataset.live, location.href);
  if (lastEvent) {
    path.searchParams.set("after", lastEvent);
  }
  stream = new EventSource(path);
  stream.addEventListener("hello", event => onHello(JSON.parse(event.data)));
  stream.addEventListener("region", event => onRegion(JSON.parse(event.data)));
  stream.addEventListener("news", event => onNews(JSON.parse(event.data), event.lastEventId));
  stream.addEventListener("title", event => (document.title = JSON.parse(event.data).text));
  stream.addEventListener("say", event => (announcer.textContent = JSON.parse(event.data).text));
  stream.addEventListener("again", connect);
  stream.addEventListener("over", () => { isOver = true; disconnect(); });
  stream.addEventListener("error", onLost);
}

function disconnect() {
  clearTimeout(retry);
  stream?.close();
  stream = null;
}

function onHello({ edition }) {
  if (edition !== document.documentElement.dataset.edition) {
    location.reload(); // the daemon was upgraded
  }
  pause = FIRST_PAUSE;
  connection.replaceChildren();
}

/** The browser would try again by itself, but not after an answer that is no stream. */
function onLost() {
  disconnect();
  if (!connection.querySelector("p")) {
    const text = document.createElement("p");
    text.textContent = `Not current: the daemon has not answered since ${clock()} UTC. This page tries again by itself.`;
    connection.replaceChildren(text);
  }
  retry = setTimeout(reconnect, pause);
  pause = Math.min(LONGEST_PAUSE, pause * 2);
}

async function reconnect() {
  try {
    const answer = await fetch("/v1/status");
    if (answer.status === 401 || answer.status === 403) {
      location.reload(); // which shows how to sign in
      return;
    }
  } catch {
    // onLost of the next attempt counts
  }
  if (!document.hidden && !isOver) {
    connect(); // or else when the window is shown
  }
}

function clock() {
  return new Date().toISOString().slice(11, 19);
}

function onRegion({ id, html }) {
  const shown = document.getElementById(id);
  const fresh = parse(html).body.firstElementChild;
  if (shown && fresh) {
    update(shown, fresh);
  }
}

function onNews({ html }, id) {
  const rows = [...parse(`<table><tbody>${html}</tbody></table>`).querySelectorAll("tr")];
  const known = row => document.getElementById(row.id);
  document.getElementById("events")?.prepend(...rows.filter(row => !known(row)));
  lastEvent = id;
}

/** The server has escaped everything, and a document that is parsed this way runs nothing. */
function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/** Makes an element equal to another one, and leaves alone what is equal: so focus and selection stay. */
function update(shown, fresh) {
  if (shown.isEqualNode(fresh)) {
    return;
  }
  for (const { name } of [...shown.attributes]) {
    if (!fresh.hasAttribute(name)) {
      shown.removeAttribute(name);
    }
  }
  for (const { name, value } of fresh.attributes) {
    if (shown.getAttribute(name) !== value) {
      shown.setAttribute(name, value);
    }
  }
  const named = new Map([...shown.children].filter(child => child.id).map(child => [child.id, child]));
  let here = shown.firstChild;
  for (const next of [...fresh.childNodes]) {
    const match = next.id ? named.get(next.id) : isSimilar(here, next) ? here : null;
    if (!match) {
      shown.insertBefore(next, here);
      continue;
    }
    if (match === here) {
      here = here.nextSibling;
    } else {
      shown.insertBefore(match, here);
    }
    if (match.nodeType === Node.ELEMENT_NODE) {
      update(match, next);
    } else if (match.data !== next.data) {
      match.data = next.data;
    }
  }
  while (here) {
    const rest = here;
    here = here.nextSibling;
    rest.remove();
  }
}

function isSimilar(shown, fresh) {
  return shown && shown.nodeName === fresh.nodeName && !shown.id;
}

// Orders --------------------------------------------------------------------------------------------------------------

function openDialog(button) {
  const dialog = document.getElementById(`dialog-${button.dataset.opens}`);
  const form = dialog.querySelector("form");
  form.reset();
  form.querySelector(".refusal").textContent = "";
  for (const place of form.querySelectorAll("[data-fill]")) {
    place.textContent = button.dataset[place.dataset.fill];
  }
  Object.assign(form.dataset, { target: button.dataset.target, run: button.dataset.run, key: crypto.randomUUID() });
  dialog.showModal();
}

async function onSubmit(event) {
  const form = event.target;
  if (!form.dataset.path) {
    return; // of the server: sign in, sign out, filter
  }
  event.preventDefault();
  const choice = event.submitter?.value ?? "send";
  if (choice === "back") {
    form.closest("dialog").close();
    return;
  }
  const { method, target, run, key } = form.dataset;
  const path = form.dataset.path
    .replace("{target}", encodeURIComponent(target))
    .replace("{run}", encodeURIComponent(run));
  const headers = { "Content-Type": "application/json" };
  if (method === "POST" && form.dataset.keyed !== undefined) {
    headers["Idempotency-Key"] = key; // pressed twice, or sent again, it is still one order
  }
  try {
    const answer = await fetch(path, { method, headers, body: JSON.stringify(order(form, choice)) });
    const said = await answer.json();
    if (!answer.ok) {
      refuse(form, `${said.detail}\n${said.hint}`);
      return;
    }
    form.closest("dialog").close();
    if (form.dataset.keyed !== undefined) {
      location.assign(`/runs/${encodeURIComponent(said.id)}`);
    }
  } catch {
    refuse(form, "The daemon does not answer. Whether it has the order is not known: send it again.");
  }
}

/** The body of an order. */
function order(form, choice) {
  if (choice === "reset") {
    return { reset: true };
  }
  const fields = new FormData(form);
  const body = {};
  if (fields.has("mode")) {
    body.mode = fields.get("mode");
  }
  if (fields.has("dataMiBPerSecond")) {
    body.dataMiBPerSecond = Number(fields.get("dataMiBPerSecond"));
  }
  if (fields.get("hours")) {
    const end = Date.now() + Number(fields.get("hours")) * 3600000;
    body.until = new Date(end).toISOString();
  }
  return body;
}

function refuse(form, text) {
  form.querySelector(".refusal").textContent = text;
}

// Start ---------------------------------------------------------------------------------------------------------------

document.documentElement.classList.add("scripted");
document.addEventListener("click", event => {
  const button = event.target.closest("button[data-opens]");
  if (button) {
    openDialog(button);
  }
});
document.addEventListener("submit", onSubmit);

if (document.body.dataset.live) {
  // A browser has only six connections to a server: windows that nobody sees leave theirs to others.
  document.addEventListener("visibilitychange", () => {
    disconnect();
    if (!document.hidden && !isOver) {
      connect();
    }
  });
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", event => {
    if (event.persisted && !document.hidden && !isOver) {
      connect(); // the browser shows what it kept, after "Back"
    }
  });
  if (!document.hidden) {
    connect();
  }
}

// After a link from another server the browser does not show its session. From this page it does.
if (document.querySelector(".sign-in") && !location.pathname.startsWith("/session")) {
  fetch("/v1/status").then(answer => {
    if (answer.ok) {
      location.replace(location.href);
    }
  });
}
