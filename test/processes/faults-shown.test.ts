import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { whyNoDisks } from '../../harness/disks/support.ts';
import { ProcessDeployment } from '../../harness/processes/deployment.ts';
import { runRealtime } from '../../harness/realtime/run.ts';
import { skipUnlessBuilt } from '../cli/antlion.ts';
import { echoSystem } from '../conformance/echo-system.ts';
import { liars } from '../conformance/liars.ts';
import { checkMatrix, matrixProgram } from '../conformance/matrix.ts';

describe('faults, in processes', function () {
  this.timeout(60_000);

  it('that are done are told from those that only claim to be, each with what showed it', async function () {
    skipUnlessBuilt(this);
    assert.ok(echoSystem.machine !== undefined);
    const { system, program, makeLie, check } = liars({
      isProxyOurs: true,
      areProcessesOurs: true,
      areDisksOurs: whyNoDisks() === null,
    });
    const deployment = makeLie(new ProcessDeployment(echoSystem.machine, program, {}));
    check(await runRealtime(deployment, system, program));
  });

  it('are all that are said to be possible there, and each is shown and over', async function () {
    skipUnlessBuilt(this);
    assert.ok(echoSystem.machine !== undefined);
    const program = matrixProgram({
      stretch: 1.5,
      isProxyOurs: true,
      areProcessesOurs: true,
      areDisksOurs: whyNoDisks() === null,
    });
    const deployment = new ProcessDeployment(echoSystem.machine, program, {});
    checkMatrix(await runRealtime(deployment, echoSystem, program), program);
  });
});
