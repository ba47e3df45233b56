// What this card is made of.

const CARD = { Desk, View: CardView, Keyboard };
