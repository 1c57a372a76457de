/** `operations.md`: what clients may ask for, as the families' manifests say. */
import { builtIns } from '../../../harness/cli/products/systems.ts';
import { type AnyKind, families } from '../../../harness/workload/families.ts';
import { mechanisms } from '../../../reference-impl/mechanisms.ts';
import { code, codes, note, type Page, shapeOf, table } from './markdown.ts';

export const operationsPage: Page = {
  file: 'operations.md',
  text: () =>
    [
      '# Operations',
      note,
      'What clients ask a system for: `f` is the name in programs and histories. `any` is any JSON. An operation ends with `ok` (it happened), `fail` (it did not and will not) or `info` (nobody knows). Operations of your own: [Operations and loads](../guides/operation.md).',
      ...Object.entries(families).map(([name, kinds]) =>
        [
          `## ${name.charAt(0).toUpperCase()}${name.slice(1)}`,
          table(
            ['f', 'asks to', 'argument', 'result', 'known to'],
            kinds.map((k) => [
              code(k.f),
              k.line ?? '',
              code(shapeOf(k.input)),
              code(shapeOf(k.output)),
              codes(systemsThatKnow(k)),
            ]),
          ),
        ].join('\n\n'),
      ),
    ].join('\n\n'),
};

/** `load` asks for any of the others. */
function systemsThatKnow({ f }: AnyKind): string[] {
  if (f === 'load') return ['all'];
  const isOfReference = mechanisms.some(
    (m) => m.shape !== 'front' && Object.hasOwn(m.operations, f),
  );
  const products = builtIns.filter((m) => m.operations.includes(f)).map((m) => m.name);
  return [...(isOfReference ? ['reference'] : []), ...products];
}
