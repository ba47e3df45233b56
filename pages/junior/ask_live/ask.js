// Asks the route and shows what comes, as text. Leaving aborts the request, and with it the model's.

class Asker {
  /**
   * @param {HTMLElement} parent
   * @param {AskConfig} config
   */
  constructor(parent, config) {
    this.config = config;
    /** @type {AbortController | null} */
    this.running = null;
    this.root = document.createElement("div");
    this.root.className = "ask";
    this.text = node("textarea", { rows: "4", "aria-label": config.words.text, placeholder: config.words.text });
    this.button = node("button", { type: "button", class: "main" });
    this.status = node("p", { class: "status", role: "status" });
    this.answer = node("pre", { class: "answer", "aria-label": config.words.answer });
    this.lines = node("ul", { class: "lines", "aria-live": "polite" });
    this.button.addEventListener("click", () => (this.running ? this.stop() : this.ask()));
    this.onLeave = () => this.running?.abort();
    window.addEventListener("pagehide", this.onLeave);
    this.root.append(...(config.item === null ? [this.text] : []), this.button, this.status, this.answer, this.lines);
    parent.append(this.root);
    this.show("");
  }

  /** @param {string} said */
  show(said) {
    this.button.textContent = this.running ? this.config.words.stop : this.config.words.ask;
    this.status.textContent = said;
    this.answer.hidden = !this.answer.textContent;
  }

  stop() {
    this.running?.abort();
  }

  async ask() {
    const { config } = this;
    const text = this.text.value.trim();
    if (config.item === null && !text) return this.show(config.words.empty);
    const running = new AbortController();
    this.running = running;
    this.answer.textContent = "";
    this.lines.replaceChildren();
    this.show(config.words.asking);
    const said = await this.converse({ text }, running.signal).catch(() =>
      running.signal.aborted ? config.words.stopped : config.words.unreachable,
    );
    if (this.running === running) this.running = null;
    this.show(said);
  }

  // Gives what is to be said in the end.
  /**
   * @param {{ text: string }} typed
   * @param {AbortSignal} signal
   * @returns {Promise<string>}
   */
  async converse({ text }, signal) {
    const { config } = this;
    const about = config.item === null ? { text } : { item: config.item };
    const response = await fetch("/junior/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Sverka": "card", "X-Sverka-Person": String(config.person) },
      credentials: "same-origin",
      body: JSON.stringify({ project: config.project, prompt: config.prompt, ...about }),
      signal,
    });
    if (response.status === 401) return config.words.signed_out;
    if (!response.ok) return (await response.json().catch(() => ({}))).message ?? config.words.unreachable;
    if (!response.body) return config.words.broken_off;
    for await (const event of eventsOf(response.body.getReader())) {
      if (event.piece) this.answer.textContent += event.piece;
      this.answer.hidden = !this.answer.textContent;
      if (event.error) return event.error;
      if (event.done) {
        this.lines.replaceChildren(...event.done.map((line) => node("li", {}, line)));
        return "";
      }
    }
    return config.words.broken_off;
  }

  takeDown() {
    this.stop();
    window.removeEventListener("pagehide", this.onLeave);
    this.root.remove();
  }
}

/**
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @returns {AsyncGenerator<AskEvent, void>}
 */
async function* eventsOf(reader) {
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) yield JSON.parse(part.replace(/^data: /, ""));
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string>} attributes
 * @param {string} text
 * @returns {HTMLElementTagNameMap[T]}
 */
function node(tag, attributes, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

/** @typedef {{ signature: string, asker: Asker | null, calls: number }} Standing */

// Streamlit calls it on every rerun whose data changed, with the same parent element, and may run a cleanup late.
/** @param {{ parentElement: HTMLElement & { asked?: Standing }, data: AskConfig }} mounting */
export default function mount({ parentElement, data }) {
  const signature = JSON.stringify(data);
  const standing = parentElement.asked;
  let mounted = standing;
  if (!mounted?.asker || mounted.signature !== signature) {
    const typed = standing?.asker?.text.value ?? "";
    standing?.asker?.takeDown();
    const asker = new Asker(parentElement, data);
    asker.text.value = typed;
    mounted = { signature, asker, calls: standing?.calls ?? 0 };
    parentElement.asked = mounted;
  }
  return cleanupOf(parentElement, mounted);
}

// A late cleanup of an earlier call must not take down what a later call has put up.
/**
 * @param {{ asked?: Standing }} parent
 * @param {Standing} mounted
 */
function cleanupOf(parent, mounted) {
  mounted.calls += 1;
  const call = mounted.calls;
  return () => {
    if (call !== mounted.calls || parent.asked !== mounted) return;
    mounted.asker?.takeDown();
    mounted.asker = null;
  };
}
