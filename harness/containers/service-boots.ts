/**
 * A node as a service of a swarm, of one task. A task is never started again by the swarm itself: what
 * ended stays down until the run says otherwise, and then a new task takes the same volume.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { HarnessError } from '../core/errors.ts';
import type { NodeBoots, NodeSpec } from './boots.ts';
import { reasonOf } from './engine.ts';
import type { Engine } from './engine.ts';
import { logs, nanoCpus } from './hardened-container.ts';
import { labelsOf } from './labels.ts';

/** A task may take so long from the wish to the process, ms. */
const runsMsMax = 60_000;
const lookEveryMs = 50;

interface Task {
  readonly ID: string;
  readonly CreatedAt: string;
  readonly Status: {
    readonly State: string;
    readonly Err?: string;
    readonly ContainerStatus?: { readonly ContainerID?: string };
  };
}

/** `constraints` say where the scheduler may put it. `signal` gives up waiting for a task. */
export function serviceBoots(
  engine: Engine,
  spec: NodeSpec,
  constraints: readonly string[],
  signal: AbortSignal,
): NodeBoots {
  const { docker } = engine;
  const known = new Set<string>();
  /** The container of the task that was not there before, once it has begun. */
  const begun = async (): Promise<Dockerode.Container> => {
    const container = docker.getContainer(await newContainer(docker, spec.name, known, signal));
    while ((await container.inspect()).State.Status === 'created')
      await sleep(lookEveryMs, null, { signal });
    return container;
  };
  return {
    async first(listen) {
      await docker.createService(serviceOf(spec, constraints));
      await listen(await begun(), false);
    },
    async again(listen) {
      await updateAnew(docker.getService(spec.name));
      await listen(await begun(), false);
    },
  };
}

/** The swarm itself writes to a service as well, how an update goes: then ours is of an old version. */
const triesMax = 20;

/** Has a new task made, of the same description. */
async function updateAnew(service: Dockerode.Service, tries = 1): Promise<void> {
  const { Spec, Version } = (await service.inspect()) as Dockerode.Service;
  const { TaskTemplate, ...rest } = Spec as Dockerode.ServiceSpec;
  const ForceUpdate = (TaskTemplate?.ForceUpdate ?? 0) + 1;
  try {
    await service.update({
      ...rest,
      version: Version?.Index,
      TaskTemplate: { ...TaskTemplate, ForceUpdate },
    });
  } catch (e) {
    if (tries === triesMax || !/out of sequence/.test(reasonOf(e))) throw e;
    await updateAnew(service, tries + 1);
  }
}

async function newContainer(
  docker: Dockerode,
  service: string,
  known: Set<string>,
  signal: AbortSignal,
): Promise<string> {
  const deadline = performance.now() + runsMsMax;
  for (;;) {
    const tasks = (await docker.listTasks({ filters: { service: [service] } })) as readonly Task[];
    const task = tasks.find((t) => !known.has(t.ID));
    const container = task?.Status.ContainerStatus?.ContainerID ?? '';
    if (task !== undefined && container !== '') {
      known.add(task.ID);
      return container;
    }
    const { State, Err } = task?.Status ?? { State: 'not there' };
    if (State === 'rejected' || performance.now() > deadline) {
      throw new HarnessError(
        'E_ENGINE',
        `the task of ${service} is ${State} (${Err ?? 'no reason given'}), wanted it to run. Look at ` +
          `docker service ps --no-trunc ${service}, or use --env containers.`,
      );
    }
    await sleep(lookEveryMs, null, { signal });
  }
}

/** As `hardened-container.ts` starts containers, as far as a service can be told so. */
function serviceOf(spec: NodeSpec, constraints: readonly string[]): Dockerode.CreateServiceOptions {
  const labels = labelsOf(spec.run);
  return {
    Name: spec.name,
    Labels: labels,
    Mode: { Replicated: { Replicas: 1 } },
    // Its name leads to the task itself: an address in between needs IPVS, which not every kernel has.
    EndpointSpec: { Mode: 'dnsrr' },
    TaskTemplate: {
      ContainerSpec: {
        Image: spec.image,
        Labels: labels,
        Args: [...spec.command],
        Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
        CapabilityDrop: ['ALL'],
        ReadOnly: true,
        ...(spec.volume !== null && {
          Mounts: [{ Type: 'volume' as const, Source: spec.volume, Target: '/data' }],
        }),
      },
      Resources: {
        Limits: { MemoryBytes: spec.memoryBytes, NanoCPUs: nanoCpus, Pids: spec.pids },
      },
      RestartPolicy: { Condition: 'none' },
      Placement: { Constraints: [...constraints] },
      Networks: [{ Target: spec.network, Aliases: [spec.alias] }],
      LogDriver: { Name: logs.Type, Options: logs.Config },
    },
  };
}
