// What the drawings share: colours and font of _tokens.scss, and the data that the page brings along.
export const INK = "#0b0c0c";
export const HARBOUR = "#1b3a57";
export const LINE = "#c8d1da";
export const ACT = "#a4262c";
export const APPROACHES = { CJ: "#1f5fa8", AD: "#6a3d9a", VF: "#00695c" };
export const FONT = '"Source Sans 3", "Segoe UI", "Helvetica Neue", arial, sans-serif';

export function dataOf(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

// A canvas takes the font that is there when it is drawn.
export async function whenFontIsThere() {
  await Promise.all([400, 600].map((weight) => document.fonts.load(`${weight} 16px "Source Sans 3"`)));
}

export function inLines(text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1) && lines.at(-1).length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
  }
  return lines;
}
