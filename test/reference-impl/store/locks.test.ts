/** Locks and fences of the replicated state against a model that looks through all that happened. */
import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import type { StoreCommand } from '../../../reference-impl/store/command.ts';
import { storeConfig } from '../../../reference-impl/store/config.ts';
import type { StoreAnswer } from '../../../reference-impl/store/answered.ts';
import type { LockOp } from '../../../reference-impl/store/asked.ts';
import { StoreState } from '../../../reference-impl/store/state.ts';

interface Happened {
  readonly what: 'granted' | 'ended' | 'written';
  readonly key: string;
  /** Of a write its value. */
  readonly token: number;
}

/** Each entry took one revision: entry i is revision i + 1. */
class Model {
  readonly log: Happened[] = [];

  apply(op: LockOp): string {
    const next = this.log.length + 1;
    switch (op.f) {
      case 'acquire':
        if (this.holder(op.key) !== null) return 'held';
        this.log.push({ what: 'granted', key: op.key, token: next });
        return `lease ${next}`;
      case 'release':
        if (this.holder(op.key) !== op.token) return 'not-held';
        this.log.push({ what: 'ended', key: op.key, token: op.token });
        return `done ${next}`;
      case 'write-fenced': {
        const isOld = this.log.some(
          (h) => h.what === 'granted' && h.key === op.lock && h.token > op.token,
        );
        if (isOld) return 'fenced';
        this.log.push({ what: 'written', key: op.key, token: op.value as number });
        return `done ${next}`;
      }
    }
  }

  expire(token: number): boolean {
    const grant = this.log.find((h) => h.what === 'granted' && h.token === token);
    if (grant === undefined || this.holder(grant.key) !== token) return false;
    this.log.push({ what: 'ended', key: grant.key, token });
    return true;
  }

  value(key: string): number | null {
    return this.log.findLast((h) => h.what === 'written' && h.key === key)?.token ?? null;
  }

  private holder(key: string): number | null {
    const last = this.log.findLast((h) => h.what !== 'written' && h.key === key);
    return last?.what === 'granted' ? last.token : null;
  }
}

function brief(answer: StoreAnswer | null): string {
  if (answer?.type === 'error') return answer.error.code;
  return answer?.type === 'lease' || answer?.type === 'done'
    ? `${answer.type} ${answer.revision}`
    : assert.fail(JSON.stringify(answer));
}

/** Locks `l` and `m`, keys `x` and `y`; tokens of the last few revisions. */
function drawOp(draw: Prng, id: number, revision: number): LockOp {
  const lock = draw.pick(['l', 'm']);
  const token = Math.max(0, revision - draw.below(5));
  return draw.pick<() => LockOp>([
    () => ({ f: 'acquire', key: lock, ttlUs: 1_000 }),
    () => ({ f: 'release', key: lock, token }),
    () => ({ f: 'write-fenced', key: draw.pick(['x', 'y']), value: id, lock, token }),
  ])();
}

describe('locks of the replicated state', () => {
  it('do as the model does, each request once, in 500 random logs', () => {
    const tally = new Map<string, number>();
    const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
    for (let seed = 0; seed < 500; seed++) {
      const draw = new Prng(seed);
      const [state, model] = [new StoreState(storeConfig), new Model()];
      for (let id = 1; id <= 60; id++) {
        const say = `seed ${seed}, request ${id}`;
        if (draw.chance(150)) {
          const lease = Math.max(1, state.revision - draw.below(4));
          state.apply({ f: 'expire', leases: [lease] }, id);
          if (model.expire(lease)) count('expired');
        } else {
          const op = drawOp(draw, id, state.revision);
          const named = { client: 9, session: 1, id, oldest: id, base: 0 };
          const command: StoreCommand = { f: 'change', ...named, op };
          const expected = model.apply(op);
          count(`${op.f} ${expected.replace(/ \d+$/, '')}`);
          assert.equal(brief(state.apply(command, id)), expected, say);
          // The network repeats it: the same answer, and nothing happens.
          if (draw.chance(300)) assert.equal(brief(state.apply(command, id)), expected, say);
        }
        assert.equal(state.revision, model.log.length, say);
      }
      for (const key of ['x', 'y']) assert.equal(state.keys.get(key).value, model.value(key));
      const held = [...state.expirable()].map(({ of, lease }) => `${of} ${lease}`);
      assert.ok(held.every((h) => h.startsWith('lock ')) && held.length <= 2, `seed ${seed}`);
    }
    const kinds = ['acquire lease', 'acquire held', 'release done', 'release not-held'];
    for (const kind of [...kinds, 'write-fenced done', 'write-fenced fenced', 'expired']) {
      assert.ok((tally.get(kind) ?? 0) > 500, `${kind}: ${tally.get(kind)}`);
    }
  });
});
