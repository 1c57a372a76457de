/** The swarm that an engine manages: is there one, and where do the zones of a run lie in it. */
import { HarnessError } from '../core/errors.ts';
import type { Shape } from '../core/program.ts';
import { ask } from './engine.ts';
import type { Engine } from './engine.ts';

/** What a member of a swarm is labelled with to be one zone's. */
export const zoneLabel = 'antlion.zone';

export interface Swarm {
  /** What the scheduler is told of a node in `zone`: expressions as of `docker service create --constraint`. */
  constraints(zone: string): readonly string[];
}

/** What of an engine's description counts here; its types leave it out. */
interface Info {
  readonly Swarm?: {
    readonly LocalNodeState?: string;
    readonly ControlAvailable?: boolean;
    readonly NodeID?: string;
  };
}

interface Member {
  readonly ID: string;
  readonly Spec: { readonly Labels?: Readonly<Record<string, string>> };
}

/**
 * The swarm of `engine`, which is changed in nothing but what carries the label of the run. Throws
 * E_NO_DOCKER when the engine manages none, E_CONFIG when a zone of `shape` lies on another engine.
 */
export async function openSwarm(engine: Engine, shape: Shape): Promise<Swarm> {
  const { Swarm: found } = (await ask('describe itself', engine.docker.info())) as Info;
  const own = found?.NodeID ?? '';
  if (found?.LocalNodeState !== 'active' || found.ControlAvailable !== true) {
    throw new HarnessError(
      'E_NO_DOCKER',
      `the engine at ${engine.address} manages no swarm, wanted one for --env swarm. Make one of this ` +
        'machine alone by docker swarm init --advertise-addr 127.0.0.1, and end it by docker swarm ' +
        'leave --force; --env containers needs none.',
    );
  }
  const members = (await ask('list the swarm', engine.docker.listNodes())) as readonly Member[];
  return placement(members, own, shape);
}

/**
 * A zone lies where its label is. Without any label all zones lie on the member that is asked, as its
 * clock is the run's, and its engine alone can stop and kill.
 */
export function placement(members: readonly Member[], own: string, shape: Shape): Swarm {
  const zoneOf = (m: Member): string | undefined => m.Spec.Labels?.[zoneLabel];
  const isZoned = members.some((m) => zoneOf(m) !== undefined);
  const here = members.find((m) => m.ID === own);
  const away = shape.nodes.find((n) => isZoned && (!here || zoneOf(here) !== n.zone));
  if (away !== undefined) {
    throw new HarnessError(
      'E_CONFIG',
      `${away.name} is in zone ${away.zone}, wanted the label ${zoneLabel}=${away.zone} on member ` +
        `${own} of the swarm, which is the one that is asked: clocks and kills of others are out of ` +
        `reach. Label it by docker node update, or take the label ${zoneLabel} from all members.`,
    );
  }
  return {
    constraints: (zone) => [
      `node.id==${own}`,
      ...(isZoned ? [`node.labels.${zoneLabel}==${zone}`] : []),
    ],
  };
}
