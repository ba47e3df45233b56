// What stands in place of an item when there is none to answer.

const SIGN_IN_URL = "/account/sign-in";

// Of the screens that every card has.
/**
 * @param {string} screen
 * @param {Desk<Trade>} desk
 * @param {Say} say
 * @returns {Message}
 */
function sharedMessageOf(screen, desk, say) {
  const unsent = desk.queue.entries.length;
  const retry = { word: "try_again", run: () => desk.wake({ dropRequest: true }), main: true };
  const signIn = { word: "sign_in", href: desk.config.sign_in_url ?? SIGN_IN_URL, main: true };
  switch (screen) {
    case "offline": {
      const [title, text] = desk.isUnsaved ? ["unsaved_title", "unsaved_text"] : ["offline_title", "offline_text"];
      return { title: say(title), text: say(text, { n: unsent }), actions: [retry] };
    }
    case "signed_out": {
      const text = unsent ? say("signed_out_text", { n: unsent }) : say("signed_out_saved");
      return { title: say("signed_out_title"), text, actions: [signIn] };
    }
    case "forbidden":
      return { title: say("forbidden_title"), text: say("forbidden_text", { n: unsent }), actions: [retry] };
    default:
      return { text: say("loading") };
  }
}

/** @template {Desk<Trade>} D */
class MessageScreen {
  /**
   * @param {Say} say
   * @param {Stage} stage
   * @param {MessageOf<D>} messageOf
   */
  constructor(say, stage, messageOf) {
    this.say = say;
    this.stage = stage;
    this.messageOf = messageOf;
    this.signature = "";
    this.title = el("h2");
    this.text = el("p");
    this.time = el("p", { class: "time" });
    this.actions = el("div", { class: "actions" });
    /** @param {Node} part */
    const said = (part) => el("div", { role: "status" }, part);
    this.node = el("section", { class: "message" }, said(this.title), this.time, said(this.text), this.actions);
  }

  /**
   * @param {string} screen
   * @param {D} desk
   */
  show(screen, desk) {
    const message = this.messageOf(screen, desk, this.say);
    setText(this.title, message.title ?? "");
    setText(this.text, message.text ?? "");
    setText(this.time, message.time ?? "");
    for (const part of [this.title, this.text, this.time]) setShown(part, part.textContent !== "");
    const actions = (message.actions ?? []).filter((action) => action !== null);
    const signature = `${screen} ${actions.map((action) => action.word)}`;
    if (signature === this.signature) return;
    this.signature = signature;
    this.node.setAttribute("data-screen", screen);
    this.actions.replaceChildren(...actions.map((action) => this.makeAction(action)));
  }

  /** @param {Action} action */
  makeAction({ word, key, href, run, main }) {
    const look = { class: main ? "action main" : "action" };
    const inside = [el("span", {}, this.say(word)), keyHint(key)];
    if (href) return el("a", { ...look, href, target: "_top" }, ...inside);
    /** @param {MouseEvent} event */
    const onclick = (event) => this.stage.acceptsClick(event) && run?.();
    return el("button", { ...look, type: "button", "data-word": word, onclick }, ...inside);
  }
}
