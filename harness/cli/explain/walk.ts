/** The four questions of the text, walked through in the order of its checklist. */
import { cascade } from './cascade.ts';
import { drift } from './drift.ts';
import { imbalance } from './imbalance.ts';
import { notFound } from './not-found.ts';
import { servicesIn } from './scene.ts';
import type { Scene, Step } from './scene.ts';

export const questionIds = ['not-found', 'drift', 'cascade', 'imbalance'] as const;
export type QuestionId = (typeof questionIds)[number];

export interface Asked {
  readonly question: QuestionId | null;
  readonly service: string | null;
  readonly key: string | null;
}

/** One question about one subject, answered. */
export interface Answer {
  /** `Service not found? back`. */
  readonly title: string;
  readonly steps: readonly Step[];
  /** `cause` where any step found one; else `unknown` where any is, or a symptom that nothing explains; else `clear`. */
  readonly kind: 'cause' | 'unknown' | 'clear';
}

/** Of all services and keys, and of all questions, unless one is named. */
export function answersTo({ question, service, key }: Asked, scene: Scene): Answer[] {
  const services = service === null ? servicesIn(scene) : [service];
  const isAsked = (id: QuestionId): boolean => question === null || question === id;
  const each = (title: string, walk: (s: Scene, service: string) => Step[]): Answer[] =>
    services.map((s) => answer(`${title} ${s}`, walk(scene, s)));
  return [
    ...(isAsked('not-found') ? each('Service not found?', notFound) : []),
    ...(isAsked('drift')
      ? [answer(`Configuration drift? ${key ?? ''}`.trim(), drift(scene, key))]
      : []),
    ...(isAsked('cascade')
      ? [answer(`Cascading failure? ${service ?? ''}`.trim(), cascade(scene, service))]
      : []),
    ...(isAsked('imbalance') ? each('Load imbalance?', imbalance) : []),
  ];
}

function answer(title: string, steps: readonly Step[]): Answer {
  const has = (kind: Step['kind']): boolean => steps.some((s) => s.kind === kind);
  const kind = has('cause') ? 'cause' : has('unknown') || has('symptom') ? 'unknown' : 'clear';
  return { title, steps, kind };
}
