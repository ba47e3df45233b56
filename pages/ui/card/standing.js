// Where the work stands, as the server last said.

const STALE_MS = 60_000;

class Standing {
  constructor() {
    this.state = null;
    this.chunk = null;
    this.chunkId = null;
    this.day = null;
    this.remaining = null;
    this.nextFreeAt = null;
    this.result = null;
    this.notice = null;
    this.answeredSince = 0;
    this.repliedAt = -Infinity;
  }

  // True when another chunk has begun.
  take(reply) {
    const begun = Boolean(reply.chunk) && reply.chunk.id !== this.chunkId;
    this.state = reply.state;
    this.chunk = reply.chunk ?? null;
    this.chunkId = reply.chunk?.id ?? this.chunkId;
    this.day = Number.isFinite(reply.day) ? reply.day : null;
    const wait = reply.next_free_seconds;
    this.nextFreeAt = Number.isFinite(wait) ? performance.now() + wait * 1000 : null;
    // Why the assessor stands still, in the server's words.
    this.notice = reply.notice ?? null;
    if (Number.isFinite(reply.remaining)) this.count(reply.remaining);
    this.repliedAt = performance.now();
    return begun;
  }

  count(remaining) {
    this.remaining = remaining;
    this.answeredSince = 0;
  }

  // The figures with the answers that are still on their way.
  counts(unsent) {
    const { answered = 0, size = 0 } = this.chunk ?? {};
    return {
      answered: Math.min(size, answered + unsent),
      size,
      day: this.day === null ? null : this.day + unsent,
      remaining: this.remaining === null ? null : Math.max(0, this.remaining - this.answeredSince - unsent),
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
