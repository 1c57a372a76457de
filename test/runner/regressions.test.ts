/** Counterexamples are kept, run first, and told of when they hold again. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { cluster, kv, property, simulation } from '../../harness/index.ts';
import type {
  Environment,
  Invariant,
  Program,
  PropertyOptions,
  RegressionStore,
  Run,
} from '../../harness/index.ts';
import { textFolder } from '../../harness/report/text-folder.ts';
import { regressionPrograms } from '../../harness/runner/regressions.ts';
import { readRecordText } from '../../harness/runner/replay-record.ts';
import { promisesFor } from '../../harness/runner/run-scenario.ts';
import { reference } from '../../reference-impl/system.ts';

/** One that the reference system promises. */
const promiseOf = (id: string): Invariant =>
  promisesFor(reference, [id]).invariants[0] ?? assert.fail(`no promise ${id}`);

/** A store in memory. */
function memory(): RegressionStore & { texts: Map<string, string>; mended: string[] } {
  const texts = new Map<string, string>();
  const mended: string[] = [];
  return {
    texts,
    mended,
    list: () => [...texts].map(([name, text]) => ({ name, text })),
    write: (name, text) => void texts.set(name, text),
    held: (name) => void mended.push(name),
  };
}

const few = { eventsMax: 300_000, noiseQuick: 1, noiseThorough: 2, noisesAmplify: 1 };
const broken: PropertyOptions<Run> = {
  environment: simulation(),
  system: reference,
  cluster: { servers: 3, clients: 3 },
  operations: kv(),
  faults: { kinds: ['crash', 'partition'], count: [1, 4] },
  promises: ['election-safety'],
  settings: { mutant: 'vote-forgotten' },
  runs: 60,
  budget: few,
};

describe('regressions', () => {
  it('keep a counterexample and run it before anything is drawn', () => {
    const store = memory();
    assert.throws(() => property({ ...broken, regressions: store }), /\(run \d+, seed 1\)/);
    assert.equal(store.texts.size, 1);
    const [name] = store.texts.keys();
    assert.throws(
      () => property({ ...broken, regressions: store, seed: 2 }),
      new RegExp(`election-safety is violated \\(regression ${name}\\)[\\s\\S]*antlion replay`),
    );
    assert.equal(store.texts.size, 1);
    assert.deepEqual(store.mended, []);
  });

  it('say which hold again, and leave those of other suites alone', () => {
    const store = memory();
    assert.throws(() => property({ ...broken, regressions: store }));
    const [name, text] = [...store.texts][0] ?? assert.fail('nothing was kept');
    const correct = { ...broken, settings: {}, runs: 3, regressions: store };
    property(correct);
    assert.deepEqual(store.mended, [], 'of a mutant: not of this suite');
    store.texts.set(name, text.replace('"mutant": "vote-forgotten"', '"mutant": null'));
    property(correct);
    assert.deepEqual(store.mended, [name]);
  });

  /** A regression that holds again, once each suite has seen it. */
  const mendedBy = (change: Partial<PropertyOptions<Run>>): string[] => {
    const store = memory();
    assert.throws(() => property({ ...broken, regressions: store }));
    for (const [name, text] of store.texts) {
      store.texts.set(name, text.replace('"mutant": "vote-forgotten"', '"mutant": null'));
    }
    property({ ...broken, settings: {}, runs: 1, regressions: store, ...change });
    return store.mended;
  };

  it('go on until what they end with is answered', () => {
    const [read] = [{ id: 0, afterUs: 100_000, f: 'read', key: 'k', value: null }];
    const program: Program = {
      scenario: 'property',
      shape: cluster({ servers: 3, clients: 1 }),
      faults: [],
      clients: [[read]],
      // The read is out, and no answer can be there yet.
      durationUs: 100_001,
      noiseSeed: 1,
      settings: { policyDivisor: 1, deadlineUs: 1_000_000, mutant: null, extra: {} },
    };
    const record = { system: 'reference', invariant: 'linearizable', program, pins: [] };
    const programs = regressionPrograms({ ...record, traceHash: null, build: null, from: null });
    const answered = (p: Program): boolean =>
      simulation()
        .run(reference, p)
        .history.events.some((e) => e.type === 'ok' && e.op === 0);
    assert.equal(answered(program), false);
    assert.deepEqual(programs.map(answered), [true, true, true, true, true]);
  });

  it('are not mended by a run that proves nothing', () => {
    const shy: Invariant = {
      ...promiseOf('election-safety'),
      judge: (history, p) =>
        p.durationUs < 20_000_000
          ? { kind: 'unknown', invariant: 'election-safety', reason: 'too short' }
          : promiseOf('election-safety').judge(history, p),
    };
    assert.equal(mendedBy({}).length, 1);
    assert.deepEqual(mendedBy({ promises: [shy] }), []);
  });

  it('are not mended in real time, where a violation shows by chance', async () => {
    const store = memory();
    assert.throws(() => property({ ...broken, regressions: store }));
    for (const [name, text] of store.texts) {
      store.texts.set(name, text.replace('"mutant": "vote-forgotten"', '"mutant": null'));
    }
    const environment: Environment<Promise<Run>> = {
      ...simulation(),
      name: 'processes',
      time: 'real',
      isSynchronous: false,
      run: (...given) => Promise.resolve(simulation().run(...given)),
    };
    const { environment: _, ...rest } = broken;
    await property({ ...rest, environment, settings: {}, runs: 1, regressions: store });
    assert.deepEqual(store.mended, []);
    assert.equal(store.texts.size, 1);
  });

  it('are refused when they cannot be read, by name', () => {
    const read = (text: string): void => {
      const store = memory();
      store.write('x', text);
      property({ ...broken, regressions: store });
    };
    assert.throws(() => read('{'), /E_TOKEN: the regression x .* not JSON/);
    assert.throws(() => read('{"format":9}'), /its format is 9, wanted 1/);
    assert.throws(() => read('{"format":1}'), /system is missing, wanted string/);
  });

  it('live in a folder of small files', () => {
    const root = mkdtempSync(join(tmpdir(), 'antlion-'));
    try {
      const folder = textFolder(join(root, 'a', 'b'));
      assert.deepEqual(folder.list(), []);
      folder.write('two', '2');
      folder.write('one', '1');
      assert.deepEqual(folder.list(), [
        { name: 'one', text: '1' },
        { name: 'two', text: '2' },
      ]);
      folder.remove('two');
      assert.equal(folder.list().length, 1);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  const kept = textFolder('fixtures/regressions').list();
  for (const { name, text } of kept) {
    it(`${name} breaks its mutant and not the correct node`, () => {
      const r = readRecordText(text, name);
      const invariant = promiseOf(r.invariant);
      const verdicts = (mutant: string | null): string[] =>
        regressionPrograms(r).map((p) => {
          const program = { ...p, settings: { ...p.settings, mutant } };
          const run = simulation().run(reference, program, { monitors: [invariant] });
          return invariant.judge(run.history, program).kind;
        });
      assert.equal(verdicts(r.program.settings.mutant)[0], 'violated');
      assert.ok(!verdicts(null).includes('violated'));
    });
  }

  it('of the project exist', () => assert.ok(kept.length > 0));
});

describe('the budget of a search', () => {
  it('ends it after so many events, whatever the number of runs', () => {
    let runs = 0;
    const inner = simulation();
    const counting: typeof inner = {
      ...inner,
      run: (...given) => {
        runs += 1;
        return inner.run(...given);
      },
    };
    property({ ...broken, settings: {}, environment: counting, searchEventsMax: 1 });
    assert.equal(runs, 1);
  });

  it('tells the best counterexample when shrinking had to stop', () => {
    assert.throws(
      () => property({ ...broken, budget: { ...few, eventsMax: 1 } }),
      /the budget for shrinking ran out[\s\S]*antlion replay/,
    );
  });
});
