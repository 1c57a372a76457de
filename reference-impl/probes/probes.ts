/**
 * Start-up, liveness and readiness told apart (D2): a supervisor looks at the program of its node, as Kubernetes'
 * kubelet does. Who has not started is waited for; who hangs is restarted; who is only not ready is taken out of
 * the registry until it is.
 */
import type { Description } from '../../harness/core/host.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { Registrar } from '../registration/registrar.ts';
import type { ProbesConfig } from './config.ts';
import type { ProbedObservation } from './observations.ts';
import { SupervisedProgram } from './program.ts';
import type { Probe, ProbeRules } from './rules.ts';

export interface ProbesOptions {
  /** Null: off, or this node has no program. */
  readonly config: ProbesConfig | null;
  readonly rules: ProbeRules;
  readonly self: number;
}

export class Probes implements Part {
  private readonly io: HandlerContext;
  private readonly registrar: Registrar;
  private readonly o: ProbesOptions;
  private program: SupervisedProgram | null = null;
  private isStarted = false;
  private isReady = false;
  private readonly failures: Record<Probe, number> = { 'start-up': 0, liveness: 0, readiness: 0 };
  private successes = 0;
  private restarts = 0;
  private lookAtUs = never;

  constructor(io: HandlerContext, registrar: Registrar, options: ProbesOptions) {
    this.io = io;
    this.registrar = registrar;
    this.o = options;
  }

  start(): void {
    const { config, self } = this.o;
    if (config === null) return;
    this.program = new SupervisedProgram(self, config, this.io.nowUs);
    this.registrar.hold();
    this.lookAtUs = this.io.nowUs + config.everyUs;
    this.tell('starting', null);
  }

  beat(): number {
    const { config } = this.o;
    if (config === null || this.io.nowUs < this.lookAtUs) return this.lookAtUs;
    this.lookAtUs = this.io.nowUs + config.everyUs;
    this.look(config);
    return this.lookAtUs;
  }

  /** Is there a program that can answer a call; `busy`: it says at once that it cannot serve. */
  get answers(): 'all' | 'busy' | 'nothing' {
    const { program } = this;
    if (program === null || program.passes('readiness', this.io.nowUs)) return 'all';
    return program.passes('liveness', this.io.nowUs) ? 'busy' : 'nothing';
  }

  describe(): Description {
    if (this.program === null) return {};
    return { program: this.isReady ? 'ready' : this.isStarted ? 'not ready' : 'starting' };
  }

  private look(config: ProbesConfig): void {
    const { rules } = this.o;
    for (const probe of rules.counted(this.isStarted)) {
      const passes = this.program?.passes(probe, this.io.nowUs) === true;
      this.failures[probe] = rules.inRow(!passes, this.failures[probe]);
      if (probe === 'readiness') this.successes = rules.inRow(passes, this.successes);
      const isFailed = rules.isEnough(probe, this.failures[probe], failuresMax(probe, config));
      if (isFailed && rules.consequence(probe) === 'restart') return this.restart(probe);
      if (probe === 'start-up' && passes) this.isStarted = true;
      if (probe !== 'readiness') continue;
      if (isFailed) this.setReady(false);
      else if (rules.isEnough(probe, this.successes, config.readySuccesses)) this.setReady(true);
    }
  }

  private restart(because: Probe): void {
    this.program?.restart(this.io.nowUs);
    this.restarts += 1;
    this.isStarted = false;
    this.successes = 0;
    for (const probe of ['start-up', 'liveness', 'readiness'] as const) this.failures[probe] = 0;
    this.isReady = false;
    this.list(false);
    this.tell('starting', because);
  }

  private setReady(isReady: boolean): void {
    if (isReady === this.isReady) return;
    this.isReady = isReady;
    this.list(isReady);
    this.tell(isReady ? 'ready' : 'unready', isReady ? null : 'readiness');
  }

  private list(isReady: boolean): void {
    if (this.o.rules.isListed(isReady)) this.registrar.release();
    else this.registrar.hold();
  }

  private tell(state: ProbedObservation['state'], because: Probe | null): void {
    this.io.observe({ kind: 'probed', state, because, restarts: this.restarts });
  }
}

function failuresMax(probe: Probe, c: ProbesConfig): number {
  switch (probe) {
    case 'start-up':
      return c.startFailures;
    case 'liveness':
      return c.aliveFailures;
    case 'readiness':
      return c.readyFailures;
  }
}
