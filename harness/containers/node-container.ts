/** One node as a container: made once, then killed, paused, started again; its output as events. */
import type Dockerode from 'dockerode';
import type { HistoryEvent } from '../core/history.ts';
import { launchVariable } from '../host/launch.ts';
import type { Launch } from '../host/launch.ts';
import { eventOfLine } from '../host/lines.ts';
import { ask, isConflict } from './engine.ts';
import type { Engine } from './engine.ts';
import { startHardened } from './hardened.ts';
import { follow } from './output.ts';

export interface NodeContainerOptions {
  readonly engine: Engine;
  /** Of the container, unique on the engine. */
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly network: string;
  readonly volume: string;
  readonly launch: Launch;
  readonly onEvent: (e: HistoryEvent) => void;
  /** It ended without having been told to. */
  readonly onExit: (reason: string) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Last lines kept for messages to people. */
const tailLinesMax = 40;
/** The reference node needs 60 MiB; past this the engine kills it, which is reported. */
const memoryBytes = 512 * 1024 * 1024;
/** Processes and threads: node has eleven. */
const pids = 64;

export class NodeContainer {
  private readonly o: NodeContainerOptions;
  private container: Dockerode.Container | null = null;
  /** Resolves when the present boot's output has ended. */
  private ended: Promise<void> = Promise.resolve();
  private isTold = false;
  readonly tail: string[] = [];

  constructor(options: NodeContainerOptions) {
    this.o = options;
  }

  /** Creates and starts it; resolves once it runs. */
  async create(): Promise<void> {
    const { config, run } = this.o.launch;
    const started = startHardened({
      run,
      name: this.o.name,
      alias: config.shape.nodes[config.id]?.name ?? this.o.name,
      image: this.o.image,
      command: this.o.command,
      environment: { [launchVariable]: JSON.stringify(this.o.launch) },
      network: this.o.network,
      ports: [],
      volume: this.o.volume,
      memoryBytes,
      pids,
      created: (id) => {
        this.container = this.o.engine.docker.getContainer(id);
        return this.listen(this.container);
      },
    });
    await ask(`start ${this.o.name}`, started);
  }

  /** SIGKILL; resolves when it is gone and its last output was read. */
  async kill(): Promise<void> {
    this.isTold = true;
    try {
      await ask(`kill ${this.o.name}`, this.made().kill({ signal: 'SIGKILL' }));
    } catch (e) {
      // It had ended by itself already.
      if (!isConflict(e)) throw e;
    }
    await this.ended;
  }

  /** Starts it again, from its volume. */
  async restart(): Promise<void> {
    const container = this.made();
    await this.listen(container);
    await ask(`restart ${this.o.name}`, container.start());
  }

  async pause(): Promise<void> {
    await ask(`pause ${this.o.name}`, this.made().pause());
  }

  async resume(): Promise<void> {
    await ask(`unpause ${this.o.name}`, this.made().unpause());
  }

  /** What it does from now on is no news: it is about to be removed. */
  forget(): void {
    this.isTold = true;
  }

  /** Attaches before the start, so that no line is missed. */
  private async listen(container: Dockerode.Container): Promise<void> {
    this.isTold = false;
    const { ended } = await follow(this.o.engine.docker, container.id, (line) => this.line(line));
    this.ended = ended;
    void ended.then(() => this.report(container)).catch((e: unknown) => this.o.onFailed(e));
  }

  private line(line: string): void {
    this.tail.push(line);
    if (this.tail.length > tailLinesMax) this.tail.shift();
    const e = eventOfLine(line);
    if (e !== null) this.o.onEvent(e);
  }

  private async report(container: Dockerode.Container): Promise<void> {
    if (this.isTold) return;
    const { State: state } = await ask(`look at ${this.o.name}`, container.inspect());
    if (this.isTold) return;
    const why = state.OOMKilled
      ? `killed by the engine at its memory limit of ${memoryBytes / 1024 / 1024} MiB`
      : `exit code ${state.ExitCode}${state.Error === '' ? '' : ` (${state.Error})`}`;
    this.o.onExit(`${why}; last line: ${this.tail.at(-1) ?? 'none'}`);
  }

  private made(): Dockerode.Container {
    if (this.container === null) throw new Error(`container ${this.o.name} was never created`);
    return this.container;
  }
}
