// What this card is made of.

/** @type {CardKind<RulingTrade, RulingView>} */
const RULING_CARD = { Desk: Bench, View: RulingView, Keyboard: RulingKeyboard };

export default mountOf(RULING_CARD);
