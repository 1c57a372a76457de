/** A harness that will be killed: echo nodes, one of them paused. Says on stdout what it has made. */
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processes } from '../../harness/processes/environment.ts';
import { echoSystem } from '../conformance/echo-system.ts';
import { timetable } from '../conformance/script.ts';

const doomed = timetable({
  name: 'doomed',
  durationMs: 60_000,
  deadlineMs: 1_000,
  faults: [{ kind: 'pause', atUs: 0, untilUs: 60_000_000, nodes: { of: 'node', node: 1 } }],
  lines: [],
});

await processes().run(echoSystem, doomed, {
  onEvent(e) {
    if (e.type !== 'fault' || e.phase !== 'effective') return;
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
    const mine = `antlion-run-${process.pid}-`;
    const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(mine));
    const made = [
      ...children.split(' ').map((pid) => `/proc/${pid}`),
      ...folders.map((name) => join(tmpdir(), name)),
    ];
    process.stdout.write(`${JSON.stringify(made)}\n`);
  },
});
