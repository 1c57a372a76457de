/** Probes of links that cannot be made anew, as a node opens no connection, or takes none. */
import type { NodeId } from '../core/host.ts';
import { nodeCount } from '../core/program.ts';
import { linksNotMade } from '../faults/connection-trouble.ts';
import type { Link } from '../faults/link-rule.ts';
import type { Passage, Question } from '../links/passage.ts';
import type { FaultAccess } from './fault-access.ts';
import { directionsOf } from './link-names.ts';
import { linkKey } from './link-probes.ts';
import type { Proof } from './proof.ts';

const question: Question = { way: 'new', bytes: 0 };
/** Time for a question to pass a sound link of a busy machine. */
const waitUs = 300_000;
/** An end is looked for so often. */
const endTries = 12;
const pauseMs = 100;

export class ConnectionProof implements Proof {
  private readonly access: FaultAccess;
  private readonly nodes: readonly NodeId[];
  /** Those that were asked last while it was in force. */
  private dials: readonly Link[] = [];
  private denied: string | null = null;

  constructor(nodes: readonly NodeId[], access: FaultAccess) {
    this.nodes = nodes;
    this.access = access;
  }

  async isShown(): Promise<boolean> {
    const { controls, shape } = this.access;
    this.dials = this.nodes
      .flatMap((node) =>
        controls.inForce(node).connections.flatMap((what) => linksNotMade(node, what, shape)),
      )
      .filter(([, to]) => to < nodeCount(shape));
    const all = await this.look();
    const passed = all.find((p) => p.state === 'passed');
    if (passed !== undefined) this.denied = `a new connection was made (${passed.link})`;
    return passed === undefined && all.some((p) => p.state === 'refused');
  }

  whatDenied(): string | null {
    return this.denied;
  }

  async end(hurry: AbortSignal): Promise<string | null> {
    for (let tries = 0; !hurry.aborted; tries++) {
      if (tries > 0) await new Promise((wake) => setTimeout(wake, pauseMs));
      const all = await this.look();
      const stopped = all.find(
        (p) => (p.state === 'stopped' || p.state === 'refused') && !p.isTroubled,
      );
      if (stopped === undefined) return null;
      if (tries === endTries) return `no new connection was made (${stopped.link})`;
    }
    return null;
  }

  /**
   * What became of a question on each of the links; `refused` is more than `stopped`, which a busy machine
   * makes of nothing. `isTroubled`: another fault may have stopped it.
   */
  private async look(): Promise<readonly { state: string; link: string; isTroubled: boolean }[]> {
    const { probes, shape, inForce, areLinksTwoWay } = this.access;
    const found = await probes?.round(this.dials, { ...question, waitUs });
    return this.dials.flatMap((dial) => {
      const both = found?.get(linkKey(dial));
      if (both === undefined) return [];
      const [from, to] = dial;
      const isTroubled = directionsOf(shape, from, to, areLinksTwoWay).some((d) =>
        inForce.others('', d, question).some((o) => o.isCut || o.mostUs > 0),
      );
      return { state: stateOf(both.upstream.passage), link: `${from}→${to}`, isTroubled };
    });
  }
}

function stateOf(passage: Passage): Passage['state'] | 'refused' {
  return passage.state === 'stopped' && passage.hasEnded === true ? 'refused' : passage.state;
}
