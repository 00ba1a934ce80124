// Keeps what a page needs to be shown without a network: its style, its scripts, and whom to call. Never a question,
// never an answer: those are hers, and stay where she wrote them.
const KEPT = "krachtlijn-1";
const SHELL = [
  "/phone/style.css",
  "/phone/app/app.js",
  "/phone/app/store.js",
  "/phone/app/icon.svg",
  "/phone/offline",
  "/me/help",
];

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
  const { title = "Krachtlijn", body = "", navigate = "/me", lang, tag } = told;
  event.waitUntil(self.registration.showNotification(title, { body, lang, tag, data: { navigate } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data?.navigate ?? "/me"));
});
