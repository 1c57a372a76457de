/** The reference cluster as what a library speaks HTTP to: its nodes, and on each the interfaces of a real one. */
import { Hono } from 'hono';
import type { NodeHandle } from '../../../harness/host/node.ts';
import type { HttpApi } from '../../../harness/host/node-http.ts';
import type {
  LibraryDefinition,
  ServiceForm,
  ServiceHost,
  Settings,
} from '../../../harness/index.ts';
import { httpService } from '../../../harness/library/http-service.ts';
import type { Mechanism } from '../../../reference-impl/mechanism.ts';
import { mechanisms } from '../../../reference-impl/mechanisms.ts';
import { reference } from '../../../reference-impl/system.ts';

type Front = (node: NodeHandle, all: readonly Mechanism[]) => HttpApi;
type Machine = NonNullable<typeof reference.machine>;

/** Of a library's definition, all that is the cluster's; nodes have the interfaces `fronts`. */
export function referenceNodes(
  ...fronts: readonly Front[]
): Pick<LibraryDefinition, 'beneath' | 'readiness' | 'service'> {
  const lanes = mechanisms.filter((m) => m.shape === 'lane').length;
  const { node } = reference.machine as Machine;
  return {
    beneath: { lanes, node },
    readiness: reference.readiness,
    service: (host, settings) => served(host, settings, fronts),
  };
}

function served(host: ServiceHost, settings: Settings, fronts: readonly Front[]): ServiceForm {
  const { node: id, shape } = host;
  const node: NodeHandle = {
    config: { id, shape, settings },
    hasStopped: false,
    trueUs: () => Math.floor(host.now() * 1_000),
    // Nobody waits for ever: the time of the question is over for who is asked, too.
    call: (lane, request, timeoutUs) =>
      new Promise((resolve) => {
        const cancel = host.setTimer(() => resolve(null), timeoutUs / 1_000);
        void host.ask(lane, request).then((told) => {
          cancel();
          resolve(told);
        });
      }),
    onObserve: () => undefined,
  };
  const app = new Hono();
  for (const front of fronts) front(node, mechanisms)(app);
  return httpService((request) => app.fetch(request));
}
