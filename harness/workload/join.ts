/** Joins lists of operations that were drawn apart. */
import type { Operation } from '../core/program.ts';

/** Joins lists of several families for the same clients, in turn; ids are given anew. */
export function interleave(...families: readonly (readonly Operation[])[][]): Operation[][] {
  const clients = Math.max(...families.map((f) => f.length));
  let id = 0;
  return Array.from({ length: clients }, (_, c) => {
    const own = families.map((f) => f[c] ?? []);
    const longest = Math.max(...own.map((l) => l.length));
    const out: Operation[] = [];
    for (let i = 0; i < longest; i++) {
      for (const list of own) {
        const op = list[i];
        if (op !== undefined) out.push({ ...op, id: id++ });
      }
    }
    return out;
  });
}

/** Joins lists of several families, each for clients of its own; ids are given anew. */
export function sideBySide(...families: readonly (readonly Operation[])[][]): Operation[][] {
  let id = 0;
  return families.flat().map((list) => list.map((op) => ({ ...op, id: id++ })));
}
