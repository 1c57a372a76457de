/** Properties that were started and have not ended: a test that forgot to await one is found by them. */
import { processState } from './process-state.ts';

/** Marks a property as started; the ticket ends it. */
export function beginProperty(name: string): number {
  const state = processState();
  state.next += 1;
  state.open.set(state.next, name);
  return state.next;
}

export function endProperty(ticket: number): void {
  processState().open.delete(ticket);
}

/** Names of the properties under way, and forgets them. */
export function takeUnsettled(): string[] {
  const { open } = processState();
  const names = [...open.values()];
  open.clear();
  return names;
}
