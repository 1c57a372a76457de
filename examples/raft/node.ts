/** One server as a process: what `--env processes` and `--env containers` start. */
import { launchVariable, parseLaunch, runNode } from 'antlion/environments';
import { machine } from './raft.ts';

await runNode(parseLaunch(process.env[launchVariable]), (config) => machine.node(config));
