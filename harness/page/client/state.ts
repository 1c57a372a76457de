/** What a picture shows at this moment; whoever changes it tells those who draw. */
import type { RunView } from '../view.ts';
import { Operations } from './data.ts';
import type { Filter, Window } from './data.ts';
import { Messages } from './messages.ts';
import { rowsOf } from './rows.ts';
import type { Row } from './rows.ts';
import { within } from './scale.ts';

/** `op12`, `fault3`, `moment7`, `msg5`. */
export type EventName = string;

export class PictureState {
  readonly run: RunView;
  readonly operations: Operations;
  readonly whole: Window;
  rows: readonly Row[];
  view: Window;
  filter: Filter;
  selected: EventName | null = null;
  /** Ids of operations that stand out; the others are faint. */
  focus: ReadonlySet<number> = new Set();
  readonly messages: Messages | null;
  /** Are messages drawn and listed? */
  isMessaging = false;
  /** At which the film stands; null: there is none, or nobody has looked. */
  momentUs: number | null = null;
  /** Other moments that are marked, with a word each. */
  readonly marks: { readonly atUs: number; readonly text: string }[] = [];
  private readonly listeners: (() => void)[] = [];

  constructor(run: RunView) {
    this.run = run;
    this.operations = new Operations(run);
    this.messages = run.messages === null ? null : new Messages(run.messages);
    const length = Math.max(1, run.untilUs - run.fromUs);
    // What is at the very end has room to be seen.
    this.whole = { fromUs: run.fromUs, untilUs: run.untilUs + length * 0.01 };
    this.view = this.whole;
    this.filter = { text: '', key: '', client: '', node: '', outcomes: new Set([0, 1, 2, 3]) };
    this.rows = rowsOf(run, () => true);
  }

  onChange(f: () => void): void {
    this.listeners.push(f);
  }

  changed(): void {
    for (const f of this.listeners) f();
  }

  look(window: Window): void {
    this.view = within(window, this.whole);
    this.changed();
  }

  setFilter(part: Partial<Filter>): void {
    this.filter = { ...this.filter, ...part };
    const { run, filter } = this;
    this.operations.filter(filter, run.clients);
    this.arrange();
    this.changed();
  }

  private arrange(): void {
    const { run, filter, isMessaging } = this;
    const isShown = (i: number): boolean =>
      filter.client === '' || run.clients[i] === filter.client;
    this.rows = rowsOf(run, isShown, isMessaging);
  }

  /** Shows messages, of one kind or of all, or hides them. */
  setMessages(isShown: boolean, kind = this.messages?.kind ?? ''): void {
    this.isMessaging = isShown && this.messages !== null;
    if (this.messages !== null) this.messages.kind = kind;
    this.arrange();
    this.changed();
  }

  setFocus(ops: Iterable<number>): void {
    this.focus = new Set(ops);
    this.changed();
  }

  /** The film stands there, and it is in view. */
  setMoment(us: number): void {
    const { fromUs, untilUs } = this.view;
    this.momentUs = Math.min(this.run.untilUs, Math.max(this.run.fromUs, us));
    if (us >= fromUs && us <= untilUs) return this.changed();
    const half = (untilUs - fromUs) / 2;
    this.look({ fromUs: us - half, untilUs: us + half });
  }

  select(name: EventName | null): void {
    this.selected = name;
    this.changed();
  }

  /** The time of an event; null: there is none of this name. */
  windowOf(name: EventName): Window | null {
    const m = /^(op|fault|moment|msg)(\d+)$/.exec(name);
    const n = Number(m?.[2]);
    if (m?.[1] === 'op') {
      const at = this.operations.placeOf(n);
      if (at < 0) return null;
      return { fromUs: this.operations.from(at), untilUs: this.operations.until(at) };
    }
    if (m?.[1] === 'msg') {
      const fromUs = this.messages?.view.sentUs[n];
      return fromUs === undefined ? null : { fromUs, untilUs: this.messages?.until(n) ?? fromUs };
    }
    const event = m?.[1] === 'fault' ? this.run.faults.find((f) => f.fault === n) : undefined;
    if (event !== undefined) return event;
    const moment = m?.[1] === 'moment' ? this.run.moments[n] : undefined;
    return moment === undefined ? null : { fromUs: moment.atUs, untilUs: moment.atUs };
  }

  /** Brings these operations into view, with some room around them. */
  lookAt(ops: readonly number[], alsoUs: readonly number[] = []): void {
    const windows = ops.flatMap((op) => this.windowOf(`op${op}`) ?? []);
    const all = [...windows.flatMap((w) => [w.fromUs, w.untilUs]), ...alsoUs];
    if (all.length === 0) return;
    const [from, until] = [Math.min(...all), Math.max(...all)];
    const room = Math.max(2_000, (until - from) * 0.3);
    this.look({ fromUs: from - room, untilUs: until + room });
  }
}
