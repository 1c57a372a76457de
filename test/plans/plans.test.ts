/** Plans of faults as data: what is read, what is refused and where, what it comes to. */
import assert from 'node:assert/strict';
import { cluster } from '../../harness/index.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { HistoryEvent, History } from '../../harness/core/history.ts';
import { describeFault } from '../../harness/faults/describe.ts';
import { planOfValue, readPlan } from '../../harness/plans/read.ts';
import { steadyState } from '../../harness/plans/steady.ts';
import { plannedFaults } from '../../harness/plans/with-plan.ts';

const shape = cluster({ servers: 5, clients: 2 });

function told(steps: string, head = ''): string[] {
  const file = readPlan('p.yaml', `version: 1\n${head}steps:\n${steps}`);
  const ms = (us: number): number => us / 1_000;
  return plannedFaults(file, shape, new Prng(1)).map(
    ({ fault }) => `${ms(fault.atUs)}-${ms(fault.untilUs)} ${describeFault(fault, shape)}`,
  );
}

describe('a plan', () => {
  it('says what, whom, when, for how long, and how often', () => {
    const text = `
  - { at: 1s, for: 2s, fault: partition, mode: drop, from: minority, to: majority }
  - { at: 4s, for: 100ms, fault: latency, delay: 50ms, jitter: 5ms, from: clients, to: servers, oneWay: true }
  - { at: 5s, for: 200ms, fault: pause, on: [server-1, server-3], every: 1s, times: 2 }
  - { at: 8s, for: 1s, fault: clock, jump: -2s, driftPpm: 100, on: leader }`;
    assert.deepEqual(told(text), [
      '1000-3000 partition (drop) minority ⇎ majority',
      '4000-4100 latency 50 ms ± 5 ms clients ⇏ servers',
      '5000-5200 pause server-1, server-3',
      '6000-6200 pause server-1, server-3',
      '8000-9000 clock 2 s back, drift 100 ppm, of leader',
    ]);
  });

  it('puts steps one after another, together, and into another scale', () => {
    const text = `
  - at: 1s
    sequence:
      - { for: 1s, fault: pause, on: server-0 }
      - together:
          - { for: 2s, fault: pause, on: server-1 }
          - { for: 1s, fault: pause, on: server-2 }
      - { at: 500ms, for: 1s, fault: pause, on: server-3 }`;
    const paused = (scale: number): string[] => told(text, `scale: ${scale}\n`);
    assert.deepEqual(paused(1), [
      '1000-2000 pause server-0',
      '2000-4000 pause server-1',
      '2000-3000 pause server-2',
      '4500-5500 pause server-3',
    ]);
    assert.equal(paused(0.5)[3], '2250-2750 pause server-3');
  });

  it('draws the same from the same seed, its own or the run’s', () => {
    const text = `
  - { at: 1s, for: 1s, fault: pause, on: random 2 of servers, every: 2s, times: 4, spread: 500ms }
  - at: 10s
    random: { count: 4, kinds: [latency, pause], during: 20s, longest: 2s }`;
    assert.deepEqual(told(text, 'limit: none\n'), told(text, 'limit: none\n'));
    assert.notDeepEqual(told(text, 'limit: none\n'), told(text, 'limit: none\nseed: 9\n'));
    assert.equal(told(text, 'limit: none\n').length, 8);
  });

  it('as Chaos Monkey: one of a group, perhaps, never one that opted out', () => {
    const text = `
  - monkey: { fault: crash, on: servers, optOut: [server-0, server-1], every: 2s, chance: 60%, for: 1s, during: 60s, atMost: 10 }`;
    const all = told(text);
    assert.equal(all.length, 10);
    assert.ok(
      all.every((line) => /crash server-[234]$/.test(line)),
      all.join('\n'),
    );
  });

  it('lets a fault flap, a clock strobe, and a group restart in turn', () => {
    const text = `
  - { at: 1s, for: 1s, fault: partition, mode: drop, from: minority, to: majority, flap: { on: 300ms, off: 100ms } }
  - { at: 3s, for: 50ms, fault: clock, jump: 200ms, driftPpm: 0, on: leader, flap: { on: 20ms, off: 20ms } }
  - at: 4s
    rolling: { fault: crash, clean: true, on: [server-2, server-0], for: 1s, pause: 500ms }
  - { at: 8s, for: 1s, fault: partition, mode: drop, from: holder, to: servers }
  - { at: 9s, for: 1s, fault: latency, delay: 1ms, from: holder of l1, to: servers }`;
    assert.deepEqual(told(text), [
      '1000-1300 partition (drop) minority ⇎ majority',
      '1400-1700 partition (drop) minority ⇎ majority',
      '1800-2000 partition (drop) minority ⇎ majority',
      '3000-3020 clock 200 ms ahead, drift 0 ppm, of leader',
      '3040-3050 clock 200 ms ahead, drift 0 ppm, of leader',
      '4000-5000 stop server-0',
      '5500-6500 stop server-2',
      '8000-9000 partition (drop) holder of a lock ⇎ servers',
      '9000-10000 latency 1 ms ± 0 µs holder of l1 ⇎ servers',
    ]);
  });

  it('lets a fault end before its time, when something is observed', () => {
    const text = `
  - { at: 1s, for: 9s, until: { observed: role, like: { role: leader }, by: server-2 }, fault: pause, on: server-0 }
  - { at: 11s, for: 2s, until: { observed: ok, like: { f: write }, nth: 3 }, fault: pause, on: server-1, every: 3s, times: 2 }`;
    assert.deepEqual(told(text), [
      '1000-10000 pause server-0, until role (role leader, node 2) is observed',
      '11000-13000 pause server-1, until no. 3 of ok (f write) is observed',
      '14000-16000 pause server-1, until no. 3 of ok (f write) is observed',
    ]);
  });

  it('lets what follows in a sequence come sooner, and nothing beside it', () => {
    const text = `
  - sequence:
      - { for: 5s, until: { observed: role }, fault: pause, on: server-0 }
      - { at: 1s, for: 2s, fault: pause, on: server-1 }
      - { for: 1s, until: { observed: ok }, fault: crash, on: server-2 }
      - { for: 1s, fault: pause, on: server-1 }
  - { at: 20s, for: 1s, fault: pause, on: server-0 }`;
    const role = ', sooner if role is observed';
    assert.deepEqual(told(text), [
      '0-5000 pause server-0, until role is observed',
      `6000-8000 pause server-1${role}`,
      `8000-9000 crash server-2, until ok is observed${role}`,
      `9000-10000 pause server-1${role}, sooner if ok is observed`,
      '20000-21000 pause server-0',
    ]);
  });

  it('is held to a minority also where a sequence comes sooner', () => {
    const text = `
  - sequence:
      - { for: 5s, until: { observed: role }, fault: pause, on: server-0 }
      - { for: 2s, fault: pause, on: [server-1, server-2] }
  - { at: 2s, for: 2s, fault: crash, on: server-3 }`;
    assert.throws(() => told(text), {
      code: 'E_PLAN',
      message: /p\.yaml:\d+:\d+: from .* of 5 could/,
    });
    assert.equal(told(text.replace(/until: {.*}, /, '')).length, 3);
  });

  it('cuts servers into shapes', () => {
    const cuts = (form: string): string[] =>
      told(
        `  - { at: 0s, for: 1s, fault: partition, mode: drop, shape: ${form} }`,
        'limit: none\n',
      );
    assert.match(cuts('halves').join(), /^0-1000 partition \(drop\) \S+ \S+ ⇎ \S+ \S+ \S+$/);
    assert.match(cuts('one-against-all').join(), /\) server-\d ⇎ (server-\d(, )?){4}$/);
    assert.match(cuts('bridge').join(), /\) (server-\d(, )?){2} ⇎ (server-\d(, )?){2}$/);
    assert.equal(cuts('ring').length, 3);
  });

  it('is the same as YAML, JSON and a value', () => {
    const value = { version: 1, steps: [{ at: '1s', for: '1s', fault: 'pause', on: 'leader' }] };
    const { plan } = planOfValue('p.ts', value);
    assert.deepEqual(readPlan('p.json', JSON.stringify(value)).plan, plan);
  });
});

describe('a plan is refused, with the line and column', () => {
  const refuses = (steps: string, message: RegExp): void => {
    assert.throws(() => told(steps), { code: 'E_PLAN', message });
  };
  it('for what is no YAML, or no plan', () => {
    refuses('  - { at: 1s', /^E_PLAN: p\.yaml:\d+:\d+: /);
    refuses(
      '  - { for: 1s, fault: pause, on: leader, at: soon }',
      /^E_PLAN: p\.yaml:3:42: at: expected a duration/,
    );
    refuses('  - { at: 1s }', /^E_PLAN: p\.yaml:3:5: a step has none of fault, random/);
    refuses('  - sequence:\n      - { fault: pause }', /^E_PLAN: p\.yaml:4:9: for: /);
    refuses(
      '  - { for: 1s, until: { like: {} }, fault: pause, on: leader }',
      /^E_PLAN: p\.yaml:3:16: until\.observed: /,
    );
    refuses(
      '  - { for: 1s, until: { observed: ok, by: nobody }, fault: pause, on: leader }',
      /^E_PLAN: p\.yaml:3:39: "nobody" is nobody here/,
    );
    refuses(
      '  - { for: 1s, until: { observed: ok }, fault: pause, on: leader, flap: { on: 1ms, off: 1ms } }',
      /^E_PLAN: p\.yaml:3:16: a fault that flaps ends at its times alone/,
    );
    assert.throws(() => readPlan('p.yaml', 'version: 2\nsteps: []'), {
      message: /^E_PLAN: p\.yaml:1:1: version/,
    });
    const bomb = `a: &a [x,x]\nb: &b [${'*a,'.repeat(50)}]\nc: [${'*b,'.repeat(50)}]`;
    assert.throws(() => readPlan('p.yaml', bomb), { code: 'E_PLAN' });
  });

  it('for a kind, a field or somebody who is not there', () => {
    refuses(
      '  - { at: 1s, for: 1s, fault: sloth, on: leader }',
      /:3:24: there is no fault "sloth", wanted one of/,
    );
    refuses(
      '  - { for: 1s, fault: pause, on: server-9 }',
      /:3:30: "server-9" is nobody here, wanted one of leader/,
    );
    refuses(
      '  - { for: 1s, fault: pause, on: leader, mood: bad }',
      /:3:42: pause has no field mood/,
    );
    refuses(
      '  - { for: 1s, fault: partition, mode: gently, shape: halves }',
      /:3:34: partition: mode: /,
    );
    refuses(
      '  - { for: 1s, fault: partition, mode: drop, on: leader }',
      /hits links: say from and to/,
    );
    refuses('  - { for: 1s, fault: pause, on: random 6 of servers }', /of 5 nodes, wanted 1 to 5/);
  });

  it('where fewer than a majority of servers could work together, whoever leads', () => {
    refuses(
      `
  - { at: 1s, for: 2s, fault: pause, on: [server-1, server-2] }
  - { at: 2s, for: 2s, fault: crash, on: leader }`,
      /:5:5: from 2 s on only server-\d, server-\d of 5 could work together where server-0 leads, wanted a majority, 3/,
    );
    refuses(
      '  - { for: 1s, fault: partition, mode: drop, from: servers, to: servers }',
      /of 5 could work/,
    );
    const both = '  - { for: 1s, fault: pause, on: servers }';
    assert.equal(told(both, 'limit: none\n').length, 1);
    // One ends as the other begins.
    const apart = `
  - { at: 1s, for: 1s, fault: pause, on: [server-1, server-2] }
  - { at: 2s, for: 2s, fault: crash, on: leader }`;
    assert.equal(told(apart).length, 2);
  });
});

describe('steady state', () => {
  const judged = (lines: readonly (readonly [number, string, string?])[], endMs = 20_000) => {
    const events = lines.map(([ms, type, phase], i): HistoryEvent => {
      const timeUs = ms * 1_000;
      if (type === 'fault') {
        return {
          type,
          timeUs,
          phase: phase as 'begin' | 'end',
          fault: 0,
          kind: 'pause',
          nodes: [0],
        };
      }
      const op = { process: 0, op: i, f: 'read', key: 'k', value: null };
      return { type: type as 'invoke' | 'ok' | 'info', timeUs, ...op };
    });
    const history: History = { events, readyUs: 0, endUs: endMs * 1_000 };
    const steady = { before: true, during: 2_000_000, after: 3_000_000 };
    return steadyState(steady).judge(history, {} as never);
  };
  const before = [
    [100, 'invoke'],
    [110, 'ok'],
  ] as const;
  const fault = [
    [1_000, 'fault', 'begin'],
    [5_000, 'fault', 'end'],
  ] as const;

  it('holds when clients are served again in time', () => {
    const verdict = judged([...before, ...fault, [5_100, 'invoke'], [5_200, 'ok']]);
    assert.deepEqual(verdict.kind, 'holds', JSON.stringify(verdict));
  });

  it('is violated by too long a time without a success, during the faults and after them', () => {
    const [begin, end] = fault;
    const during = judged([...before, begin, [1_100, 'invoke'], [3_500, 'info'], end]);
    assert.equal(
      during.kind === 'violated' && during.explanation.sentences[0],
      'for 2.4 s no operation succeeded.',
    );
    const after = judged([...before, ...fault, [5_100, 'invoke'], [6_500, 'info']]);
    assert.equal(after.kind, 'violated');
  });

  it('is unknown where it was not steady before, and where nobody asked', () => {
    assert.equal(
      judged([[100, 'invoke'], [200, 'info'], ...fault, [5_100, 'invoke'], [5_200, 'ok']]).kind,
      'unknown',
    );
    assert.equal(judged([...before, ...fault]).kind, 'unknown');
  });
});
