/** Containers behind a real Toxiproxy. Docker's libraries are loaded when a run begins. */
import type { Environment, Run } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { kindsWith } from '../faults/kinds.ts';
import { runRealtime } from '../realtime/run.ts';

export interface ContainersOptions {
  /** Stops a run early; it is healed and taken down, then the signal's reason is thrown. */
  readonly signal?: AbortSignal;
  /** Told of what takes long before nodes start: images that are fetched or built. */
  readonly onProgress?: (what: string) => void;
  /** The cluster must be ready after this, µs; default 30 s. */
  readonly readyWithinUs?: number;
  /**
   * True: each node is a service of the swarm that the engine manages, on an overlay network of its own,
   * and zones lie where the swarm's members carry the label `antlion.zone`. Throws E_NO_DOCKER without one.
   */
  readonly isSwarm?: boolean;
  /**
   * Where images come from. Absent fields: ANTLION_IMAGES (`registry`, with local files as fall-back,
   * or `local`, the other way round), ANTLION_NODE_IMAGE, ANTLION_TOXIPROXY_IMAGE, then the defaults.
   */
  readonly images?: {
    readonly from?: 'registry' | 'local';
    readonly node?: string;
    readonly toxiproxy?: string;
  };
}

export function containers(options: ContainersOptions = {}): Environment<Promise<Run>> {
  const { signal, readyWithinUs, images, onProgress, isSwarm } = options;
  return {
    name: isSwarm === true ? 'swarm' : 'containers',
    time: 'real',
    isSynchronous: false,
    get faults() {
      return kindsWith((k) => k.inject !== undefined && k.by === undefined);
    },
    async run(system, program, runOptions = {}) {
      if (system.machine === undefined) {
        throw new HarnessError(
          'E_CONFIG',
          `${system.name} is reached by its own protocol, wanted a system made of components. ` +
            'Start it yourself and use antlion verify.',
        );
      }
      const nodes = program.shape.nodes.length;
      if (nodes > limits.containerNodesMax) {
        throw new HarnessError(
          'E_CONFIG',
          `the shape has ${nodes} nodes, wanted at most ${limits.containerNodesMax} in containers ` +
            '(one network each). Use --env processes, or simulation.',
        );
      }
      const { ContainerDeployment } = await import('./deployment.ts');
      const { imageSettings } = await import('./images.ts');
      const settings = {
        ...imageSettings(images, process.env),
        ...(onProgress !== undefined && { onProgress }),
      };
      const form = isSwarm === true ? 'services' : 'containers';
      const deployment = new ContainerDeployment(system.machine, program, settings, form);
      return runRealtime(deployment, system, program, {
        ...runOptions,
        ...(signal !== undefined && { signal }),
        ...(readyWithinUs !== undefined && { readyWithinUs }),
      });
    },
  };
}
