/** `promises.md`: every promise that can be judged, who makes it, and the broken nodes that it catches. */
import { builtIns } from '../../../harness/cli/products/systems.ts';
import type { Invariant } from '../../../harness/core/invariant.ts';
import { invariantOf, invariants } from '../../../harness/invariants/catalog.ts';
import { mutants, reference } from '../../../reference-impl/system.ts';
import { codes, note, type Page, table } from './markdown.ts';

export const promisesPage: Page = {
  file: 'promises.md',
  text() {
    const general = new Set(invariants.map((i) => i.id));
    const all = [
      ...reference.promises.map((p) => (typeof p === 'string' ? invariantOf(p) : p)),
      ...invariants,
    ];
    const known = [...new Map(all.map((i) => [i.id, i])).values()];
    return [
      '# Promises',
      note,
      'A promise is one sentence that is true or false of a history. **Online** promises are watched while a simulated run goes on, the others are judged at its end. A mutant is a node of the reference cluster with one rule broken: the promise must catch it. Promises of your own: [Write a promise](../guides/promise.md).',
      '## Of any system',
      'Judged on operations alone.',
      ...known.filter((i) => general.has(i.id)).map(section),
      '## Of the reference cluster',
      'Judged on what its nodes say of themselves, too.',
      ...known.filter((i) => !general.has(i.id)).map(section),
    ].join('\n\n');
  },
};

function section(i: Invariant): string {
  const makers = [
    ...(promises(reference.promises, i.id) ? ['reference'] : []),
    ...builtIns.filter((m) => promises(m.open({}).system.promises, i.id)).map((m) => m.name),
  ];
  const caught = Object.entries(mutants)
    .filter(([, m]) => m.breaks.includes(i.id))
    .map(([id]) => id);
  const rows = [
    ['promised under', i.faultModel],
    ['promised by', makers.length === 0 ? 'nobody' : codes(makers)],
    ['online', i.monitor === undefined ? 'no' : 'yes'],
    ['catches', caught.length === 0 ? '—' : codes(caught)],
  ];
  return [`### ${i.id}`, i.claim, table(['', ''], rows)].join('\n\n');
}

function promises(list: readonly (string | Invariant)[], id: string): boolean {
  return list.some((p) => (typeof p === 'string' ? p : p.id) === id);
}
