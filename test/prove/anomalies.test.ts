/** The page of what was seen to break: a row a product, setting, story and promise. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Shown, withRow } from './anomalies.ts';

const shown = (product: string, tries: number, flags: Record<string, string>): Shown => ({
  product,
  version: '7.0.15',
  anomaly: {
    what: 'A write comes late.',
    flags,
    scenario: 'lock',
    breaks: 'fencing',
    source: 'https://example.org',
  },
  tries,
  seconds: 9,
  steps: 12,
  safe: Object.keys(flags).length > 0 ? 'holds' : null,
});

const rowsOf = (page: string): string[] =>
  page.split('\n').filter((line) => /\| \d+ \|/.test(line));

describe('the page of what was seen to break', () => {
  const first = withRow('', shown('redis', 3, { fencing: 'none' }));

  it('has a row with its setting, its tries and steps, and what is without it', () => {
    assert.deepEqual(rowsOf(first), [
      '| redis 7.0.15 | `--fencing none` | lock | fencing | 3 | 9 | 12 | holds | A write comes late. |',
    ]);
  });

  it('keeps other rows, and has the newest of each', () => {
    const two = withRow(first, shown('etcd', 1, {}));
    assert.deepEqual(
      rowsOf(two).map((row) => row.split(' | ').slice(0, 2).join(' ')),
      ['| etcd 7.0.15 any', '| redis 7.0.15 `--fencing none`'],
    );
    const again = withRow(two, shown('redis', 1, { fencing: 'none' }));
    assert.equal(rowsOf(again).length, 2);
    assert.match(rowsOf(again)[1] ?? '', /\| fencing \| 1 \| 9 \| 12 \| holds/);
    // Aligned by hand or by a formatter, a row is the same row.
    const aligned = again.replaceAll(' | ', '    | ');
    assert.equal(rowsOf(withRow(aligned, shown('redis', 2, { fencing: 'none' }))).length, 2);
  });
});
