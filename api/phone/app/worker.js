// Keeps what a page needs to be shown without a network: its style, its scripts, and whom to call. Never a question,
// never an answer: those are hers, and stay where she wrote them.
const KEPT = "krachtlijn-2";
const SHELL = [
  "/phone/style.css",
  "/phone/app/app.js",
  "/phone/app/store.js",
  "/phone/app/icon.svg",
  "/phone/offline",
  "/me/help",
];

const HERS = ["/phone/offline", "/me/help"]; // in her own language, once she is signed in

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

async function fresh(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) (await caches.open(KEPT)).put(request, answer.clone());
    return answer;
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const path = new URL(url).pathname;
  if (method !== "GET" || new URL(url).origin !== self.location.origin) return;
  if (SHELL.includes(path)) event.respondWith(fresh(event.request));
  else if (mode === "navigate" && /^\/(c|me)(\/|$)/.test(path)) {
    event.respondWith(fetch(event.request).catch(() => caches.match("/phone/offline")));
    if (path === "/me") event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(HERS)).catch(() => {}));
  }
});

// A declarative push message (Web Push with "web_push": 8030); browsers that know it show it without asking us.
self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data.json().notification ?? {};
  } catch {
    // shown all the same: a push without a notification costs the subscription
  }
  const { title = "Krachtlijn", body = "", navigate, lang, tag } = told;
  const shown = { body, lang, tag, renotify: Boolean(tag), icon: "/phone/app/icon-192.png", data: { navigate: ours(navigate) } };
  event.waitUntil(self.registration.showNotification(title, shown));
});

// A notification leads to a page of ours, whatever it says.
function ours(address) {
  try {
    const wanted = new URL(address ?? "/me", self.location.origin);
    return wanted.origin === self.location.origin ? wanted.href : "/me";
  } catch {
    return "/me";
  }
}

// In the window that is open already, if there is one: two of the same would only confuse.
async function open(address) {
  const [window] = await self.clients.matchAll({ type: "window" });
  if (!window) return self.clients.openWindow(address);
  const there = await window.navigate(address);
  return there?.focus().catch(() => {});
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.navigate ?? "/me"));
});

// Some browsers say that they changed the subscription; most do not, so the page looks at each opening too.
self.addEventListener("pushsubscriptionchange", (event) => {
  const again = async () => {
    const options = event.oldSubscription?.options ?? { userVisibleOnly: true };
    const made = event.newSubscription ?? (await self.registration.pushManager.subscribe(options));
    await fetch("/v1/me/push-subscriptions", {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...made.toJSON(), confirm: true }),
    });
  };
  event.waitUntil(again());
});
