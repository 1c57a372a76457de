/** One echo node as a process. */
import { launchVariable, parseLaunch } from '../../harness/host/launch.ts';
import { runNode } from '../../harness/host/node.ts';
import { echoLanes } from './echo-system.ts';

await runNode(parseLaunch(process.env[launchVariable]), echoLanes);
