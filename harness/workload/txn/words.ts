/** Transactions in words, whoever tells them: a bar, a step, a box of a cycle. */
import type { Json } from '../../core/host.ts';
import { show } from '../kind.ts';

/**
 * `t1 = 173, t3 is nothing`, `append 1 to x`; in any of Jepsen's forms. Of what was `asked` a read has brought nothing
 * yet: `read t3`. What is no transaction is shown as it is.
 */
export function transactionText(value: Json, isAsked = false): string {
  if (!Array.isArray(value)) return show(value);
  return (value as readonly Json[]).map((part) => partText(part, isAsked)).join(', ');
}

function partText(part: Json, isAsked: boolean): string {
  const [f, key, what = null] = Array.isArray(part) ? (part as readonly Json[]) : [];
  if (typeof f !== 'string' || key === undefined) return show(part);
  if (f === 'append') return `append ${show(what)} to ${show(key)}`;
  if (f !== 'r') return `${show(key)} = ${show(what)}`;
  return isAsked && what === null ? `read ${show(key)}` : `${show(key)} is ${show(what)}`;
}

/** Parts of a transaction in any of Jepsen's forms: `[["r", "x", null], ["append", "y", 3]]`. */
export function isTransaction(value: Json): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    (value as readonly Json[]).every(
      (p) => Array.isArray(p) && typeof p[0] === 'string' && p.length > 1,
    )
  );
}
