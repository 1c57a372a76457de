/** What a node is seen to be, by the facets that its system names: from its own words, coarsely. */
import type { HistoryEvent } from '../core/history.ts';
import type { Observation } from '../core/observation.ts';
import type { Facet } from '../core/system.ts';

/** The facets of a system, its roles first. */
export function facetsOf(facets: readonly Facet[]): readonly Facet[] {
  return [role, ...facets];
}

/** Known of any system that says who leads. */
const role: Facet = {
  name: '',
  values: ['no role', 'follower', 'candidate', 'leader'],
  read: (o) => (o.kind === 'role' ? { value: o.role } : null),
};

/** What is known of one node; everything but its place is forgotten when its process starts anew. */
export class NodeState {
  text = 'not started';
  private readonly place: string;
  private readonly facets: readonly Facet[];
  private isUp = false;
  /** By facet: the value of each subject. */
  private readonly said: readonly Map<string, string>[];

  constructor(place: string, facets: readonly Facet[]) {
    this.place = place;
    this.facets = facets;
    this.said = facets.map(() => new Map<string, string>());
  }

  /** True when the event was about the state. */
  event(e: HistoryEvent): boolean {
    if (e.type === 'node') this.process(e.change === 'started');
    else if (e.type !== 'observe' || !this.observe(e.value)) return false;
    else this.isUp = true;
    this.text = this.isUp ? this.describe() : `${this.place}: down`;
    return true;
  }

  private observe(o: Observation): boolean {
    let isNews = false;
    this.facets.forEach((facet, i) => {
      const said = facet.read(o);
      if (said === null) return;
      isNews = true;
      for (const { subject = '', value } of [said].flat()) this.said[i]?.set(subject, value);
    });
    return isNews;
  }

  private process(isUp: boolean): void {
    this.isUp = isUp;
    for (const values of this.said) values.clear();
  }

  /** The value of each facet; null while nothing was said of it. */
  sides(): (string | null)[] {
    return this.facets.map((facet, i) =>
      (this.said[i]?.size ?? 0) === 0 ? null : this.side(facet, i),
    );
  }

  private describe(): string {
    return `${this.place}: ${this.facets.map((facet, i) => this.side(facet, i)).join(', ')}`;
  }

  private side({ name, values }: Facet, i: number): string {
    const at = [...(this.said[i]?.values() ?? [])].map((v) => values.indexOf(v));
    const value = values[Math.max(0, ...at)] ?? values[0];
    return name === '' ? value : `${name} ${value}`;
  }
}
