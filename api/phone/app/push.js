// Notifications on this device: switched on and off by her tap, and looked after whenever she opens her own area.
const can = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
const MARK = "krachtlijn-push"; // that she switched them on here: a browser may drop a subscription and tell nobody
const words = JSON.parse(document.getElementById("words").textContent);
const at = (id) => document.getElementById(id);

function bytes(text) {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

const same = (buffer, key) => {
  const held = new Uint8Array(buffer ?? new ArrayBuffer(0));
  const wanted = bytes(key);
  return held.length === wanted.length && held.every((one, place) => one === wanted[place]);
};

function send(method, body) {
  return fetch("/v1/me/push-subscriptions", {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

// A subscription under the key in force: one under another key is made anew, which asks her nothing.
async function subscribe() {
  const answer = await fetch("/v1/me/push-key");
  if (!answer.ok) throw new Error(`key ${answer.status}`);
  const { key } = await answer.json();
  const { pushManager } = await navigator.serviceWorker.ready;
  let held = await pushManager.getSubscription();
  if (held && !same(held.options.applicationServerKey, key)) {
    await held.unsubscribe(); // ours finds out at the next push, and forgets that address
    held = null;
  }
  held ??= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  return { held, key };
}

async function keep(confirm) {
  const { held, key } = await subscribe();
  const answer = await send("PUT", { ...held.toJSON(), key, confirm });
  if (!answer.ok) throw new Error(`subscription ${answer.status}`);
  const { channels } = await answer.json();
  if (channels.some((one) => one.channel === "push" && one.in_use)) localStorage.setItem(MARK, "1");
  else await drop(held); // she took her consent back elsewhere
}

async function drop(held) {
  localStorage.removeItem(MARK);
  await held?.unsubscribe();
}

function tell(text) {
  at("push-told").textContent = text;
}

async function switchOn(event) {
  event.target.disabled = true;
  try {
    if ((await Notification.requestPermission()) !== "granted") {
      tell(words.push_blocked);
      return;
    }
    await keep(false);
    await fetch("/v1/me/channel-tests", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ channel: "push" }),
    });
    tell(words.push_tested);
    at("push").dataset.on = "1";
    await dress();
  } catch {
    tell(words.push_failed);
  } finally {
    event.target.disabled = false;
  }
}

async function switchOff() {
  const { pushManager } = await navigator.serviceWorker.ready;
  const held = await pushManager.getSubscription();
  if (held) await send("DELETE", { endpoint: held.endpoint }).catch(() => {});
  await drop(held);
  location.reload();
}

// On an iPhone there is nothing to switch on before the page stands on the home screen.
async function dress() {
  if (!at("push")) return;
  const onlyAtHome = "standalone" in navigator && !navigator.standalone;
  at("push-ios").hidden = !onlyAtHome;
  if (onlyAtHome) return;
  if (!can) {
    tell(words.push_elsewhere);
    return;
  }
  if (Notification.permission === "denied") tell(words.push_blocked);
  const registration = await navigator.serviceWorker.getRegistration();
  const here = Boolean(await registration?.pushManager.getSubscription());
  at("push-on").hidden = here;
  at("push-off").hidden = !here;
}

at("push-on")?.addEventListener("click", switchOn);
at("push-off")?.addEventListener("click", switchOff);
if (can && Notification.permission === "granted" && localStorage.getItem(MARK)) await keep(true).catch(() => {});
await dress();
document.documentElement.dataset.push = "1";
