/** The judge that stays: the same verdicts as of whole histories, in a memory that does not grow. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { keyValueCells } from '../../harness/checkers/models/cells.ts';
import { Follower, type FollowerOptions } from '../../harness/checkers/online/follower.ts';
import type { Json } from '../../harness/core/host.ts';
import { onlineTwins } from './online-twins.ts';

/** Events as words: `0 ok read 1`; each key is x unless `f` is `key/f`. */
class Told {
  readonly follower: Follower;
  found = 0;

  constructor(options: FollowerOptions) {
    this.follower = new Follower(keyValueCells(), options);
  }

  tell(...events: readonly string[]): this {
    for (const event of events) {
      const [process, type, f = '', value = 'null'] = event.split(' ');
      const [name = '', key = 'x'] = f.split('/').reverse();
      const told = { process: Number(process), f: name, key, timeUs: -1 };
      const json = JSON.parse(value) as Json;
      const kind = type as 'invoke' | 'ok' | 'fail' | 'info';
      if (this.follower.take({ ...told, type: kind, value: json }) !== null) this.found += 1;
      this.found += this.follower.look().length;
    }
    return this;
  }

  op(f: string, value: Json): this {
    const asked = f.endsWith('read') ? 'null' : JSON.stringify(value);
    return this.tell(`0 invoke ${f} ${asked}`, `0 ok ${f} ${JSON.stringify(value)}`);
  }
}

describe('the judge that stays', () => {
  const cases = 500;

  for (const [name, agree] of Object.entries(onlineTwins)) {
    it(`${name}: says at once what the judge of whole histories says`, () => {
      const tally = agree(cases);
      assert.ok(tally.illegal > cases / 30 && tally.legal > cases / 30, JSON.stringify(tally));
    });
  }

  it('forgets keys that rested longest, and takes them up again without knowing what they hold', () => {
    const told = new Told({ keysMax: 3 });
    for (let i = 0; i < 10; i++) told.op(`k${i}/write`, i).op(`k${i}/read`, i);
    assert.equal(told.follower.keysHeld, 3);
    assert.equal(told.follower.leftOut, 0);
    told.op('k0/read', 77);
    assert.deepEqual([told.found, told.follower.leftOut], [0, 1]);
    told.op('k0/read', 78);
    assert.equal(told.found, 1);
  });

  it('gives up an operation that never ends, and goes on with the rest', () => {
    const told = new Told({ stretchMax: 50 });
    told.tell('1 invoke write 1', '2 invoke write 2', '3 invoke write 3', '4 invoke write 4');
    told.tell('5 invoke read', '6 invoke write 6');
    for (let i = 10; i < 200; i++) told.op('write', i).op('read', i);
    assert.equal(told.found, 0);
    assert.equal(told.follower.leftOut, 6);
    // Any of them may come to light, once.
    told.op('read', 2).op('read', 6);
    assert.equal(told.found, 0);
    told.op('read', 2);
    assert.equal(told.found, 1);
    // What one of those says later is let pass.
    told.tell('5 ok read 99');
    assert.equal(told.found, 1);
  });

  it('has nothing to say of a key of whose crashes too many are forgotten', () => {
    const told = new Told({ lostMax: 20 });
    for (let i = 0; i < 30; i++) told.tell(`${i} invoke write ${i}`, `${i} info write`);
    assert.equal(told.follower.leftOut, 1);
    told.op('write', 100).op('read', 3);
    assert.deepEqual([told.found, told.follower.leftOut], [0, 2]);
    told.op('other/write', 1).op('other/read', 2);
    assert.equal(told.found, 1);
  });
});
