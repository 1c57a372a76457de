/** Operations of unknown fate: each may take effect at any time after its call, once, or never. */
import { canonical } from '../canonical.ts';
import type { CellModel } from '../model.ts';
import type { Op } from '../operations.ts';

export class LostOps {
  /** By what they set: as many as there were crashes, and only those of a value in question are looked at. */
  private readonly bySets = new Map<string, Op[]>();
  private readonly model: CellModel;
  size = 0;

  constructor(model: CellModel) {
    this.model = model;
  }

  /** What changes nothing is none. */
  add(op: Op): void {
    const { sets } = this.model.effect(op);
    if (sets === undefined) return;
    const name = canonical(sets);
    const same = this.bySets.get(name);
    if (same === undefined) this.bySets.set(name, [op]);
    else same.push(op);
    this.size += 1;
  }

  delete(op: Op): void {
    const name = canonical(this.model.effect(op).sets ?? null);
    const same = this.bySets.get(name) ?? [];
    const left = same.filter((other) => other !== op);
    this.size -= same.length - left.length;
    if (left.length === 0) this.bySets.delete(name);
    else this.bySets.set(name, left);
  }

  /** Those that set the value with this canonical form. */
  of(name: string): readonly Op[] {
    return this.bySets.get(name) ?? [];
  }

  clear(): void {
    this.bySets.clear();
    this.size = 0;
  }
}
