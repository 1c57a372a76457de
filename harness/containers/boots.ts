/** How a node comes to life on an engine: as a container of its own, or as a service of a swarm. */
import type Dockerode from 'dockerode';
import type { Engine } from './engine.ts';
import { startHardened } from './hardened-container.ts';
import type { ContainerSpec } from './hardened-container.ts';

/** Told of the container of a boot; `isNew`: it has not begun yet, and nothing was written. */
export type Listen = (container: Dockerode.Container, isNew: boolean) => Promise<void>;

/** Both resolve once the container runs, and were listening to it by then. */
export interface NodeBoots {
  first(listen: Listen): Promise<void>;
  /** From the same volume, after it has ended. */
  again(listen: Listen): Promise<void>;
}

export type NodeSpec = Omit<ContainerSpec, 'created'>;

/** One container, made once and started again and again. */
export function containerBoots(engine: Engine, spec: NodeSpec): NodeBoots {
  let made: Dockerode.Container | null = null;
  return {
    async first(listen) {
      await startHardened(engine, {
        ...spec,
        created(container) {
          made = container;
          return listen(container, true);
        },
      });
    },
    async again(listen) {
      if (made === null) throw new Error(`container ${spec.name} was never created`);
      await listen(made, true);
      await made.start();
    },
  };
}
