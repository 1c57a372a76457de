/**
 * A harness for a test to kill: runs an idle cluster of containers. Prints the run's name before
 * anything of it exists, `ready` when it is up, and in the end how it ended. SIGINT stops the run in
 * good order, as Ctrl-C does.
 */
import { ContainerDeployment } from '../../harness/containers/deployment.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import { runRealtime } from '../../harness/realtime/run.ts';
import { echoSystem } from '../conformance/echo-system.ts';
import { timetable } from '../conformance/script.ts';
import { localImages } from './docker.ts';

const idle = timetable({
  name: 'idle',
  durationMs: 120_000,
  deadlineMs: 500,
  lines: [[50, 0, 'read', '0', null]],
  faults: [],
});
const { machine } = echoSystem;
if (machine === undefined) throw new Error('the echo system is made of components');
const deployment = new ContainerDeployment(machine, idle, localImages);
console.log(deployment.run);
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('interrupted')));
try {
  await runRealtime(deployment, echoSystem, idle, {
    signal: stop.signal,
    onEvent: (e) => {
      if (e.type === 'ok') console.log('ready');
    },
  });
  console.log('ended');
} catch (e) {
  console.log(e instanceof HarnessError ? e.code : (e as Error).message);
}
