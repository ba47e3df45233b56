// One request at a time, sent again until the server has answered it.

const REQUEST_TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 10_000;
// The browser limits what may leave with a closing page to 64 KB; comments may be Cyrillic, two bytes a letter.
const PARTING_BYTES = 60_000;

// A server that says "later" is believed for no longer than this.
const LONGEST_WAIT_SECONDS = 60;

/** @typedef {{ gate?: Gate, refusal?: Refusal, trouble?: string, reply?: unknown, waitSeconds?: number }} Outcome */

/** @template {{ body: Call }} P */
class Sender {
  /**
   * @param {{ url: string, person: number }} to
   * @param {SendersPost<P>} post
   */
  constructor({ url, person }, post) {
    this.url = url;
    this.person = person;
    this.post = post;
    /** @type {AbortController | null} */
    this.busy = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.pause = FIRST_PAUSE_MS;
    this.stopped = false;
    this.dropped = false;
    this.notBefore = 0;
  }

  async send() {
    if (this.busy || this.timer || this.stopped) return;
    const early = this.notBefore - Date.now();
    if (early > 0) {
      this.sendIn(early);
      return;
    }
    const parcel = this.post.compose();
    if (!parcel) return;
    this.busy = new AbortController();
    const outcome = await this.exchange(parcel.body, this.busy);
    this.busy = null;
    this.settle(outcome, parcel);
  }

  /**
   * @param {Outcome} outcome
   * @param {P} parcel
   */
  settle(outcome, parcel) {
    if (outcome.gate) {
      this.stopped = true;
      this.post.shut(outcome.gate);
    } else if (outcome.waitSeconds) {
      // Whatever wakes it meanwhile: what was not taken stays in the queue and comes then.
      this.notBefore = Date.now() + outcome.waitSeconds * 1000;
      this.send();
    } else if (outcome.refusal) {
      if (this.post.refuse(outcome.refusal, parcel)) this.send();
      else this.retryLater();
    } else if (outcome.reply && this.post.receive(outcome.reply, parcel)) {
      this.pause = FIRST_PAUSE_MS;
      this.send();
    } else if (this.dropped) {
      this.dropped = false;
      this.send();
    } else {
      this.post.suffer(outcome.trouble);
      this.retryLater();
    }
  }

  retryLater() {
    if (this.timer) return;
    const jittered = this.pause * (0.5 + Math.random() / 2);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
    this.sendIn(jittered);
  }

  /** @param {number} milliseconds */
  sendIn(milliseconds) {
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.send();
    }, milliseconds);
  }

  // Something has changed for the better (the net is back, the reader is back): no more waiting.
  wake({ dropRequest = false } = {}) {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.pause = FIRST_PAUSE_MS;
    this.stopped = false;
    if (dropRequest && this.busy) {
      this.dropped = true;
      this.busy.abort();
    }
    this.send();
  }

  /**
   * @param {Call} body
   * @param {AbortController} controller
   * @returns {Promise<Outcome>}
   */
  async exchange(body, controller) {
    const timer = setTimeout(() => controller.abort(), REQUEST_TIMEOUT_MS);
    try {
      const response = await fetch(this.url, this.request(body, { signal: controller.signal }));
      if (response.status === 401) return { gate: "signed_out" };
      if (response.status === 403) return { gate: "forbidden" };
      if (response.status === 429) return { waitSeconds: secondsToWait(response) };
      if (response.ok) return { reply: await response.json() };
      // The server is there and its database takes nothing: the words for that are others.
      if (response.status === 503) return { trouble: (await readRefusal(response)).refusal?.error };
      if ([400, 409, 413, 422].includes(response.status)) return await readRefusal(response);
      return {};
    } catch {
      return {};
    } finally {
      clearTimeout(timer);
    }
  }

  // The page is going away: one last try, which the server may well see twice.
  /** @param {Call} body */
  part(body) {
    const size = () => new TextEncoder().encode(JSON.stringify(body)).length;
    const said = body.answers ?? body.rulings ?? [];
    while (size() > PARTING_BYTES && said.length > 1) said.length >>= 1;
    fetch(this.url, { ...this.request(body), keepalive: true }).catch(() => {});
  }

  /**
   * @param {Call} body
   * @param {RequestInit} more
   * @returns {RequestInit}
   */
  request(body, more = {}) {
    return {
      method: "POST",
      // Whose answers these are: someone else may have signed in since, in another tab of the same browser.
      headers: { "Content-Type": "application/json", "X-Sverka": "card", "X-Sverka-Person": String(this.person) },
      credentials: "same-origin",
      body: JSON.stringify(body),
      ...more,
    };
  }
}

/** @param {Response} response */
function secondsToWait(response) {
  const seconds = Number(response.headers.get("Retry-After"));
  return Math.min(Math.max(seconds || 1, 1), LONGEST_WAIT_SECONDS);
}

// Where only some of a parcel could not be read, the server has taken the rest: that is a reply like any other.
/**
 * @param {Response} response
 * @returns {Promise<Outcome>}
 */
async function readRefusal(response) {
  try {
    const said = await response.json();
    if (Array.isArray(said.acknowledged) && Array.isArray(said.items)) return { reply: said };
    return { refusal: { error: String(said.error ?? response.status), message: String(said.message ?? "") } };
  } catch {
    return { refusal: { error: String(response.status), message: "" } };
  }
}
