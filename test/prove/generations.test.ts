/** The five generations side by side: the text's own argument, measured; and the table of the guide is that table. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { generations } from '../../reference-impl/generations/config.ts';
import type { Generation } from '../../reference-impl/generations/config.ts';
import { chapters, drawn, rowOf } from './generations.ts';
import type { Row } from './generations.ts';

const guide = 'docs/guides/discovery.md';
const table = /(<!-- generations -->\n\n?```text\n)[^`]*(```)/;

describe('five generations of discovery in one story', () => {
  let rows: readonly Row[] = [];
  const row = (g: Generation): Row => rows.find((r) => r.generation === g) ?? assert.fail(g);
  const percent = (g: Generation, chapter: (typeof chapters)[number]): number => {
    const { failed, all } = row(g).failed[chapter];
    assert.ok(all > 500, `${g} has ${all} calls in ${chapter}`);
    return (failed * 100) / all;
  };

  before(function () {
    this.timeout(300_000);
    rows = generations.map(rowOf);
  });

  it('depends on one node alone in the second, and in no other', () => {
    const alone = rows.map((r) => [r.generation, r.alone.join(' ')]);
    assert.deepEqual(Object.fromEntries(alone), {
      static: '',
      balancer: 'balancer-0',
      registry: '',
      mesh: '',
      intent: '',
    });
  });

  it('fails fewer calls with checks than without, and fewest by what callers see for themselves', () => {
    for (const chapter of ['instance dies', 'zone cut', 'registry lost'] as const) {
      const of = (g: Generation): number => percent(g, chapter);
      assert.ok(of('registry') < of('static'), chapter);
      assert.ok(of('mesh') < of('static'), chapter);
      for (const g of ['static', 'balancer', 'registry', 'mesh'] as const)
        assert.ok(of('intent') * 2 < of(g), `${chapter}: intent ${of('intent')}, ${g} ${of(g)}`);
    }
  });

  it('has its bottleneck where all calls go through one', () => {
    for (const g of generations)
      assert.ok(g === 'balancer' ? percent(g, 'surge') > 50 : percent(g, 'surge') < 1, g);
  });

  it('pays for fresh lists in messages', () => {
    const {
      static: none,
      balancer,
      registry,
      mesh,
      intent,
    } = Object.fromEntries(rows.map((r) => [r.generation, r])) as Record<Generation, Row>;
    assert.equal(none.messagesPerSecond, 0);
    assert.ok(none.staleUs > 19_000_000);
    for (const r of [registry, mesh, intent])
      assert.ok(r.messagesPerSecond > 10 * balancer.messagesPerSecond);
    assert.ok(registry.staleUs < 12_000_000);
    assert.ok(intent.staleUs < 2_000_000);
  });

  it('is printed in the guide as it comes out', () => {
    const text = readFileSync(guide, 'utf8');
    const now = text.replace(table, (_, head: string, end: string) =>
      [head, ...drawn(rows).map((line) => `${line}\n`), end].join(''),
    );
    assert.match(text, table);
    if (process.env['REWRITE'] === '1') writeFileSync(guide, now);
    else assert.equal(text, now, 'REWRITE=1 writes it anew');
  });
});
