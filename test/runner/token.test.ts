import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HarnessError } from '../../harness/core/errors.ts';
import { Prng } from '../../harness/core/prng.ts';
import { drawProgram, kv } from '../../harness/index.ts';
import { programSchema } from '../../harness/runner/program-schema.ts';
import { readRecordText, recordText } from '../../harness/runner/replay-record.ts';
import type { ReplayRecord } from '../../harness/runner/replay-record.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';
import { decodeToken, encodeToken, replayArgument } from '../../harness/runner/token.ts';
import { textFolder } from '../../harness/report/text-folder.ts';
import { allScenarios } from '../../harness/cli/scenarios.ts';

const replay: ReplayRecord = {
  system: 'reference',
  invariant: 'linearizable',
  program: drawProgram(new Prng(1), {
    name: 'ä property',
    cluster: { servers: 3, clients: 2 },
    operations: kv(),
    faults: { kinds: ['crash', 'partition'], count: [1, 4] },
    durationUs: 10_000_000,
  }),
  pins: { 0: [1, 2] },
  traceHash: '0123abcd',
  build: 'test',
  from: null,
};

const codeOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    assert.ok(error instanceof HarnessError);
    return error.code;
  }
  return 'none';
};

describe('replay token', () => {
  it('gives back the whole run, and so does a file', () => {
    assert.deepEqual(decodeToken(encodeToken(replay)), replay);
    assert.deepEqual(readRecordText(recordText(replay), 'x'), replay);
  });

  it('is one word that survives a shell', () => {
    assert.match(encodeToken(replay), /^antlion2\.[A-Za-z0-9_-]+$/);
  });

  it('says what is wrong with a bad one', () => {
    const token = encodeToken(replay);
    const flipped = `${token.slice(0, 200)}${token[200] === 'x' ? 'y' : 'x'}${token.slice(201)}`;
    for (const bad of ['hello', token.slice(0, -40), flipped, 'antlion2.e30', 'antlion2.']) {
      assert.equal(
        codeOf(() => decodeToken(bad)),
        'E_TOKEN',
        bad,
      );
    }
    for (const old of ['antlion1.e30', token.replace('antlion2', 'antlion3')]) {
      assert.equal(
        codeOf(() => decodeToken(old)),
        'E_TOKEN_VERSION',
      );
    }
  });

  it('says what of a program makes no sense', () => {
    const { program } = replay;
    const wrong = (change: object): (() => unknown) => {
      const bad = { ...replay, program: { ...program, ...change } } as ReplayRecord;
      return () => decodeToken(encodeToken(bad));
    };
    assert.throws(
      wrong({ faults: [{}] }),
      /E_TOKEN: .*program\.faults\.0\.kind is missing, wanted/,
    );
    assert.throws(wrong({ durationUs: -1 }), /program\.durationUs is -1, wanted number to be >=0/);
    assert.throws(wrong({ noiseSeed: 2 ** 32 }), /program\.noiseSeed is 4294967296, wanted/);
    assert.throws(wrong({ clients: [[{ id: 0 }]] }), /program\.clients\.0\.0\.afterUs is missing/);
    assert.throws(wrong({ luck: 1 }), /program\.luck is there, wanted nothing of that name/);
  });

  it('of a counterexample of a few steps takes a few lines of a terminal', () => {
    for (const { name, text } of textFolder('fixtures/regressions').list()) {
      const token = encodeToken({ ...readRecordText(text, name), traceHash: '0123456789abcdef' });
      assert.ok(token.length < 480, `${name}: ${token.length}`);
    }
  });

  it('gives way to a file when it is long', () => {
    const kept: string[] = [];
    const keep = (text: string): string => `file ${kept.push(text)}`;
    assert.equal(replayArgument(replay, keep), encodeToken(replay));
    const long = { ...replay, program: programOf(allScenarios[7] as never, 1, 'virtual', null) };
    assert.ok(encodeToken(long).length > 4_096);
    assert.equal(replayArgument(long, keep), 'file 1');
    assert.deepEqual(readRecordText(kept[0] ?? '', 'x'), long);
    assert.equal(replayArgument(long, null), encodeToken(long));
    assert.equal(
      replayArgument(long, () => null),
      encodeToken(long),
    );
  });
});

describe('the schema of programs', () => {
  it('takes whatever scenarios draw, and changes nothing of it', () => {
    for (const scenario of allScenarios) {
      for (const time of ['virtual', 'real'] as const) {
        for (let seed = 1; seed <= 5; seed++) {
          const program = programOf(scenario, seed, time, null);
          const read = programSchema.parse(JSON.parse(JSON.stringify(program)));
          assert.deepEqual(read, JSON.parse(JSON.stringify(program)), `${scenario.name} ${seed}`);
        }
      }
    }
  });
});
