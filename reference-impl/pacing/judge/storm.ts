/** What both promises over restarts go by: whether anything else was wrong. */
import { nodesWithRole } from '../../../harness/spec.ts';
import type { HistoryEvent, NodeId, Program } from '../../../harness/spec.ts';

/** Has a fault begun by now that is more than the crash of an instance? Then nothing is promised any more. */
export class OnlyRestarts {
  private readonly program: Program;
  private readonly servers: ReadonlySet<NodeId>;
  areAll = true;

  constructor(program: Program) {
    this.program = program;
    this.servers = new Set(nodesWithRole(program.shape, 'server'));
  }

  event(e: HistoryEvent): void {
    if (e.type === 'node' && e.change !== 'started' && this.servers.has(e.node))
      this.areAll = false;
    if (e.type !== 'fault') return;
    const isCrash = this.program.faults[e.fault]?.kind === 'crash';
    if (!isCrash || e.nodes.some((node) => this.servers.has(node))) this.areAll = false;
  }
}
