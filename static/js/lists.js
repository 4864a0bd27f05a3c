// Finds, in the page itself, what stands in a list that one's agency gave. The page has fingerprints of the entries, not
// the entries. `infosharing/identifiers/normalising.py` makes the same words of them; a test holds both together.
const FOLDED = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ı: "i", ς: "σ" };
const MOST_WORDS = 4;
const FINGERPRINT_BYTES = 16;
// so many at a time: the page stays quick while a long text is looked through
const AT_ONCE = 256;
const REMEMBERED = 50_000;

// Letters and digits, in lower case, without accents; whatever else stands between them only separates.
export function wordsOf(text) {
  const lower = text.normalize("NFKC").toLowerCase();
  const plain = lower.normalize("NFD").replace(/[ßæœøłđıς]/g, (letter) => FOLDED[letter]);
  return plain.replace(/[\p{M}\p{Cf}]/gu, "").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

// Every run of one to four words, each once, in the order of the text.
export function runsOf(words) {
  const runs = new Set();
  for (let start = 0; start < words.length; start += 1) {
    for (let length = 1; length <= MOST_WORDS && start + length <= words.length; length += 1) {
      runs.add(words.slice(start, start + length).join(" "));
    }
  }
  return [...runs];
}

// The first half of SHA-256 over salt and words, a sign for each byte.
export async function fingerprint(salt, words) {
  const said = new TextEncoder().encode(words);
  const both = new Uint8Array(salt.length + said.length);
  both.set(salt);
  both.set(said, salt.length);
  const digest = await crypto.subtle.digest("SHA-256", both);
  return String.fromCharCode(...new Uint8Array(digest, 0, FINGERPRINT_BYTES));
}

function bytesOf(letters) {
  return Uint8Array.from(atob(letters), (sign) => sign.charCodeAt(0));
}

function printsOf(letters) {
  const signs = atob(letters);
  const prints = new Set();
  for (let start = 0; start < signs.length; start += FINGERPRINT_BYTES) {
    prints.add(signs.slice(start, start + FINGERPRINT_BYTES));
  }
  return prints;
}

// Lists of one agency share their salt; should they not, each salt is fingerprinted by itself.
class Salted {
  constructor(salt) {
    this.salt = bytesOf(salt);
    this.lists = [];
    this.known = new Map();
  }

  async namesOf(run) {
    if (!this.known.has(run)) {
      const print = await fingerprint(this.salt, run);
      const names = this.lists.filter((list) => list.prints.has(print)).map((list) => list.name);
      this.known.set(run, names);
    }
    return this.known.get(run);
  }
}

// Returns a function that tells of a text which lists it touches, as [name, words]; or nothing where that cannot be told:
// there is no list, or the page did not come over a safe connection.
export function listsOfPage() {
  const given = document.getElementById("given-lists");
  if (!given || !globalThis.crypto?.subtle) return null;
  const salted = new Map();
  for (const { name, salt, fingerprints } of JSON.parse(given.textContent)) {
    if (!salted.has(salt)) salted.set(salt, new Salted(salt));
    salted.get(salt).lists.push({ name, prints: printsOf(fingerprints) });
  }
  return async (text) => {
    const found = new Map();
    const runs = runsOf(wordsOf(text));
    for (const one of salted.values()) {
      if (one.known.size > REMEMBERED) one.known.clear();
      for (let start = 0; start < runs.length; start += AT_ONCE) {
        const some = runs.slice(start, start + AT_ONCE);
        const names = await Promise.all(some.map((run) => one.namesOf(run)));
        names.forEach((touched, place) => {
          for (const name of touched) if (!found.has(name)) found.set(name, some[place]);
        });
      }
    }
    return [...found];
  };
}
