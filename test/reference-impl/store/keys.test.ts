/** Listing keys against a filter over all that was written. */
import assert from 'node:assert/strict';
import type { Json } from '../../../harness/core/host.ts';
import { Prng } from '../../../harness/core/prng.ts';
import { Keys } from '../../../reference-impl/store/tables/keys.ts';

const names = ['', '/', 'a', 'a/', 'a/b', 'a/b/c', 'a/bc', 'ab', 'b/', 'b/a', 'config/x', 'config'];

describe('keys', () => {
  it('are listed by prefix as a filter lists them, in 500 random orders of changes', () => {
    for (let seed = 0; seed < 500; seed++) {
      const draw = new Prng(seed);
      const keys = new Keys();
      const model = new Map<string, Json>();
      let open = keys.rows();
      for (let revision = 1; revision <= 30; revision++) {
        const key = draw.pick(names);
        const value = draw.pick([null, revision]);
        keys.apply({ f: 'write', key, value }, revision);
        if (value === null) model.delete(key);
        else model.set(key, value);
        // A snapshot may be under way, or not.
        if (draw.chance(300)) {
          open.return?.();
          open = keys.rows();
        }
        const prefix = draw.pick(names);
        const wanted = [...model.keys()].filter((k) => k.startsWith(prefix)).sort();
        const found = keys.list(prefix);
        assert.deepEqual(
          found.map((e) => [e.key, e.value]),
          wanted.map((k) => [k, model.get(k)]),
          `seed ${seed}, revision ${revision}, prefix ${prefix}`,
        );
      }
    }
  });
});
