import assert from 'node:assert/strict';
import { Prng } from '../../harness/core/prng.ts';
import { LinkFilter } from '../../harness/host/message-faults.ts';
import { noMessageFaults } from '../../harness/faults/overlap.ts';
import type { MessageFaults } from '../../harness/faults/overlap.ts';

const sound: MessageFaults = noMessageFaults;

/** Sends `count` messages to node 1; gives what left at once and what was held. */
function sendAll(faults: Partial<MessageFaults>, count = 100): { now: number[]; held: number[] } {
  const held: (() => void)[] = [];
  const out: number[] = [];
  const filter = new LinkFilter(new Prng(7), (_delayUs, f) => held.push(f));
  filter.set(new Map([[1, { ...sound, ...faults }]]));
  for (let i = 0; i < count; i++) filter.pass(1, () => out.push(i));
  const now = [...out];
  out.length = 0;
  for (const f of held) f();
  const c = filter.counters.get(1);
  assert.equal(now.length + out.length, count - (c?.dropped ?? 0) + (c?.duplicated ?? 0));
  return { now, held: out };
}

describe('link filter', () => {
  it('lets sound links pass and counts nothing', () => {
    assert.deepEqual(sendAll({}, 3), { now: [0, 1, 2], held: [] });
  });

  it('loses about as many as it is told', () => {
    const { now } = sendAll({ lossPermille: 300 }, 2_000);
    assert.ok(now.length > 1_300 && now.length < 1_500, `${now.length} of 2000 passed`);
    assert.deepEqual(sendAll({ lossPermille: 1_000 }), { now: [], held: [] });
  });

  it('repeats a message: once at once, once later', () => {
    const { now, held } = sendAll({ duplicatePermille: 1_000 }, 3);
    assert.deepEqual(
      [now, held],
      [
        [0, 1, 2],
        [0, 1, 2],
      ],
    );
  });

  it('holds messages back so that others overtake them, and loses none', () => {
    const { now, held } = sendAll({ reorderPermille: 500 });
    assert.ok(now.length > 20 && held.length > 20);
    assert.deepEqual(
      [...now, ...held].sort((a, b) => a - b),
      Array.from({ length: 100 }, (_, i) => i),
    );
  });

  it('disturbs only the link that is named, and heals', () => {
    const filter = new LinkFilter(new Prng(7), () => undefined);
    filter.set(new Map([[1, { ...sound, lossPermille: 1_000 }]]));
    const got: number[] = [];
    filter.pass(1, () => got.push(1));
    filter.pass(2, () => got.push(2));
    filter.set(new Map());
    filter.pass(1, () => got.push(1));
    assert.deepEqual(got, [2, 1]);
  });
});
