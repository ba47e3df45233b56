// What a card finds in a browser, as far as the tests need it.

// As in browsers, what is stored are the object's own keys, in no order that one could rely on.
class FakeStorage {
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }

  setItem(key, text) {
    this[key] = String(text);
  }

  removeItem(key) {
    delete this[key];
  }
}

// Private browsing, or a full disk.
export class BrokenStorage {
  getItem() {
    throw new Error("denied");
  }

  setItem() {
    throw new Error("full");
  }

  removeItem() {
    throw new Error("denied");
  }
}

export function setGlobal(name, value) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

export function newStorage() {
  const ownKeys = (stored) => Reflect.ownKeys(stored).sort();
  setGlobal("localStorage", new Proxy(new FakeStorage(), { ownKeys }));
  return globalThis.localStorage;
}

// Lets everything run that waits for nothing but its turn.
export const settled = () => new Promise((resolve) => setImmediate(resolve));
