/** Three echo nodes on an engine, without a run around them. */
import assert from 'node:assert/strict';
import { ContainerDeployment } from '../../harness/containers/deployment.ts';
import type { NodeForm } from '../../harness/containers/deployment.ts';
import type { Engine } from '../../harness/containers/engine.ts';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { RealtimeClient, Sink } from '../../harness/realtime/deployment.ts';
import { echoSystem } from '../conformance/echo-system.ts';
import { timetable } from '../conformance/script.ts';
import { labelled, localImages } from './docker.ts';

const program = timetable({ name: 'idle', durationMs: 0, deadlineMs: 500, lines: [], faults: [] });

export class EchoDeployment {
  readonly deployment: ContainerDeployment;
  readonly shape = program.shape;
  readonly events: HistoryEvent[] = [];
  readonly exits: string[] = [];
  /** Called with each event, and at each end that nobody asked for, from now on. */
  onEvent: (e: HistoryEvent) => void = () => undefined;
  onExit: () => void = () => undefined;
  private readonly engine: Engine;
  private readonly clients: RealtimeClient[] = [];

  constructor(engine: Engine, form: NodeForm = 'containers') {
    assert.ok(echoSystem.machine !== undefined);
    this.engine = engine;
    this.deployment = new ContainerDeployment(echoSystem.machine, program, localImages, form);
  }

  /** Resolves once all nodes are up and have greeted each other. */
  start(): Promise<void> {
    const ready = echoSystem.readiness?.(program);
    return new Promise<void>((resolve, reject) => {
      const sink: Sink = {
        event: (e) => {
          this.events.push(e);
          this.onEvent(e);
          if (ready?.event(e) === true) resolve();
        },
        exited: (node, reason) => {
          this.exits.push(`node ${node}: ${reason}`);
          reject(new Error(this.exits.join()));
          this.onExit();
        },
        failed: reject,
      };
      // The echo system is ready when its clients, too, are known.
      const openClients = (): void => {
        for (let c = 0; c < this.shape.clients; c++) {
          this.clients.push(this.deployment.openClient(c));
        }
      };
      this.deployment.start(sink).then(openClients).catch(reject);
    });
  }

  /** Resolves at the next start that node `node` tells of. */
  async startOf(node: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.onEvent = (e) => {
        if (e.type === 'node' && e.node === node && e.change === 'started') resolve();
      };
    });
  }

  /** Takes all of it down, and sees that nothing is left. */
  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    assert.deepEqual(await this.deployment.stop(), []);
    assert.deepEqual(await labelled(this.engine, this.deployment.run), []);
  }
}
