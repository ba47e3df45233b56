// The expert's keyboard: the assessor's, with other verdicts on the keys beside the classes.

class RulingKeyboard extends Keyboard {
  makeCommands() {
    const { view } = this;
    const verdict = (kind) => (event) => view.answer(event, "key", kind);
    const { Backspace, Slash, NumpadDivide, Comma } = super.makeCommands();
    return {
      Backspace,
      Slash,
      NumpadDivide,
      Comma,
      Digit0: verdict("unclear"),
      Numpad0: verdict("unclear"),
      Minus: (event) => this.skip(event),
      NumpadSubtract: (event) => this.skip(event),
      Equal: verdict("sent_back"),
      Period: () => view.toggle("golden"),
      Semicolon: () => view.toggle("corner"),
      KeyV: () => view.reveal(),
      Quote: () => view.reveal(),
    };
  }

  skip(event) {
    if (!this.view.skip.disabled) this.view.answer(event, "key", "skip");
  }
}
