// The expert's keyboard: verdicts on the keys beside the classes.

/** @extends {Keyboard<RulingTrade, RulingView>} */
class RulingKeyboard extends Keyboard {
  /**
   * @override
   * @returns {Record<string, Command>}
   */
  makeCommands() {
    const { view } = this;
    /** @type {(kind: string) => Command} */
    const verdict = (kind) => (event) => view.answer(event, "key", kind);
    /** @type {Command} */
    const skip = (event) => view.skip.disabled || view.answer(event, "key", "skip");
    return {
      ...super.makeCommands(),
      Digit0: verdict("unclear"),
      Numpad0: verdict("unclear"),
      Minus: skip,
      NumpadSubtract: skip,
      Equal: verdict("sent_back"),
      Period: () => view.toggle("golden"),
      Semicolon: () => view.toggle("corner"),
      KeyV: () => view.reveal(),
      Quote: () => view.reveal(),
    };
  }
}
