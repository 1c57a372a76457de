/** The chain of hashes: any change of an entry is seen, and the hash is the one that everybody has. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import { Prng } from '../../../harness/core/prng.ts';
import { brokenAt, hashedEntry } from '../../../reference-impl/audit/entry.ts';
import type { Entry } from '../../../reference-impl/audit/entry.ts';
import { sha256 } from '../../../reference-impl/audit/sha256.ts';

describe('the audit', () => {
  it("hashes as Node's own SHA-256 does, texts of every length", () => {
    const draw = new Prng(1);
    for (let length = 0; length < 300; length++) {
      const letters = Array.from({ length }, () =>
        draw.pick(['a', 'Z', '0', 'é', '漢', '🐜', '\n']),
      );
      const text = letters.join('');
      assert.equal(sha256(text), createHash('sha256').update(text, 'utf8').digest('hex'));
    }
  });

  it('finds the first entry that was changed, left out, put in or moved', () => {
    const chain: Entry[] = [];
    for (let n = 1; n <= 20; n++) {
      const previous = chain.at(-1)?.hash ?? '';
      const what = {
        act: 'set',
        who: 'ana',
        why: `change ${n}`,
        key: 'config/prod/global/x',
      } as const;
      chain.push(hashedEntry({ n, ...what, before: n - 1, after: n, atUs: n * 10, previous }));
    }
    assert.equal(brokenAt(chain), null);
    assert.equal(brokenAt([]), null);
    const at = (n: number): Entry => chain[n - 1] as Entry;
    assert.equal(brokenAt(chain.with(6, { ...at(7), who: 'eve' })), 7);
    assert.equal(brokenAt(chain.with(6, hashedEntry({ ...at(7), who: 'eve' }))), 8);
    assert.equal(brokenAt(chain.toSpliced(6, 1)), 8);
    assert.equal(brokenAt(chain.toSpliced(6, 0, at(3))), 3);
    assert.equal(brokenAt(chain.with(6, at(8)).with(7, at(7))), 8);
  });
});
