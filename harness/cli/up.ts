/** `antlion up`: a reference cluster in local processes, for people with curl, until Ctrl-C. */
import type { Program } from '../core/program.ts';
import { minutesUs } from '../core/duration.ts';
import { processes } from '../processes/environment.ts';
import { cluster } from '../workload/cluster.ts';
import { say } from '../report/output.ts';
import { reference } from '../../reference-impl/system.ts';
import { withInterrupt } from './interrupt.ts';

const program: Program = {
  scenario: 'up',
  shape: cluster({
    servers: 3,
    services: [
      { name: 'front', instances: 1, calls: ['back'] },
      { name: 'back', instances: 2 },
    ],
    clients: 0,
  }),
  faults: [],
  clients: [],
  durationUs: minutesUs(24 * 60),
  noiseSeed: 1,
  settings: {
    policyDivisor: 1,
    deadlineUs: 2_000_000,
    mutant: null,
    extra: { trafficUs: 1_000_000 },
  },
};

export function upCommand(): Promise<number> {
  return withInterrupt(async ({ signal }) => {
    const environment = processes({ signal, onUp: (urls) => say(invitation(urls)) });
    await environment.run(reference, program, { isHistoryKept: false });
    return 0;
  });
}

function invitation(urls: readonly string[]): string {
  const nodes = program.shape.nodes.map((n, id) => `  ${n.name.padEnd(10)} ${urls[id]}`);
  const [first] = urls;
  return [
    'The cluster is up. Ctrl-C takes it down and removes all that it left.',
    ...nodes,
    'Try:',
    `  curl ${first}/health     curl ${first}/members     curl ${first}/services`,
    `  curl -X PUT -d '"red"' ${first}/kv/colour     curl ${urls[1]}/kv/colour`,
    `  curl ${urls[3]}/mode     curl ${urls[3]}/evidence`,
  ].join('\n');
}
