/**
 * All lists that anybody read, as a forest: a node is a list, its parent the same list without its last
 * element. Lists of one key mostly are prefixes of one another, so a read costs one number and two
 * reads agree when one node is above the other.
 */
import type { Json } from '../../../core/host.ts';
import { IntList } from './int-list.ts';
import { PairIndex } from './pair-index.ts';
import type { Values } from './values.ts';

/** The parent of an empty list. */
export const noList = -1;

export class Lists {
  /** By key: its empty list. */
  private readonly roots = new IntList();
  private readonly firstChild = new IntList();
  /** The others: seldom any, as then somebody read what does not agree. */
  private readonly laterChildren = new PairIndex();
  readonly parent = new IntList();
  /** Code of the last element; of an empty list: no meaning. */
  readonly element = new IntList();
  /** How many elements. */
  readonly size = new IntList();
  readonly key = new IntList();

  get count(): number {
    return this.parent.length;
  }

  /** Keys are 0, 1, 2 … in order of their first mention. */
  empty(key: number): number {
    while (this.roots.length <= key) this.roots.push(this.add(noList, 0, 0, this.roots.length));
    return this.roots.at(key);
  }

  /** The list with one more element. */
  with(list: number, element: number): number {
    const first = this.firstChild.data[list] as number;
    if (first !== noList && this.element.data[first] === element) return first;
    const size = (this.size.data[list] as number) + 1;
    if (first === noList) {
      const added = this.add(list, element, size, this.key.at(list));
      this.firstChild.set(list, added);
      return added;
    }
    const known = this.laterChildren.get(list, element);
    if (known >= 0) return known;
    const added = this.add(list, element, size, this.key.at(list));
    return this.laterChildren.add(list, element, added);
  }

  /** The same lists with other codes of their last elements; to be read, as no more can be added. */
  withElements(element: IntList): Lists {
    return Object.assign(new Lists(), this, { element });
  }

  elements(list: number, values: Values): Json[] {
    const all: Json[] = [];
    for (let at = list; this.size.at(at) > 0; at = this.parent.at(at)) {
      all.push(values.value(this.element.at(at)));
    }
    return all.reverse();
  }

  /** Is `list` the beginning of `longer`, or `longer` itself? */
  isPrefix(list: number, longer: number): boolean {
    const size = this.size.at(list);
    let at = longer;
    while (this.size.at(at) > size) at = this.parent.at(at);
    return at === list;
  }

  private add(parent: number, element: number, size: number, key: number): number {
    this.parent.push(parent);
    this.element.push(element);
    this.size.push(size);
    this.key.push(key);
    this.firstChild.push(noList);
    return this.parent.length - 1;
  }
}
