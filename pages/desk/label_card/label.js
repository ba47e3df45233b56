// What this card is made of.

/** @type {CardKind<LabelTrade, LabelView>} */
const LABEL_CARD = { Desk: LabelDesk, View: LabelView, Keyboard: LabelKeyboard };

export default mountOf(LABEL_CARD);
