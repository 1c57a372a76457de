/**
 * Numbers that a double cannot hold. Each becomes the text of its digits: rounded, two that differ would
 * be one value, and a violation would pass.
 */
import type { Json } from '../../core/host.ts';

/** The text of one number, if it may not be read as a number; null: it may. */
export function inexact(text: string): string | null {
  const n = Number(text);
  const isWhole = /^[+-]?\d+$/.test(text);
  return Number.isFinite(n) && (!isWhole || Number.isSafeInteger(n)) ? null : text;
}

/** The value of a JSON text, in which such numbers are texts. Throws a SyntaxError. */
export function parseExactly(json: string): Json {
  const value = JSON.parse(json) as Json;
  // A number that was rounded is one that no double holds exactly, too.
  return isExact(value) ? value : (JSON.parse(json.replace(tokens, quoteInexact)) as Json);
}

function isExact(value: Json): boolean {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
  }
  if (value === null || typeof value !== 'object') return true;
  return Object.values(value).every((v: Json | undefined) => isExact(v ?? null));
}

const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function quoteInexact(token: string): string {
  return token.startsWith('"') || inexact(token) === null ? token : `"${token}"`;
}
