/** All demonstrations, one line each. */
import { proveFollow } from '../follow.ts';
import { lasting } from '../lasting/lasting.ts';
import { proveMesh } from '../mesh.ts';
import { proveReport } from '../page.ts';
import { alerts } from './alerts.ts';
import { anomalies } from './anomalies.ts';
import { causes } from './causes.ts';
import { clients } from './clients.ts';
import { coordination, coordinationInContainers, coordinationInProcesses } from './coordination.ts';
import { crashPoints } from './crash-points.ts';
import type { Demonstration } from './demonstration.ts';
import { determinism } from './determinism.ts';
import { discovery } from './discovery.ts';
import { thousandOfEdges } from './edges.ts';
import { engines } from './engines.ts';
import { faults } from './faults.ts';
import { frontier } from './frontier.ts';
import { generations } from './generations.ts';
import { init } from './init.ts';
import { jobs } from './jobs.ts';
import { judges } from './judges.ts';
import { kills } from './kills.ts';
import { mutants } from './mutants.ts';
import { mutations } from './mutations.ts';
import { otlp } from './otlp.ts';
import { pairs, pairsInContainers } from './pairs.ts';
import { pictures } from './pictures.ts';
import { products } from './products.ts';
import { alarms, correctRuns, scenarios } from './quiet.ts';
import { repeated } from './repeated.ts';
import { sameStories } from './same-stories.ts';
import { scale } from './scale.ts';
import { search } from './search.ts';
import { shrinking } from './shrinking.ts';
import { snapshots } from './snapshots.ts';
import { toxiproxy } from './toxiproxy.ts';
import { storms, traffic } from './traffic.ts';
import { theory } from './theory.ts';
import { twins } from './twins.ts';
import { unreachedCode } from './unreached.ts';

export const demonstrations: Readonly<Record<string, Demonstration>> = {
  alarms,
  alerts,
  scenarios,
  'correct-runs': correctRuns,
  mutants,
  determinism,
  theory,
  traffic,
  storms,
  coordination,
  'coordination-processes': coordinationInProcesses,
  'coordination-containers': coordinationInContainers,
  twins,
  snapshots,
  repeated,
  kills,
  pairs,
  'pairs-containers': pairsInContainers,
  faults,
  scale,
  toxiproxy,
  engines,
  generations,
  init,
  edges: thousandOfEdges,
  lasting: {
    says: 'a million writes to three processes: memory, disk, restart, catching up; held against etcd',
    isLong: true,
    run: ({ say }) => lasting(say),
  },
  products,
  'same-stories': sameStories,
  anomalies,
  follow: {
    says: '--minutes 60: a history that grows, judged as it grows: memory, and how soon a stale read is told',
    isLong: true,
    run: ({ say, minutes }) => proveFollow(say, minutes ?? 60),
  },
  report: {
    says: 'the report of 100,000 operations: time, size, first paint, zoom',
    isLong: true,
    run: ({ say }) => proveReport(say),
  },
  mesh: {
    says: '--count 20: endpoint flips of an Envoy, a rolling deploy under load, a control plane that goes',
    isLong: true,
    run: ({ say, count }) => proveMesh(say, count ?? 20),
  },
  otlp,
  pictures,
  discovery,
  mutations,
  unreached: unreachedCode,
  jobs,
  judges,
  frontier,
  shrinking,
  'crash-points': crashPoints,
  causes,
  clients,
  search,
};
