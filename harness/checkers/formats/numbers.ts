/**
 * Numbers that a double cannot hold. Each becomes the text of its digits: rounded, two that differ would
 * be one value, and a violation would pass.
 */

/** The text of one number, if it may not be read as a number; null: it may. */
export function inexact(text: string): string | null {
  const n = Number(text);
  const isWhole = /^[+-]?\d+$/.test(text);
  return Number.isFinite(n) && (!isWhole || Number.isSafeInteger(n)) ? null : text;
}

/** JSON in which such numbers are texts. */
export function withExactNumbers(json: string): string {
  // Most have none: the shortest is as long as 2^53, or has an exponent.
  if (!/\d{16}|\d[eE]/.test(json)) return json;
  return json.replace(tokens, (token) => {
    if (token.startsWith('"')) return token;
    return inexact(token) === null ? token : `"${token}"`;
  });
}

const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
