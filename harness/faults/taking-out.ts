/** Members that are taken out and taken in again: asked for until the system says that it is done. */
import type { Operation } from '../core/program.ts';
import type { Outcome } from '../core/system.ts';
import type { MemberChange, MembersSaid } from './members-said.ts';

/** What asks the system, beside the clients of the story. */
export interface Asking {
  /** What is to be asked so that these nodes are members, or are not. */
  readonly change: (change: MemberChange) => Asked;
  /** `done` is called once, or never. */
  readonly ask: (asked: Asked, done: (outcome: Outcome) => void) => void;
  /** What nodes say; null: they say nothing of members, and the answer is believed. */
  readonly said: MembersSaid | null;
  /** Calls `f` after so many µs; the answer prevents it. */
  readonly after: (delayUs: number, f: () => void) => () => void;
}

export type Asked = Pick<Operation, 'f' | 'key' | 'value'>;

/** Why a system is not asked. */
export const notAsked = 'the system has no operation for it, or there is no client to ask by';

/** It is asked again after this, as who was asked may be down, or the leader another. */
const againUs = 500_000;

/** Asks for a change until it is answered, and waits until it shows; each is told. The answer gives it up. */
export function insist(
  { change, ask, after, said }: Asking,
  wanted: MemberChange,
  tell: (what: 'answered' | 'shown') => void,
): () => void {
  let isOver = false;
  let forget = (): void => undefined;
  let isAnswered = false;
  const look = (): void => {
    if (said?.isSo(wanted) === false) return;
    isOver = true;
    forget();
    tell('shown');
  };
  const turn = (): void => {
    forget = after(againUs, turn);
    if (isAnswered) {
      look();
      return;
    }
    ask(change(wanted), (outcome) => {
      if (isOver || isAnswered || outcome.type !== 'ok') return;
      isAnswered = true;
      tell('answered');
      look();
    });
  };
  turn();
  return () => {
    isOver = true;
    forget();
  };
}
