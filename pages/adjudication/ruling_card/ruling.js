// What this card is made of.

const CARD = { Desk: Bench, View: RulingView, Keyboard: RulingKeyboard };
