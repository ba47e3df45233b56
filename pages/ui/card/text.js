// Texts, numbers and keyboard layouts.

// The texts of a card by their keys, their places filled with facts.
/**
 * @param {Record<string, string>} words
 * @param {string} lang
 * @returns {Say}
 */
function makeSay(words, lang) {
  const numbers = new Intl.NumberFormat(lang);
  return (key, facts = {}) =>
    (words[key] ?? key).replace(/\{(\w+)\}/g, (place, name) => {
      const fact = facts[name];
      if (fact === undefined || fact === null) return place;
      return typeof fact === "number" ? numbers.format(fact) : String(fact);
    });
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

const LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё";

/** @param {string} text */
function onOtherLayout(text) {
  /** @param {string} letter */
  const swap = (letter) => {
    const latin = LATIN_KEYS.indexOf(letter);
    return RUSSIAN_KEYS[latin] ?? LATIN_KEYS[RUSSIAN_KEYS.indexOf(letter)] ?? letter;
  };
  return [...text].map(swap).join("");
}

// What a class is searched by: case, ё and the separators of codes such as card_arrival must not matter.
/** @param {string} text */
function searchable(text) {
  return text
    .toLowerCase()
    .replaceAll("ё", "е")
    .replace(/[_\-/]+/g, " ");
}

// Keys are told apart by their place on the keyboard, so that a Russian layout types the same classes.
/**
 * @param {string | null} hotkey
 * @returns {string[]}
 */
function keyCodes(hotkey) {
  if (!hotkey) return [];
  const sign = hotkey.toLowerCase();
  if (/^[0-9]$/.test(sign)) return [`Digit${sign}`, `Numpad${sign}`];
  if (/^[a-z]$/.test(sign)) return [`Key${sign.toUpperCase()}`];
  const latin = LATIN_KEYS[RUSSIAN_KEYS.indexOf(sign)];
  return latin && /[a-z]/.test(latin) ? [`Key${latin.toUpperCase()}`] : [];
}

// A pair of surrogates that was cut in two by a field's end, or a NUL from elsewhere, can be stored nowhere.
/** @type {(text: string) => string} */
function storable(text) {
  return text.replace(/[\p{Cs}\0]/gu, "\ufffd").trim();
}

const LONG_WORD = 12;
// Before a consonant that a vowel follows, two letters or more and a vowel on either side.
const SYLLABLE = /(?<=[а-яё]{2})(?<=[аеёиоуыэюя][а-яё]*)(?=[бвгджзклмнпрстфхцчшщ][аеёиоуыэюя])/giu;

// Not every browser has the dictionary that `hyphens: auto` wants, so long Russian words say themselves where they may break.
/** @param {string} text */
function hyphenated(text) {
  return text.replace(/[а-яё]+/giu, (word) => (word.length < LONG_WORD ? word : word.replace(SYLLABLE, "\u00ad")));
}
