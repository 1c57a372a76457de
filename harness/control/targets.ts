/**
 * The allow-list: nothing is ever aimed at what we did not start, or the user did not allow by name.
 * Every hand that hurts asks here first.
 */
import { HarnessError } from '../core/errors.ts';

export type TargetKind = 'process' | 'container' | 'network' | 'link' | 'endpoint';

export class Targets {
  private readonly owned = new Set<string>();
  private readonly allowed: ReadonlySet<string>;

  /** `allowed` are names that the user gave: of containers, links or endpoints, never of processes. */
  constructor(allowed: readonly string[] = []) {
    this.allowed = new Set(allowed);
  }

  /** We started it: from now on it may be hurt. */
  own(kind: TargetKind, name: string): void {
    this.owned.add(`${kind} ${name}`);
  }

  /** It is gone; what bears its name later is somebody else's. */
  disown(kind: TargetKind, name: string): void {
    this.owned.delete(`${kind} ${name}`);
  }

  /** Throws E_REFUSED_TARGET unless it is ours or was allowed. */
  require(kind: TargetKind, name: string): void {
    if (this.owned.has(`${kind} ${name}`)) return;
    // A process number says nothing about whose it is a moment later.
    if (kind !== 'process' && this.allowed.has(name)) return;
    throw new HarnessError(
      'E_REFUSED_TARGET',
      `${kind} "${name}" was not started by this run, wanted one of ours. ` +
        `Allow it by name if it may be hurt.`,
    );
  }
}
