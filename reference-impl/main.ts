/** One node of the reference cluster as a process: `ANTLION_LAUNCH` says which. */
import { assert } from '../harness/core/assert.ts';
import { HarnessError } from '../harness/core/errors.ts';
import { launchVariable, parseLaunch } from '../harness/host/launch.ts';
import { nodeExit, runNode } from '../harness/host/node.ts';
import { mechanisms } from './mechanisms.ts';
import { reference } from './system.ts';

try {
  const { machine } = reference;
  assert(machine !== undefined, 'the reference system is made of components');
  const launch = parseLaunch(process.env[launchVariable]);
  const fronts = mechanisms.filter((m) => m.shape === 'front');
  const opened = await Promise.all(fronts.map((m) => m.load()));
  await runNode(launch, (config) => machine.node(config), {
    api: (node) => {
      const apis = opened.map((open) => open(node, mechanisms));
      return (app) => {
        const straight = apis.map((add) => add(app));
        return straight.find((path) => path !== undefined);
      };
    },
  });
} catch (e) {
  if (!(e instanceof HarnessError)) throw e;
  process.stderr.write(`${e.message}\n`);
  process.exit(nodeExit.badLaunch);
}
