// The assessor's keyboard.

const DIGITS = /^(?:Digit|Numpad)([1-9])$/;

/** @extends {Keyboard<LabelTrade, LabelView>} */
class LabelKeyboard extends Keyboard {
  /**
   * @override
   * @returns {Record<string, Command>}
   */
  makeCommands() {
    const { view } = this;
    /** @type {Command} */
    const unsure = (event) => view.answer(event, "key", "unsure");
    /** @type {Command} */
    const skip = (event) => view.pressSkip(event, "key");
    /** @type {Command} */
    const enter = (event) => this.enter(event);
    return {
      ...super.makeCommands(),
      Digit0: unsure,
      Numpad0: unsure,
      Minus: skip,
      NumpadSubtract: skip,
      Period: () => view.toggleFlag(),
      Equal: () => view.toggleReason(),
      Enter: enter,
      NumpadEnter: enter,
    };
  }

  // While it is asked why an item is skipped, the digits are reasons, and no key is a class.
  /**
   * @override
   * @param {string} code
   * @returns {Command | null}
   */
  commandOf(code) {
    const { view } = this;
    const command = super.commandOf(code);
    if (!view.reasons.isOpen) return command;
    const digit = DIGITS.exec(code)?.[1];
    if (digit) return (event) => this.pickReason(Number(digit), event);
    return view.classes.keys.has(code) ? () => {} : command;
  }

  /**
   * @param {number} digit
   * @param {KeyboardEvent} event
   */
  pickReason(digit, event) {
    const reason = this.view.reasons.codes[digit - 1];
    if (reason) this.view.skipFor(reason, event, "key");
  }

  /** @param {KeyboardEvent} event */
  enter(event) {
    const { desk, stage } = this.view;
    if (this.view.answerPicked(event, "key")) return;
    if (!stage.acceptsDeliberate(event)) return;
    if (desk.screen() === "chunk_done") desk.closeChunk();
    else if (desk.screen() === "result") desk.nextChunk();
  }
}
