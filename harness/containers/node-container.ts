/** One node in a container: killed, paused, started again; its output as events. */
import type Dockerode from 'dockerode';
import { HarnessError } from '../core/errors.ts';
import type { HistoryEvent } from '../core/history.ts';
import { limits } from '../core/limits.ts';
import type { ProcessState } from '../faults/overlap.ts';
import { nodeMemoryMib } from '../realtime/node-flags.ts';
import { NodeOutput } from '../realtime/node-output.ts';
import type { NodeBoots } from './boots.ts';
import { ask, isConflict, isPassing, isUnchanged } from './engine.ts';
import { follow } from './output.ts';

export interface NodeContainerOptions {
  /** Unique on the engine. */
  readonly name: string;
  readonly boots: NodeBoots;
  readonly onEvent: (e: HistoryEvent) => void;
  /** It ended without having been told to. */
  readonly onExit: (reason: string) => void;
  readonly onFailed: (error: unknown) => void;
}

/** As the engine tells the end by SIGKILL: 128 and the number of the signal. */
const killedCode = 137;
/** How it ends when it was told to, by exit code. Another end came first, and is news. */
const ends = { kill: [killedCode], stop: [0, killedCode] } as const;

/** An engine gives up to freeze a busy process within a second. */
const triesMax = 10;

type State = Dockerode.ContainerInspectInfo['State'];

export class NodeContainer {
  private readonly o: NodeContainerOptions;
  private container: Dockerode.Container | null = null;
  /** Resolves when the present boot's output has ended. */
  private ended: Promise<void> = Promise.resolve();
  /** Nothing that it does is news any more: it is about to be removed. */
  private isForgotten = false;
  /** The exit codes that were asked for. */
  private asked: readonly number[] = [];
  private readonly output: NodeOutput;

  constructor(options: NodeContainerOptions) {
    this.o = options;
    this.output = new NodeOutput(options);
  }

  get tail(): readonly string[] {
    return this.output.tail;
  }

  /** Creates and starts it; resolves once it runs. */
  async create(): Promise<void> {
    await ask(`start ${this.o.name}`, this.o.boots.first(this.listen));
  }

  /** SIGKILL; resolves when it is gone and its last output was read. */
  kill(): Promise<void> {
    return this.end('kill', () => this.made().kill({ signal: 'SIGKILL' }));
  }

  /** SIGTERM, and SIGKILL where it does not end by that; resolves likewise. It must not stand still. */
  shutDown(): Promise<void> {
    return this.end('stop', () => this.made().stop({ t: limits.stopUs / 1_000_000 + 1 }));
  }

  private async end(what: keyof typeof ends, work: () => Promise<unknown>): Promise<void> {
    this.asked = ends[what];
    try {
      await ask(`${what} ${this.o.name}`, work());
    } catch (e) {
      // It had ended by itself already.
      if (!isConflict(e) && !isUnchanged(e)) throw e;
    }
    await this.ended;
  }

  /** Starts it again, from its volume. */
  async restart(): Promise<void> {
    await ask(`restart ${this.o.name}`, this.o.boots.again(this.listen));
  }

  /** Harmless when it has ended or stands still already. */
  async pause(): Promise<void> {
    await this.unless(
      (s) => s.Paused || !s.Running,
      'pause',
      () => this.made().pause(),
    );
  }

  /** Harmless when it has ended, or never stood still. */
  async resume(): Promise<void> {
    await this.unless(
      (s) => !s.Paused,
      'unpause',
      () => this.made().unpause(),
    );
  }

  async standing(): Promise<ProcessState> {
    const { Running, Paused } = await this.state();
    if (!Running) return 'down';
    return Paused ? 'stands still' : 'runs';
  }

  forget(): void {
    this.isForgotten = true;
  }

  /**
   * Does it; a refusal is no error when the container is in such a state that it is not needed. One that passes is
   * met by asking again: what was to stand still runs on meanwhile, and nothing counts before a probe shows it.
   */
  private async unless(
    isDone: (state: State) => boolean,
    what: string,
    work: () => Promise<unknown>,
  ): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await ask(`${what} ${this.o.name}`, work());
        return;
      } catch (e) {
        if (!(e instanceof HarnessError) || e.code !== 'E_ENGINE') throw e;
        if (isDone(await this.state())) return;
        if (!isPassing(e) || tries === triesMax) throw e;
      }
    }
  }

  private async state(): Promise<State> {
    return (await ask(`look at ${this.o.name}`, this.made().inspect())).State;
  }

  /** From its first line on. */
  private readonly listen = async (
    container: Dockerode.Container,
    isNew: boolean,
  ): Promise<void> => {
    this.container = container;
    this.asked = [];
    const { ended } = await follow(container, this.output.reader(), isNew);
    const reported = ended.then(() => this.report());
    this.ended = reported.catch((e: unknown) => this.o.onFailed(e));
  };

  /** Tells of an end that nobody asked for, also one that came before the kill that was asked for. */
  private async report(): Promise<void> {
    if (this.isForgotten) return;
    const state = await this.state();
    const isAsked = this.asked.includes(state.ExitCode) && !state.OOMKilled;
    if (this.isForgotten || isAsked) return;
    const why = state.OOMKilled
      ? `killed by the engine at its memory limit of ${nodeMemoryMib} MiB`
      : `exit code ${state.ExitCode}${state.Error === '' ? '' : ` (${state.Error})`}`;
    this.o.onExit(`${why}; last line: ${this.tail.at(-1) ?? 'none'}`);
  }

  private made(): Dockerode.Container {
    if (this.container === null) throw new Error(`container ${this.o.name} was never created`);
    return this.container;
  }
}
