import assert from 'node:assert/strict';
import type { Context } from 'mocha';
import { countOperations } from '../../harness/core/history.ts';
import { containers } from '../../harness/containers/environment.ts';
import { inTypeScript } from '../conformance/echo-system.ts';
import { timetable } from '../conformance/script.ts';
import { environmentConformance } from '../conformance/environment.ts';
import { engineOrSkip, localImages } from './docker.ts';

describe('containers', () => {
  before(async function (this: Context) {
    this.timeout(30_000);
    await engineOrSkip(this);
  });

  it('run a node that is written in TypeScript, as it is', async function () {
    this.timeout(120_000);
    const program = timetable({
      name: 'quick',
      durationMs: 2_500,
      deadlineMs: 2_400,
      faults: [],
      lines: [[10, 0, 'write', '1', 'a']],
    });
    const { history, leftovers } = await containers({ images: localImages }).run(
      inTypeScript,
      program,
    );
    assert.deepEqual([countOperations(history).ok, leftovers], [1, []]);
  });

  environmentConformance({
    name: 'containers',
    open: () => containers({ images: localImages }),
    skip: [],
  });
});
