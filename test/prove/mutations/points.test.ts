import assert from 'node:assert/strict';
import { mutationsOf } from './points.ts';

/** Every text that one edit makes of it. */
function made(source: string): string[] {
  return mutationsOf('x.ts', source).map(
    (m) => source.slice(0, m.start) + m.text + source.slice(m.end),
  );
}

describe('small bugs made by machine', () => {
  it('moves a boundary by one', () => {
    assert.deepEqual(made('f(a < b);').slice(1), ['f((a <= b));']);
    assert.deepEqual(made('x(a >= b);').slice(1), ['x((a > b));']);
  });

  it('forgets either half of a condition', () => {
    assert.deepEqual(made('const x = a && b;'), ['const x = (a);', 'const x = (b);']);
  });

  it('leaves out a guard, a call, an assignment', () => {
    assert.deepEqual(made('if (late) return;'), ['if (late && false) return;']);
    assert.deepEqual(made('persist(term);'), [';']);
    assert.deepEqual(made('this.vote = id;'), [';']);
  });

  it('takes either side of a choice, and the other of two functions', () => {
    assert.deepEqual(made('const x = a ? b : c;'), ['const x = (b);', 'const x = (c);']);
    assert.deepEqual(made('const x = Math.max(a, b);'), ['const x = Math.min(a, b);']);
  });

  it('leaves texts and calls of super alone', () => {
    assert.deepEqual(made("const x = 'a' + b;"), []);
    assert.deepEqual(made('class A extends B { constructor() { super(); } }'), []);
  });

  it('names the line and the edit', () => {
    const [m] = mutationsOf('x.ts', 'let a = 1;\nconst x = a <\n  b;');
    assert.equal(m?.line, 2);
    assert.equal(m?.what, 'a < b → (a <= b)');
  });
});
