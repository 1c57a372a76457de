/** Somebody's circuit breaker, as it is, in the simulation: its promises, timers and clock are the run's. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cluster, libraryUnderTest, property } from '../../harness/index.ts';
import type { Fault, History, Invariant, LibraryUnderTest, Program } from '../../harness/index.ts';

/** Opens after three failures in a row, for ten seconds, then lets one call try. */
class Breaker<T> {
  private failures = 0;
  private openedAt = -Infinity;
  private isTrying = false;
  private readonly action: () => Promise<T>;
  private readonly countsTimeouts: boolean;

  constructor(action: () => Promise<T>, countsTimeouts: boolean) {
    this.action = action;
    this.countsTimeouts = countsTimeouts;
  }

  async fire(): Promise<T> {
    if (this.failures >= 3 && (this.isTrying || Date.now() - this.openedAt < 10_000)) {
      throw new Error('open');
    }
    this.isTrying = this.failures >= 3;
    try {
      const value = await this.withTimeout();
      this.failures = 0;
      return value;
    } catch (error) {
      const isTimeout = (error as Error).message === 'timed out';
      if (this.countsTimeouts || !isTimeout) this.failures += 1;
      this.openedAt = Date.now();
      throw error;
    } finally {
      this.isTrying = false;
    }
  }

  private withTimeout(): Promise<T> {
    return new Promise((resolve, reject) => {
      const alarm = setTimeout(() => reject(new Error('timed out')), 500);
      this.action()
        .then(resolve, reject)
        .finally(() => clearTimeout(alarm));
    });
  }
}

/** After three calls in a row that failed, at most one is let through within ten seconds. */
const trips: Invariant = {
  id: 'breaker-trips',
  area: 'RESILIENCE',
  claim: 'After three failures in a row a breaker lets nothing through for ten seconds.',
  faultModel: 'any faults',
  judge(history: History) {
    let failures = 0;
    let lastUs = 0;
    for (const e of history.events) {
      if (e.type !== 'ok' && e.type !== 'fail' && e.type !== 'info') continue;
      if (e.type === 'ok') failures = 0;
      if (e.type !== 'info') continue;
      if (failures >= 3 && e.timeUs - lastUs < 9_000_000) {
        const sentences = [`call ${e.op} was let through after ${failures} failures.`];
        const explanation = { atUs: e.timeUs, sentences, ops: [e.op] };
        return { kind: 'violated', invariant: trips.id, claim: trips.claim, explanation };
      }
      failures += 1;
      lastUs = e.timeUs;
    }
    return { kind: 'holds', invariant: trips.id, basis: `${history.events.length} events` };
  },
};

const breaker = (countsTimeouts: boolean, seen: string[] = []): LibraryUnderTest =>
  libraryUnderTest({
    name: 'breaker',
    operations: ['call'],
    promises: [trips],
    service: () => () => 'pong',
    client(host) {
      const it = new Breaker(() => host.request('server-0', 'ping'), countsTimeouts);
      setInterval(() => seen.push(`${Date.now() % 1e6} ${performance.now()}`), 20_000);
      return { perform: () => it.fire() };
    },
    // What the breaker refused did not happen.
    outcomeOf: (error) => {
      const why = (error as Error).message;
      return { type: why === 'open' ? 'fail' : 'info', error: why };
    },
  });

const down: Fault = {
  kind: 'crash',
  atUs: 5_000_000,
  untilUs: 35_000_000,
  nodes: { of: 'node', node: 0 },
};
const program: Program = {
  scenario: 'breaker',
  shape: cluster({ servers: 1, clients: 1 }),
  faults: [down],
  clients: [
    Array.from({ length: 200 }, (_, id) => ({
      id,
      afterUs: 300_000,
      f: 'call',
      key: 'x',
      value: null,
    })),
  ],
  durationUs: 60_000_000,
  noiseSeed: 1,
  settings: { policyDivisor: 1, deadlineUs: 2_000_000, mutant: null, extra: {} },
};

describe('a library under test', () => {
  it('keeps its promise in a minute of its own time, in which a server is down half of it', async () => {
    const seen: string[] = [];
    const { system, environment } = breaker(true, seen);
    const run = await environment.run(system, program);
    assert.equal(trips.judge(run.history, program).kind, 'holds');
    const kinds = new Set(run.history.events.map((e) => e.type));
    assert.ok(kinds.has('ok') && kinds.has('fail') && kinds.has('info'), [...kinds].join());
    assert.equal(seen.length, 3, 'three beats of 20 s');
    assert.match(seen[1] ?? '', / 40000$/, 'its clock is the run’s');
  });

  it('is caught when it does not count time-outs as failures', async () => {
    const { system, environment } = breaker(false);
    const run = await environment.run(system, program);
    const verdict = trips.judge(run.history, program);
    assert.equal(verdict.kind, 'violated');
  });

  it('has its violations told shrunk by a property', async () => {
    const { system, environment } = breaker(false);
    const told = await property({
      environment,
      system,
      cluster: { servers: 1, clients: 1 },
      operations: () => program.clients,
      faults: { kinds: ['crash'], count: [1, 1] },
      promises: [trips],
      durationUs: 60_000_000,
      runs: 20,
      regressions: null,
    }).then(
      () => '',
      (error: Error) => error.message,
    );
    assert.match(told, /breaker-trips is violated/);
    const steps = told.split('\n').filter((line) => /^ *\d+ +\d+\.\d{3} s/.test(line));
    // Three failures, the crash that makes them, and the call that was let through.
    assert.ok(steps.length > 0 && steps.length <= 6, told);
  });

  it('runs the same way for the same seed, however busy the machine, and another for another', async () => {
    const hash = async (noiseSeed: number): Promise<string | null> => {
      const { system, environment } = breaker(true);
      return (await environment.run(system, { ...program, noiseSeed })).traceHash;
    };
    const [first, again, other] = await Promise.all([hash(1), hash(1), hash(2)]);
    assert.ok(first !== null);
    assert.equal(first, again);
    assert.notEqual(first, other);
  });

  it('gives the language its own time back', async () => {
    const { Date: before, setTimeout: timer } = globalThis;
    const { system, environment } = breaker(true);
    const running = environment.run(system, { ...program, durationUs: 1_000_000 });
    const year = new Date().getFullYear();
    await running;
    assert.ok(year >= 2024, 'other code keeps the real time meanwhile');
    assert.equal(globalThis.Date, before);
    assert.equal(globalThis.setTimeout, timer);
  });

  it('speaks HTTP by fetch, to nodes by their names', async () => {
    const { system, environment } = libraryUnderTest({
      name: 'fetching',
      operations: ['call'],
      promises: [],
      service: () => (request) => ({ echo: request }),
      client: () => ({
        async perform(op) {
          const answer = await fetch(`http://server-0/keys/${op.key}?a=1`, {
            method: 'PUT',
            body: '7',
          });
          return (await answer.json()) as string;
        },
      }),
    });
    const run = await environment.run(system, { ...program, faults: [], durationUs: 1_000_000 });
    const first = run.history.events.find((e) => e.type === 'ok');
    assert.deepEqual(first?.type === 'ok' && first.value, {
      echo: { method: 'PUT', path: '/keys/x?a=1', body: '7' },
    });
  });
});
