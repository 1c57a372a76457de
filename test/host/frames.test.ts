import assert from 'node:assert/strict';
import fc from 'fast-check';
import { limits } from '../../harness/core/limits.ts';
import { encodeFrame, FrameReader } from '../../harness/host/frames.ts';

describe('frames', () => {
  it('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.array(fc.integer({ min: 1, max: 9 })),
        (vs, cuts) => {
          const stream = Buffer.concat(vs.map((v) => encodeFrame(v) ?? Buffer.alloc(0)));
          const got: unknown[] = [];
          const reader = new FrameReader();
          let at = 0;
          for (let i = 0; at < stream.length; i++) {
            const end = Math.min(stream.length, at + (cuts[i % cuts.length] ?? 5));
            reader.feed(stream.subarray(at, end), (v) => got.push(v));
            at = end;
          }
          assert.deepEqual(got, JSON.parse(JSON.stringify(vs)));
        },
      ),
      { numRuns: 300, endOnFailure: true },
    );
  });

  it('are refused when they are longer than the limit, on both ends', () => {
    assert.equal(encodeFrame('x'.repeat(limits.frameBytesMax)), null);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(limits.frameBytesMax + 1);
    assert.throws(() => new FrameReader().feed(head, () => undefined), RangeError);
  });

  it('that are no JSON end the stream', () => {
    const frame = encodeFrame({ a: 1 }) ?? Buffer.alloc(0);
    frame.write('!', 4);
    assert.throws(() => new FrameReader().feed(frame, () => undefined), SyntaxError);
  });
});
