import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { FaultAccess } from '../../harness/realtime/fault-access.ts';
import { throttleNodes } from '../../harness/realtime/throttle.ts';

/** As much of nodes as a throttle asks for; `atFourth` resolves when one is made to stand still once more. */
function nodes(): { access: FaultAccess; done: string[]; atFourth: Promise<void> } {
  const done: string[] = [];
  let resolve = (): void => undefined;
  const atFourth = new Promise<void>((r) => {
    resolve = r;
  });
  const access = {
    reserve: () => () => done.push('released'),
    nodes: {
      begin(kind: string, node: number, onEffect: () => void) {
        done.push(`${kind} ${node}`);
        onEffect();
        if (done.filter((d) => d.startsWith('pause')).length === 4) resolve();
        return Promise.resolve();
      },
      end(_: string, node: number) {
        done.push(`run ${node}`);
        return Promise.resolve();
      },
      whatDenied: () => null,
      whatIsNotOver: () => null,
    },
  } as unknown as FaultAccess;
  return { access, done, atFourth };
}

describe('a share of the processor', () => {
  it('is given in turns, again and again, and at the end for good', async () => {
    const { access, done, atFourth } = nodes();
    const work = throttleNodes([1], { restUs: 1_000, runUs: 1_000 }, access);
    assert.ok(typeof work !== 'string');
    await work.begin();
    await atFourth;
    await work.end();
    const turns = done.filter((d) => d !== 'released');
    turns.forEach((turn, i) => assert.equal(turn, i % 2 === 0 ? 'pause 1' : 'run 1', done.join()));
    assert.deepEqual(done.slice(-2), ['run 1', 'released']);
    assert.equal(await work.isEffective(), true);
  });
});
