import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HarnessError } from '../../harness/core/errors.ts';
import { Prng } from '../../harness/core/prng.ts';
import { drawProgram, kv } from '../../harness/runner/draw-program.ts';
import { decodeToken, encodeToken } from '../../harness/runner/token.ts';
import type { Replay } from '../../harness/runner/token.ts';

const replay: Replay = {
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
  it('gives back the whole run', () => {
    assert.deepEqual(decodeToken(encodeToken(replay)), replay);
  });

  it('is one word that survives a shell', () => {
    assert.match(encodeToken(replay), /^antlion1\.[A-Za-z0-9_-]+$/);
  });

  it('says what is wrong with a bad one', () => {
    const token = encodeToken(replay);
    assert.equal(
      codeOf(() => decodeToken('hello')),
      'E_TOKEN',
    );
    assert.equal(
      codeOf(() => decodeToken(token.slice(0, -40))),
      'E_TOKEN',
    );
    assert.equal(
      codeOf(() => decodeToken('antlion1.e30')),
      'E_TOKEN',
    );
    assert.equal(
      codeOf(() => decodeToken(token.replace('antlion1', 'antlion2'))),
      'E_TOKEN_VERSION',
    );
  });
});
