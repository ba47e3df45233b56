// In which words two texts differ.

// A word, or a sign on its own, with the space behind it: what is compared is the word.
const WORD = /(?:[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_])\s*|\s+/gu;
// Of longer ones what differs counts as different altogether: the table would take a second.
const MOST_CELLS = 4_000_000;

// Both texts in pieces, each the same in both or not.
/**
 * @param {string} one
 * @param {string} other
 * @returns {[Piece[], Piece[]]}
 */
function contrastOf(one, other) {
  const [left, right] = [piecesOf(one), piecesOf(other)];
  let start = 0;
  const shorter = Math.min(left.length, right.length);
  while (start < shorter && left[start]?.word === right[start]?.word) start += 1;
  let end = 0;
  while (end < shorter - start && left.at(-1 - end)?.word === right.at(-1 - end)?.word) end += 1;
  /** @type {(pieces: { word: string }[]) => string[]} */
  const middle = (pieces) => pieces.slice(start, pieces.length - end).map(({ word }) => word);
  const [kept, alike] = commonOf(middle(left), middle(right));
  /** @type {(pieces: { text: string }[], common: Set<number>) => Piece[]} */
  const told = (pieces, common) =>
    joinedPieces(
      pieces.map(({ text }, n) => ({ text, same: n < start || n >= pieces.length - end || common.has(n - start) })),
    );
  return [told(left, kept), told(right, alike)];
}

/** @param {string} text */
function piecesOf(text) {
  return (text.match(WORD) ?? []).map((piece) => ({ text: piece, word: piece.trim() }));
}

// The places of a longest common subsequence, in either list.
/**
 * @param {string[]} left
 * @param {string[]} right
 * @returns {[Set<number>, Set<number>]}
 */
function commonOf(left, right) {
  /** @type {[Set<number>, Set<number>]} */
  const places = [new Set(), new Set()];
  const width = right.length + 1;
  if (left.length * right.length > MOST_CELLS) return places;
  const longest = new Uint16Array((left.length + 1) * width);
  /** @param {number} at */
  const length = (at) => longest[at] ?? 0;
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      longest[at] = left[i] === right[j] ? length(at + width + 1) + 1 : Math.max(length(at + width), length(at + 1));
    }
  }
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    const at = i * width + j;
    if (left[i] === right[j]) {
      places[0].add(i);
      places[1].add(j);
      i += 1;
      j += 1;
    } else if (length(at + width) >= length(at + 1)) i += 1;
    else j += 1;
  }
  return places;
}

// Neighbours in one; the space behind what differs is no part of it.
/**
 * @param {Piece[]} pieces
 * @returns {Piece[]}
 */
function joinedPieces(pieces) {
  /** @type {Piece[]} */
  const joined = [];
  for (const { text, same } of pieces) {
    const last = joined.at(-1);
    if (last?.same === same) last.text += text;
    else joined.push({ text, same });
  }
  return joined.flatMap(({ text, same }) => {
    const inner = text.trimEnd();
    if (same || inner === text) return [{ text, same }];
    return [
      { text: inner, same },
      { text: text.slice(inner.length), same: true },
    ];
  });
}
