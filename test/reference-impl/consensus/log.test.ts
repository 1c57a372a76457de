/** The log's binary search against a scan. */
import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import { factsOf } from '../../../reference-impl/consensus/entry-facts.ts';
import { Log } from '../../../reference-impl/consensus/log.ts';
import type { Entry } from '../../../reference-impl/consensus/messages.ts';

function entries(...terms: readonly number[]): Entry[] {
  return terms.map((term) => ({ term, command: { f: 'noop' } }));
}

function scan(terms: readonly number[], index: number, term: number): number {
  for (let i = Math.min(index, terms.length); i > 0; i--) if ((terms[i - 1] ?? 0) <= term) return i;
  return 0;
}

describe('the log', () => {
  it('finds the last entry of a term at most, in 5,000 random logs', () => {
    const draw = new Prng(8);
    for (let i = 0; i < 5_000; i++) {
      const terms: number[] = [];
      for (let n = draw.below(20); n > 0; n--) terms.push((terms.at(-1) ?? 1) + draw.below(3));
      const log = new Log();
      log.append(0, entries(...terms));
      const [index, term] = [draw.below(25), draw.below(30)];
      assert.equal(log.lastWithTermAtMost(index, term), scan(terms, index, term));
    }
  });

  it('drops what follows the place where it appends', () => {
    const log = new Log();
    log.append(0, entries(1, 1, 2, 2));
    log.append(2, entries(3));
    assert.equal(log.lastIndex, 3);
    assert.equal(log.lastTerm, 3);
    assert.deepEqual(log.slice(2, 10), entries(1, 3));
    assert.equal(log.slice(4, 10).length, 0);
  });

  it('knows of each entry what belongs to it, whatever was dropped, forgotten or replaced', () => {
    const draw = new Prng(9);
    const log = new Log();
    for (let i = 0; i < 2_000; i++) {
      const { first, lastIndex } = log;
      const kept = first - 1 + draw.below(lastIndex - first + 2);
      const what = draw.below(10);
      if (what === 0) log.reset(lastIndex + draw.below(3), i);
      else if (what < 3) log.forget(kept, draw.below(200));
      else log.append(kept, entries(...Array<number>(draw.below(4)).fill(i)));
      for (let n = log.first; n <= log.lastIndex; n++) {
        assert.equal(log.factsAt(n), factsOf(log.entry(n)));
      }
    }
  });

  it('has no gaps', () => {
    const log = new Log();
    log.append(0, entries(2));
    assert.throws(() => log.append(3, entries(2)), /a gap in the log/);
  });
});
