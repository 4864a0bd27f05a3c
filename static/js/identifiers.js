// Points out, while somebody writes, what may identify a person. It is found here, in the page: no text goes anywhere.
import { listsOfPage } from "./lists.js";

const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g;
const NINE_DIGITS = /(?<![\d+])(?:\d{9}|\d{3}[ .]\d{3}[ .]\d{3}|\d{4}[ .]\d{2}[ .]\d{3})(?!\d)/g;
const PHONE = /(?<![\w+])(?:(?:\+|00)\d{1,3}(?:[ ()-]{0,2}\d){7,12}|0\d{1,3}[ -]?\d{3}[ -]?\d{3,5})(?!\d)/g;
// Dutch plates, three groups of letters or digits; German ones, a place, letters and digits
const PLATE = /\b(?:(?:[A-Z]{1,3}|\d{1,3})-(?:[A-Z]{2,3}|\d{2,3})-(?:[A-Z]{1,2}|\d{1,2})|[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?\d{1,4})\b/g;
const DAY = /\b(?:\d{1,2}[-/.]\d{1,2}[-/.](19\d\d|20[01]\d)|(19\d\d|20[01]\d)-\d{2}-\d{2})\b/g;
// nobody younger is written about as grown up; later days are those of events
const YOUNGEST = 2012;

// The test of a Dutch citizen service number: the digits, weighted 9 to 2 and -1, add up to a multiple of eleven.
function passesElevenTest(found) {
  const digits = [...found.replace(/\D/g, "")].map(Number);
  const sum = digits.reduce((total, digit, place) => total + digit * (place === 8 ? -1 : 9 - place), 0);
  return digits.some(Boolean) && sum % 11 === 0;
}

// ISO 13616: with its first four letters at the end, and letters as numbers, the remainder by 97 is one.
function passesIbanTest(found) {
  const plain = found.replace(/ /g, "");
  const moved = plain.slice(4) + plain.slice(0, 4);
  let remainder = 0;
  for (const sign of moved) {
    for (const digit of String(parseInt(sign, 36))) remainder = (remainder * 10 + Number(digit)) % 97;
  }
  return plain.length >= 15 && remainder === 1;
}

function isLikeABirthday(_found, ...years) {
  return years.some((year) => year && Number(year) <= YOUNGEST);
}

function mixes(found) {
  return /\d/.test(found) && /[A-ZÄÖÜ]/.test(found);
}

const KINDS = [
  ["an e-mail address", EMAIL, () => true],
  ["a bank account", IBAN, passesIbanTest],
  ["a citizen service number", NINE_DIGITS, passesElevenTest],
  ["a phone number", PHONE, (found) => !passesElevenTest(found) || found.replace(/\D/g, "").length !== 9],
  ["a number plate", PLATE, mixes],
  ["a date of birth", DAY, isLikeABirthday],
];

function identifiersIn(text) {
  const kinds = [];
  for (const [kind, pattern, holds] of KINDS) {
    for (const match of text.matchAll(pattern)) {
      if (holds(...match)) {
        kinds.push(`${kind} (${match[0].trim()})`);
        break;
      }
    }
  }
  return kinds;
}

// A pause in typing, after which the text is looked up in the agency's lists.
const PAUSE = 300;

function sentence(kinds) {
  if (!kinds.length) return "";
  return `This looks like ${kinds.join(", ")}. Take it out and name the file of the owning system, or say below whose personal data it is.`;
}

class Hint {
  constructor(field, touched) {
    this.field = field;
    this.touched = touched;
    this.ofLists = [];
    this.shown = document.createElement("p");
    this.shown.className = "govuk-body identifiers";
    this.shown.setAttribute("role", "status");
    field.after(this.shown);
  }

  look() {
    this.show();
    if (!this.touched) return;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.lookUp(), PAUSE);
  }

  async lookUp() {
    const text = this.field.value;
    const found = await this.touched(text);
    // what was typed meanwhile is looked up by itself
    if (text !== this.field.value) return;
    this.ofLists = found.map(([name, words]) => `a word of your list ${name} (${words})`);
    this.show();
  }

  show() {
    const words = sentence([...identifiersIn(this.field.value), ...this.ofLists]);
    if (this.shown.textContent !== words) this.shown.textContent = words;
  }
}

export function pointOutIdentifiers() {
  const fields = document.querySelectorAll("[data-identifiers]");
  const touched = fields.length ? listsOfPage() : null;
  for (const field of fields) {
    const hint = new Hint(field, touched);
    field.addEventListener("input", () => hint.look());
    hint.look();
  }
}
