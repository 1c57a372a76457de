import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { ContainerDeployment } from '../../harness/containers/deployment.ts';
import { runRealtime } from '../../harness/realtime/run.ts';
import { echoSystem } from '../conformance/echo-system.ts';
import { liars } from '../conformance/liars.ts';
import { checkMatrix, matrixProgram } from '../conformance/matrix.ts';
import { engineOrSkip, localImages } from './docker.ts';

describe('faults, in containers', function () {
  this.timeout(120_000);
  before(async function () {
    await engineOrSkip(this);
  });

  it('that are done are told from those that only claim to be, each with what showed it', async () => {
    assert.ok(echoSystem.machine !== undefined);
    const { system, program, makeLie, check } = liars();
    const deployment = makeLie(new ContainerDeployment(echoSystem.machine, program, localImages));
    check(await runRealtime(deployment, system, program));
  });

  it('are all that are said to be possible there, and each is shown and over', async () => {
    assert.ok(echoSystem.machine !== undefined);
    const program = matrixProgram({ stretch: 2 });
    const deployment = new ContainerDeployment(echoSystem.machine, program, localImages);
    checkMatrix(await runRealtime(deployment, echoSystem, program), program);
  });
});
