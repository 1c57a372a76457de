/** What who looks at the validity of a lock promises: an acquire that ends well takes less than its TTL. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { Program } from '../../harness/core/program.ts';
import { grantsAlive } from '../../harness/systems/redis/grants-alive.ts';

const ttlUs = 2_000_000;

function acquired(tookUs: number, end: 'ok' | 'fail' = 'ok'): readonly HistoryEvent[] {
  const op = { op: 0, process: 1, f: 'acquire', key: 'l0' } as const;
  const atUs = 500_000;
  return [
    { type: 'invoke', timeUs: atUs, value: { ttlUs }, ...op },
    { type: end, timeUs: atUs + tookUs, value: end === 'ok' ? 7 : null, ...op },
  ] as readonly HistoryEvent[];
}

function judged(events: readonly HistoryEvent[]): ReturnType<typeof grantsAlive.judge> {
  return grantsAlive.judge({ events, readyUs: 0, endUs: 9_000_000 }, {} as Program);
}

describe('grants-alive', () => {
  it('accepts a lock that comes before its end', () => {
    assert.equal(judged(acquired(ttlUs)).kind, 'holds');
  });

  it('rejects one that comes later, and says by how much', () => {
    const verdict = judged(acquired(ttlUs + 1_500_000));
    assert.ok(verdict.kind === 'violated');
    assert.deepEqual(verdict.explanation.ops, [0]);
    assert.match(verdict.explanation.sentences.join(' '), /had ended 1\.5 s before/);
  });

  it('knows nothing where no lock was handed out', () => {
    assert.equal(judged(acquired(ttlUs + 1, 'fail')).kind, 'unknown');
  });
});
