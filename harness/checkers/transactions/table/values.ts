/** Values of a history as integers, so that they fit into columns and compare at once. */
import type { Json } from '../../../core/host.ts';
import { Interner } from '../../canonical.ts';

/** What null is called: the state of a register before anybody wrote. */
export const nothing = -1;

/** Codes below it are aliases. */
const firstAlias = -(2 ** 30);

/** A number from 0 that is whole and below 2³¹ is its own code; all others get one below `nothing`. */
export class Values {
  private readonly interner = new Interner();
  private readonly others: Json[] = [];
  private readonly aliases: Json[] = [];

  /** Equal values have equal codes. */
  code(value: Json): number {
    if (typeof value === 'number' && (value | 0) === value && value >= 0) return value;
    if (value === null) return nothing;
    const id = this.interner.id(value);
    if (id === this.others.length) this.others.push(value);
    return nothing - 1 - id;
  }

  /** A code of its own for a value that has one: what is equal is told apart. */
  alias(value: Json): number {
    this.aliases.push(value);
    return firstAlias - this.aliases.length;
  }

  value(code: number): Json {
    if (code >= 0) return code;
    if (code < firstAlias) return this.aliases[firstAlias - code - 1] as Json;
    return code === nothing ? null : (this.others[nothing - 1 - code] as Json);
  }
}
