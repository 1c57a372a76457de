/** What keeps a node of ours from opening and taking connections, as a system that has nothing to give does. */
import type { ConnectionTrouble } from '../faults/connection-trouble.ts';

export class ConnectionGate {
  troubles: readonly ConnectionTrouble[] = [];
  /** Connections that were neither opened nor taken. */
  refused = 0;

  /** As `mayOpen`, of what is not to be counted. */
  get opens(): boolean {
    return this.troubles.length === 0;
  }

  mayOpen(): boolean {
    return this.counted(this.opens);
  }

  mayTake(): boolean {
    return this.counted(!this.troubles.includes('no-descriptors'));
  }

  private counted(may: boolean): boolean {
    if (!may) this.refused += 1;
    return may;
  }
}
