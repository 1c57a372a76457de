/** What is kept of a suite, and what of it is told to have changed. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compared, readKept } from '../../harness/page/prepare/kept-suite.ts';
import type { KeptSuite } from '../../harness/page/prepare/kept-suite.ts';

const figure = (p50: number, count = 100): KeptSuite['figures'][number] => {
  return { scenario: 's', name: 'reads', count, p50, p99: 0.01 };
};
const suite = (part: Partial<KeptSuite>): KeptSuite => ({
  format: 1,
  madeBy: 'x',
  scenarios: [{ name: 's', verdict: 'holds', runs: 3 }],
  promises: [],
  figures: [],
  ...part,
});
const told = (now: Partial<KeptSuite>, before: Partial<KeptSuite>): string[] =>
  compared(suite(now), suite(before)).changes.map((c) => `${c.kind} ${c.text}`);

describe('a suite against the one before', () => {
  it('tells nothing of what is the same', () => {
    assert.deepEqual(told({ figures: [figure(0.005)] }, { figures: [figure(0.005)] }), []);
  });

  it('tells verdicts that are another, what is new and what is gone, the worse first', () => {
    const promise = (id: string, verdict: 'holds' | 'violated' | 'unknown') => ({ id, verdict });
    assert.deepEqual(
      told(
        { promises: [promise('a', 'holds'), promise('b', 'unknown'), promise('d', 'holds')] },
        { promises: [promise('a', 'violated'), promise('b', 'holds'), promise('c', 'holds')] },
      ),
      [
        'worse promise b: unknown, was holds',
        'gone promise c: was holds',
        'new promise d: holds, was not there',
        'better promise a: holds, was violated',
      ],
    );
  });

  it('tells figures that are a fifth away, of as many runs and enough samples', () => {
    assert.deepEqual(told({ figures: [figure(0.013)] }, { figures: [figure(0.01)] }), [
      'slower s, reads: P50 13 ms, was 10 ms',
    ]);
    assert.deepEqual(told({ figures: [figure(0.01)] }, { figures: [figure(0.013)] }), [
      'faster s, reads: P50 10 ms, was 13 ms',
    ]);
    assert.deepEqual(told({ figures: [figure(0.011)] }, { figures: [figure(0.01)] }), []);
    assert.deepEqual(told({ figures: [figure(0.013, 5)] }, { figures: [figure(0.01, 5)] }), []);
    const others = [{ name: 's', verdict: 'holds', runs: 4 } as const];
    const more = { figures: [figure(0.013)], scenarios: others };
    assert.deepEqual(told(more, { figures: [figure(0.01)] }), []);
  });

  it('is compared with nothing that it cannot read', () => {
    assert.equal(readKept('{'), null);
    assert.equal(readKept('{"format":2}'), null);
    assert.deepEqual(readKept(JSON.stringify(suite({}))), suite({}));
  });
});
