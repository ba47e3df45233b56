// Texts, numbers and keyboard layouts.

function makeSay(words, lang) {
  const numbers = new Intl.NumberFormat(lang);
  return (key, facts = {}) =>
    (words[key] ?? key).replace(/\{(\w+)\}/g, (place, name) => {
      const fact = facts[name];
      if (fact === undefined || fact === null) return place;
      return typeof fact === "number" ? numbers.format(fact) : String(fact);
    });
}

function clock(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

const LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё";

function onOtherLayout(text) {
  const swap = (letter) => {
    const latin = LATIN_KEYS.indexOf(letter);
    if (latin >= 0) return RUSSIAN_KEYS[latin];
    const russian = RUSSIAN_KEYS.indexOf(letter);
    return russian >= 0 ? LATIN_KEYS[russian] : letter;
  };
  return [...text].map(swap).join("");
}

// What a class is searched by: case, ё and the separators of codes such as card_arrival must not matter.
function searchable(text) {
  return text.toLowerCase().replaceAll("ё", "е").replace(/[_\-/]+/g, " ");
}

// Keys are told apart by their place on the keyboard, so that a Russian layout types the same classes.
function keyCodes(hotkey) {
  if (!hotkey) return [];
  const sign = hotkey.toLowerCase();
  if (/^[0-9]$/.test(sign)) return [`Digit${sign}`, `Numpad${sign}`];
  if (/^[a-z]$/.test(sign)) return [`Key${sign.toUpperCase()}`];
  const latin = LATIN_KEYS[RUSSIAN_KEYS.indexOf(sign)];
  return latin && /[a-z]/.test(latin) ? [`Key${latin.toUpperCase()}`] : [];
}
