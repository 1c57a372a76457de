/** Figures over operations, of small recorded histories: failover, unavailability, staleness, percentiles. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { FaultEvent, HistoryEvent, OperationEvent } from '../../harness/core/history.ts';
import type { Json } from '../../harness/core/host.ts';
import type { Metric } from '../../harness/core/metric.ts';
import { failoverSeconds } from '../../harness/metrics/failover.ts';
import { FigureBook } from '../../harness/metrics/figures.ts';
import { lookupStalenessSeconds } from '../../harness/metrics/lookup-staleness.ts';
import { readStalenessSeconds } from '../../harness/metrics/read-staleness.ts';
import { unavailableSeconds } from '../../harness/metrics/unavailability.ts';

/** The samples of a history, in tenths of seconds, with their labels. */
function samplesOf(metric: Metric, events: readonly HistoryEvent[]): string[] {
  const read = metric.reader();
  return events.flatMap((e) =>
    read(e).map(({ value, labels = {} }) =>
      [Math.round(value * 10), ...Object.values(labels)].join(' '),
    ),
  );
}

interface End {
  readonly out?: Json;
  readonly type?: OperationEvent['type'];
  /** Nobody answered: it was lost on the way. */
  readonly isLost?: boolean;
}

/** Calls and returns at these tenths of seconds, by time. */
class Recorded {
  private readonly events: HistoryEvent[] = [];
  private ops = 0;

  op(
    f: string,
    value: Json,
    call: number,
    ret: number,
    { out, type = 'ok', isLost }: End = {},
  ): this {
    const op = (this.ops += 1);
    const base = { process: op, op, f, key: 'k' };
    const answer = { ...base, value: out ?? value, ...(isLost !== true && { node: 0 }) };
    this.events.push({ type: 'invoke', timeUs: call * 1e5, ...base, value });
    this.events.push({ type, timeUs: ret * 1e5, ...answer });
    return this;
  }

  leads(node: number, at: number): this {
    const value = { kind: 'role', role: 'leader', term: 1 } as const;
    this.events.push({ type: 'observe', timeUs: at * 1e5, node, value });
    return this;
  }

  fault(phase: FaultEvent['phase'], kind: string, nodes: readonly number[], at: number): this {
    this.events.push({ type: 'fault', timeUs: at * 1e5, phase, fault: 0, kind, nodes });
    return this;
  }

  get all(): readonly HistoryEvent[] {
    return this.events.toSorted((a, b) => a.timeUs - b.timeUs);
  }
}

describe('figures over operations', () => {
  it('tell the failover: from the fault to the first change that was called after it', () => {
    const h = new Recorded()
      .leads(1, 0)
      .fault('begin', 'crash', [1], 10)
      .op('write', 1, 10, 12) // Called before it took effect.
      .fault('effective', 'crash', [1], 11)
      .op('read-stale', null, 13, 14, { out: 1 }) // Changes nothing.
      .op('write', 2, 13, 20, { type: 'info' })
      .op('write', 3, 15, 25)
      .op('write', 4, 26, 27);
    assert.deepEqual(samplesOf(failoverSeconds, h.all), ['15 crash']);
  });

  it('tell no failover of a fault that met somebody else, or nobody, or slows down only', () => {
    const other = (kind: string, node: number): readonly HistoryEvent[] =>
      new Recorded()
        .leads(1, 0)
        .fault('begin', kind, [node], 10)
        .fault('effective', kind, [node], 10)
        .op('write', 1, 11, 12).all;
    assert.deepEqual(samplesOf(failoverSeconds, other('pause', 2)), []);
    assert.deepEqual(samplesOf(failoverSeconds, other('latency', 1)), []);
    assert.deepEqual(samplesOf(failoverSeconds, other('pause', 1)), ['2 pause']);
    const vain = new Recorded().leads(1, 0).fault('begin', 'crash', [1], 10);
    vain.fault('end', 'crash', [1], 20).op('write', 1, 21, 22);
    assert.deepEqual(samplesOf(failoverSeconds, vain.all), []);
  });

  it('tell windows in which somebody asked and nobody was served', () => {
    const h = new Recorded()
      .op('write', 1, 0, 1)
      // Nobody asks until 20: that is no window. Then one waits in vain, and one is refused.
      .op('write', 2, 20, 35, { type: 'info', isLost: true })
      .op('acquire', null, 22, 23, { type: 'fail' })
      .op('write', 3, 36, 38)
      .op('write', 4, 39, 40);
    assert.deepEqual(samplesOf(unavailableSeconds, h.all), ['18']);
  });

  it('take a refusal for no outage, and one that was not answered for one', () => {
    const refused = new Recorded().op('write', 1, 0, 1).op('acquire', null, 2, 3, { type: 'fail' });
    refused.op('write', 2, 9, 10);
    assert.deepEqual(samplesOf(unavailableSeconds, refused.all), []);
    const lost = new Recorded().op('write', 1, 0, 1);
    lost.op('write', 2, 2, 3, { type: 'fail', isLost: true }).op('write', 2, 9, 10);
    assert.deepEqual(samplesOf(unavailableSeconds, lost.all), ['8']);
  });

  it('tell how long what was read had been replaced', () => {
    const h = new Recorded()
      .op('read', null, 0, 1) // Nothing was written.
      .op('write', 1, 2, 3)
      .op('write', 2, 4, 6)
      .op('read', null, 5, 7, { out: 1 }) // The second write was under way.
      .op('read-stale', null, 9, 10, { out: 1 }) // Replaced since 6.
      .op('read', null, 9, 11, { out: 2 })
      .op('cas', [2, 3], 12, 13)
      .op('delete', null, 14, 15)
      .op('read-stale', null, 20, 21, { out: 2 }) // Replaced since 13.
      .op('read', null, 20, 22)
      .op('write', 9, 23, 30, { type: 'info', isLost: true })
      .op('read', null, 31, 32, { out: 9 }); // Nobody knows when that was written.
    assert.deepEqual(samplesOf(readStalenessSeconds, h.all), [
      ...['0 read', '0 read', '3 read-stale', '0 read'],
      ...['7 read-stale', '0 read', '0 read'],
    ]);
  });

  it('take nothing at all for new where a removal is under way, or nobody knows what became of it', () => {
    const h = new Recorded()
      .op('write', 1, 0, 1)
      .op('delete', null, 2, 9)
      .op('read', null, 3, 4)
      .op('write', 2, 10, 11)
      .op('delete', null, 12, 13, { type: 'info', isLost: true })
      .op('read', null, 14, 15)
      .op('read', null, 16, 17, { out: 1 });
    assert.deepEqual(samplesOf(readStalenessSeconds, h.all), ['0 read', '0 read', '7 read']);
  });

  it('tell how long a look-up lacked who was there, and had who had left', () => {
    const lease = { instance: 'a', ttlUs: 2_000_000 };
    const h = new Recorded()
      .op('register', lease, 0, 1, { out: 7 })
      .op('discover', null, 2, 3, { out: ['a'] })
      .op('discover', null, 5, 6, { out: [] }) // There since 1.
      .op('renew', 7, 10, 11)
      .op('discover', null, 25, 26, { out: [] }) // There since 1, by its renewal.
      .op('discover', null, 29, 31, { out: [] }) // Its lease may have ended.
      .op('deregister', 7, 32, 35)
      .op('discover', null, 33, 34, { out: ['a'] })
      .op('discover', null, 39, 40, { out: ['a'] }) // Left since 35.
      .op('discover', null, 41, 42, { out: [] });
    const found = ['0', '4', '24', '0', '0', '4', '0'];
    assert.deepEqual(samplesOf(lookupStalenessSeconds, h.all), found);
  });

  it('come as percentiles, each of them a sample, over all runs of a scenario', () => {
    const book = new FigureBook([unavailableSeconds]);
    for (const length of [30, 4, 7, 5]) {
      const h = new Recorded().op('write', 1, 0, 1);
      h.op('write', 2, 2, 3, { type: 'info', isLost: true }).op('write', 3, 3, 2 + length);
      book.add(h.all);
    }
    assert.deepEqual(book.figures(), [
      {
        metric: unavailableSeconds.name,
        labels: {},
        count: 4,
        p50: 0.5,
        p90: 3,
        p99: 3,
        p999: 3,
        max: 3,
      },
    ]);
    assert.deepEqual(new FigureBook([unavailableSeconds]).figures(), []);
  });
});
