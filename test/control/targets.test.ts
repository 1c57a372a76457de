import assert from 'node:assert/strict';
import { type TargetKind, Targets } from '../../harness/control/targets.ts';

describe('the allow-list: nothing that we did not start, or the user did not allow by name', () => {
  const table: readonly [kind: TargetKind, name: string, isAllowed: boolean, why: string][] = [
    ['process', '41', true, 'started by us'],
    ['process', '42', false, 'somebody else’s'],
    ['process', '43', false, 'numbers cannot be allowed by name'],
    ['container', '41', false, 'a process of this number is ours, no container is'],
    ['container', 'antlion-1', true, 'started by us'],
    ['container', 'antlion-2', false, 'was ours and is gone'],
    ['container', 'etcd-1', true, 'allowed by name'],
    ['container', 'etcd-11', false, 'the name must be the whole name'],
    ['link', 'a->b', false, 'made by nobody we know'],
    ['endpoint', 'http://10.0.0.1:2379', true, 'allowed by name'],
    ['endpoint', 'http://10.0.0.2:2379', false, 'not allowed'],
  ];
  const targets = new Targets(['etcd-1', 'http://10.0.0.1:2379', '43']);
  targets.own('process', '41');
  targets.own('container', 'antlion-1');
  targets.own('container', 'antlion-2');
  targets.disown('container', 'antlion-2');

  for (const [kind, name, isAllowed, why] of table) {
    it(`${kind} ${name} ${isAllowed ? 'may' : 'may not'} be hurt: ${why}`, () => {
      if (isAllowed) targets.require(kind, name);
      else assert.throws(() => targets.require(kind, name), { code: 'E_REFUSED_TARGET' });
    });
  }

  it('the refusal says what, and what to do', () => {
    assert.throws(() => targets.require('container', 'postgres'), {
      message: /container "postgres" was not started by this run.*Allow it by name/,
      exitCode: 77,
    });
  });
});
