// Where the work stands, as the server last said.

const STALE_MS = 60_000;

class Standing {
  constructor() {
    /** @type {string | null} */
    this.state = null;
    /** @type {Chunk | null} */
    this.chunk = null;
    /** @type {number | null} */
    this.chunkId = null;
    /** @type {number | null} */
    this.day = null;
    /** @type {number | null} */
    this.remaining = null;
    /** @type {number | null} */
    this.nextFreeAt = null;
    // Why the assessor stands still, in the server's words.
    /** @type {string | null} */
    this.notice = null;
    this.answeredSince = 0;
    this.repliedAt = -Infinity;
  }

  // True when another chunk has begun.
  /** @param {Reply} reply */
  take(reply) {
    const begun = Boolean(reply.chunk && reply.chunk.id !== this.chunkId);
    this.state = reply.state;
    this.chunk = reply.chunk ?? null;
    this.chunkId = reply.chunk?.id ?? this.chunkId;
    this.day = reply.day ?? null;
    const wait = reply.next_free_seconds ?? null;
    this.nextFreeAt = wait === null ? null : performance.now() + wait * 1000;
    this.notice = reply.notice ?? null;
    if (typeof reply.remaining === "number") this.count(reply.remaining);
    this.repliedAt = performance.now();
    return begun;
  }

  /** @param {number | null} remaining */
  count(remaining) {
    this.remaining = remaining;
    this.answeredSince = 0;
  }

  // The figures with the answers that are still on their way.
  /** @param {number} unsent */
  counts(unsent) {
    const { answered = 0, size = 0, kind } = this.chunk ?? {};
    // What is left is told as if the open chunk held nothing yet. A qualification takes nothing from it.
    const here = Math.min(size, answered + unsent);
    const gone = kind === "qualification" ? 0 : this.chunk ? here : this.answeredSince + unsent;
    const isKnown = this.remaining !== null && this.hasReplied();
    return {
      answered: here,
      size,
      day: this.day === null ? null : this.day + unsent,
      remaining: isKnown ? Math.max(0, Number(this.remaining) - gone) : null,
    };
  }

  hasReplied() {
    return this.repliedAt > 0;
  }

  isStale() {
    return performance.now() - this.repliedAt > STALE_MS;
  }

  freesInSeconds() {
    return this.nextFreeAt === null ? null : Math.max(0, (this.nextFreeAt - performance.now()) / 1000);
  }
}
