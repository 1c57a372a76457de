import assert from 'node:assert/strict';
import { Prng } from '../../harness/core/prng.ts';
import { SlicerStage } from '../../harness/proxy/pacing.ts';

/** The pieces of 1,000 bytes under these attributes. */
function pieces(attributes: Readonly<Record<string, number>>): Buffer[] {
  const out: Buffer[] = [];
  const stage = new SlicerStage({
    random: new Prng(1),
    isOlderThanConnection: true,
    attribute: (name) => attributes[name] ?? 0,
    held() {},
    dropped() {},
    delayed() {},
    closesWithReset: () => false,
    reset() {},
  });
  stage.outlet = { push: (chunk) => out.push(chunk), end() {} };
  stage.push(Buffer.from(Array.from({ length: 1_000 }, (_, i) => i % 256)));
  return out;
}

describe('slices', () => {
  for (const [average, variation] of [
    [1, 0],
    [7, 0],
    [10, 3],
    [10, 10],
    [999, 0],
    [5_000, 100],
  ] as const) {
    it(`of about ${average} ± ${variation} bytes hold all bytes in order`, () => {
      const out = pieces({ average_size: average, size_variation: variation });
      assert.deepEqual(Buffer.concat(out), Buffer.concat(pieces({})));
      for (const piece of out) {
        assert.ok(piece.length > 0 && piece.length <= average + variation, String(piece.length));
      }
    });
  }

  it('vary in size, and not without variation', () => {
    const sizes = (variation: number) => {
      const out = pieces({ average_size: 100, size_variation: variation });
      return new Set(out.map((piece) => piece.length));
    };
    assert.ok(sizes(30).size > 3);
    assert.ok(sizes(0).size <= 2);
  });
});
