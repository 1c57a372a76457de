/** Steers packets in the process that holds a private network: lays the way out once it is needed, and keeps it in step. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { SteeredNow } from './packet-links.ts';
import type { Steered } from './packet-rule.ts';
import { PacketSwitch } from './packet-switch.ts';
import { readSteered, steeredArguments, steeringScript, steerScript } from './steering.ts';

const run = promisify(execFile);

export class Steerer {
  private readonly members: number;
  private packets: PacketSwitch | null = null;

  constructor(members: number) {
    this.members = members;
  }

  /** What is in force from now on. Rejects when nothing of it was done. */
  async steer(all: readonly Steered[]): Promise<void> {
    if (all.length === 0 && this.packets === null) return;
    const packets = this.packets ?? (await this.lay());
    // A packet that comes without a rule goes on at once: rules may be there before their packets are.
    packets.set(all);
    const wanted = new Set(all.flatMap((s) => s.pairs));
    const there = new Set(await this.pairs());
    const add = [...wanted].filter((pair) => !there.has(pair));
    const remove = [...there].filter((pair) => !wanted.has(pair));
    if (add.length + remove.length > 0) await run('nft', [steerScript(add, remove)]);
  }

  async steered(): Promise<SteeredNow> {
    if (this.packets === null) return { pairs: [], counts: {} };
    return { pairs: await this.pairs(), counts: this.packets.counts() };
  }

  private async lay(): Promise<PacketSwitch> {
    await run('sh', ['-euc', steeringScript(this.members)]);
    this.packets = await PacketSwitch.open();
    return this.packets;
  }

  private async pairs(): Promise<readonly string[]> {
    return readSteered((await run('nft', [...steeredArguments])).stdout);
  }
}
