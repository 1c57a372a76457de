/** Messages of the run: which of them are in view, and what each says. */
import type { MessagesView } from '../view.ts';
import type { Window } from './data.ts';
import { clock } from './scale.ts';

/** More lines than this are a grey field. */
const drawnMax = 300;

export interface InView {
  /** How many there are, and how many of them were lost. */
  readonly all: number;
  readonly lost: number;
  /** Those to be drawn: all, or of too many the lost ones. */
  readonly drawn: readonly number[];
}

export class Messages {
  readonly view: MessagesView;
  /** `append`, `ping`: the first word of what they say. */
  readonly kinds: readonly string[];
  /** Of this kind alone; empty: any. */
  kind = '';
  private readonly kindOf: readonly string[];

  constructor(view: MessagesView) {
    this.view = view;
    this.kindOf = view.texts.map((text) => text.replace(/:.*/, ''));
    this.kinds = [...new Set(view.says.map((n) => this.kindOf[n] ?? ''))].sort();
  }

  in({ fromUs, untilUs }: Window): InView {
    const { sentUs, says, lost } = this.view;
    const all: number[] = [];
    for (let i = 0; i < sentUs.length; i++) {
      if ((sentUs[i] as number) > untilUs) break;
      if (this.until(i) < fromUs) continue;
      if (this.kind === '' || this.kindOf[says[i] as number] === this.kind) all.push(i);
    }
    const gone = all.filter((i) => (lost[i] as number) >= 0);
    const drawn = all.length <= drawnMax ? all : gone.slice(0, drawnMax);
    return { all: all.length, lost: gone.length, drawn };
  }

  /** When it arrived or was lost; of one under way when it was sent. */
  until(i: number): number {
    const us = this.view.endedUs[i] as number;
    return us < 0 ? (this.view.sentUs[i] as number) : us;
  }

  from(i: number): string {
    return this.text(this.view.sender[i]);
  }

  to(i: number): string {
    return this.text(this.view.receiver[i]);
  }

  isLost(i: number): boolean {
    return (this.view.lost[i] as number) >= 0;
  }

  describe(i: number): string {
    const { endedUs, lost, says } = this.view;
    const end = this.isLost(i)
      ? this.text(lost[i])
      : (endedUs[i] as number) < 0
        ? 'under way at the end'
        : `arrived at ${clock(endedUs[i] as number)}`;
    return `${this.from(i)} → ${this.to(i)} ${this.text(says[i])}; ${end}`;
  }

  private text(n: number | undefined): string {
    return this.view.texts[n ?? -1] ?? '';
  }
}
