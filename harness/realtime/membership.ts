/** Changes of who belongs to a system that says so itself: one at a time, each asked for until it is done. */
import type { NodeId } from '../core/host.ts';
import { unlessAborted } from './abort.ts';
import type { DeployedMembers } from './deployment.ts';

/** All are asked again after this. */
const againMs = 200;

export class Membership {
  readonly members: DeployedMembers;
  /** What was said when it was last asked in vain; null: it was not. */
  refusal: string | null = null;
  private turn: Promise<void> = Promise.resolve();

  constructor(members: DeployedMembers) {
    this.members = members;
  }

  /** Who was taken in has to be up before the next one is. */
  async oneAtATime(work: () => Promise<void>): Promise<void> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    await mine;
  }

  /** Asks those who can be asked, one after the other, until one answers. Rejects when the signal comes. */
  async insist<T>(
    by: () => readonly NodeId[],
    ask: (by: NodeId) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    for (;;) {
      for (const node of by()) {
        try {
          return await unlessAborted(signal, ask(node));
        } catch (error) {
          if (signal.aborted) throw error;
          this.refusal = error instanceof Error ? error.message : String(error);
        }
      }
      await unlessAborted(signal, new Promise((wake) => setTimeout(wake, againMs)));
    }
  }

  /** Do more than half of these say that this is so? Who does not answer says nothing. */
  async doMostSay(
    by: readonly NodeId[],
    isSo: (told: readonly NodeId[]) => boolean,
  ): Promise<boolean> {
    const said = await Promise.all(
      by.map((node) => this.members.told(node).then(isSo, () => false)),
    );
    return said.filter(Boolean).length * 2 > by.length;
  }
}
