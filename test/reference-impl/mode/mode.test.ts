/** The mode machine as stories, and its rule against the matrix of successors. */
import assert from 'node:assert/strict';
import { mechanisms } from '../../../reference-impl/mechanisms.ts';
import { modeSuccessors } from '../../../reference-impl/mode/matrix.ts';
import type { Mode } from '../../../reference-impl/mode/matrix.ts';
import { modesOf } from '../../../reference-impl/mode/member.ts';
import { modeRules } from '../../../reference-impl/mode/mode.ts';
import { transcripts } from '../../transcript.ts';
import { Scene } from '../agent/scene.ts';

const { matrix } = modesOf(mechanisms);

transcripts('mode', new URL('../../testdata/mode/', import.meta.url), () => {
  const scene = new Scene();
  return (line) => scene.run(line);
});

describe('the rule of the mode machine', () => {
  const modes = Object.keys(modeSuccessors) as Mode[];
  const yesNo = [false, true];

  it('stays, or goes where the matrix of successors allows, whatever the facts', () => {
    let moves = 0;
    for (const mode of modes) {
      for (const worst of [null, ...matrix]) {
        for (const isSettled of worst === null || mode === 'floor' ? yesNo : [false]) {
          for (const isRecovered of mode === 'recovery' && worst === null ? yesNo : [false]) {
            const to = modeRules.nextMode({ mode, worst, isSettled, isRecovered });
            if (to === mode) continue;
            moves += 1;
            assert.ok(modeSuccessors[mode].includes(to), `${mode} → ${to}`);
          }
        }
      }
    }
    assert.ok(moves > 20, 'the rule moves');
  });

  it('gets worse at once and better only with proof', () => {
    const facts = { worst: null, isSettled: false, isRecovered: false };
    for (const mode of modes) assert.equal(modeRules.nextMode({ ...facts, mode }), mode);
    for (const worst of matrix) {
      const to = modeRules.nextMode({ ...facts, mode: 'target', worst });
      assert.equal(to, worst.enters);
    }
  });
});
