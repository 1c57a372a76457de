import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Msg } from '../../harness/core/host.ts';
import { encodeFrame } from '../../harness/host/frames.ts';
import { limits } from '../../harness/core/limits.ts';
import { isFrameTooLong } from '../../harness/simulation/message-size.ts';

describe('the length of a message', () => {
  it('is that of its frame, to the byte', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.nat(9), (value, text, lane) => {
        const m = { kind: 'any', value, text } as unknown as Msg;
        const bytes = (encodeFrame({ lane, m })?.length ?? 0) - 4;
        assert.equal(isFrameTooLong(lane, m, bytes), false);
        assert.equal(isFrameTooLong(lane, m, bytes - 1), true);
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  it('is judged as the real transport does at its limit', () => {
    const of = (length: number): Msg => ({ kind: 'x', text: 'é'.repeat(length) }) as Msg;
    for (const length of [limits.frameBytesMax / 2 - 18, limits.frameBytesMax / 2 - 17]) {
      const isLost = encodeFrame({ lane: 0, m: of(length) }) === null;
      assert.equal(isFrameTooLong(0, of(length), limits.frameBytesMax), isLost);
    }
  });
});
