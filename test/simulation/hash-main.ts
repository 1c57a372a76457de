/** Prints the trace hashes of some storms: run in another process to compare. */
import { simulation } from '../../harness/simulation/environment.ts';
import { echoSystem } from '../conformance/echo-system.ts';
import { storm } from './storm.ts';

for (const seed of process.argv.slice(2).map(Number)) {
  process.stdout.write(`${simulation().run(echoSystem, storm(seed)).traceHash ?? ''}\n`);
}
