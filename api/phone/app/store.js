// What stays on this phone until it is sent: answers that wait for a network, and drafts. Nothing else is kept here.
const opened = new Promise((resolve, reject) => {
  const request = indexedDB.open("krachtlijn", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("outbox");
    request.result.createObjectStore("drafts");
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function run(name, mode, act) {
  let db;
  try {
    db = await opened;
  } catch {
    return undefined; // a private window without storage: the page works as it does without a script
  }
  return new Promise((resolve, reject) => {
    const done = db.transaction(name, mode);
    const request = act(done.objectStore(name));
    done.oncomplete = () => resolve(request.result);
    done.onerror = () => reject(done.error);
  });
}

export const keep = (where, answer) => run("outbox", "readwrite", (store) => store.put(answer, where));
export const remove = (where) => run("outbox", "readwrite", (store) => store.delete(where));

export async function waiting() {
  const keys = (await run("outbox", "readonly", (store) => store.getAllKeys())) ?? [];
  const answers = (await run("outbox", "readonly", (store) => store.getAll())) ?? [];
  return keys.map((where, place) => [where, answers[place]]);
}

export const drafts = {
  get: (where) => run("drafts", "readonly", (store) => store.get(where)),
  put: (where, draft) => run("drafts", "readwrite", (store) => store.put(draft, where)),
  remove: (where) => run("drafts", "readwrite", (store) => store.delete(where)),
};
