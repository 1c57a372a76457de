/** What the kernel asks of a disk that is no sync: done to the folder behind it, and noted as not durable yet. */
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmdirSync,
  statfsSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { Misplacements } from './misplacements.ts';
import type { DiskFile, Tree } from './tree.ts';
import {
  attrOut,
  entryOut,
  initOut,
  nameAt,
  opcodes,
  openOut,
  readdirOut,
  statfsOut,
  writeOut,
} from './wire.ts';
import type { Request } from './wire.ts';

interface Handle {
  readonly file: DiskFile;
  /** Of a folder: what was in it when it was opened. */
  readonly names: readonly string[];
  /** Null: a folder. */
  readonly fd: number | null;
}

type Operation = (q: Request) => Buffer | null;

const accessMode = 3;
const noReplace = 1;

export class Operations {
  /** Writes fail as on a disk without room. */
  isFull = false;
  /** Reads fail. */
  isUnreadable = false;
  readonly misplacements = new Misplacements();
  private readonly tree: Tree;
  private readonly root: string;
  private readonly handles = new Map<bigint, Handle>();
  private lastHandle = 0n;
  private readonly table: ReadonlyMap<number, Operation>;

  constructor(tree: Tree, root: string) {
    this.tree = tree;
    this.root = root;
    const nothing = (): Buffer => Buffer.alloc(0);
    this.table = new Map<number, Operation>([
      [opcodes.init, initOut],
      [opcodes.lookup, (q) => this.entry(tree.file(q.node), nameAt(q.body))],
      [opcodes.forget, () => null],
      [opcodes.batchForget, () => null],
      [opcodes.interrupt, () => null],
      [opcodes.getattr, (q) => this.attributes(q.node)],
      [opcodes.setattr, (q) => this.setattr(q)],
      [opcodes.readlink, (q) => Buffer.from(readlinkSync(this.real(q)))],
      [opcodes.symlink, (q) => this.symlink(q)],
      [opcodes.link, (q) => this.link(q)],
      [opcodes.mkdir, (q) => this.mkdir(q)],
      [opcodes.unlink, (q) => this.remove(q, unlinkSync)],
      [opcodes.rmdir, (q) => this.remove(q, rmdirSync)],
      [opcodes.rename, (q) => this.rename(q, 8, 0)],
      [opcodes.rename2, (q) => this.rename(q, 16, q.body.readUInt32LE(8))],
      [opcodes.open, (q) => openOut(this.open(tree.file(q.node), q.body.readUInt32LE(0)))],
      [opcodes.create, (q) => this.create(q)],
      [opcodes.read, (q) => this.read(q)],
      [opcodes.write, (q) => this.write(q)],
      [opcodes.fallocate, (q) => this.fallocate(q)],
      [opcodes.statfs, () => this.statfs()],
      [opcodes.flush, nothing],
      [opcodes.release, (q) => this.release(q)],
      [opcodes.releasedir, (q) => this.release(q)],
      [opcodes.opendir, (q) => this.opendir(q)],
      [opcodes.readdir, (q) => this.readdir(q)],
    ]);
  }

  /** The body of the answer; null: there is none. Throws with the code of an errno. */
  answer(q: Request): Buffer | null {
    const operation = this.table.get(q.op);
    if (operation === undefined) throw coded('ENOSYS');
    return operation(q);
  }

  /** Of a sync: what it is about. */
  synced(q: Request): DiskFile {
    return this.handleOf(q).file;
  }

  private real({ node }: Request, name?: string): string {
    return this.tree.real(this.tree.file(node), name);
  }

  private entry(folder: DiskFile, name: string): Buffer {
    const stats = lstatSync(this.tree.real(folder, name), { bigint: true });
    return entryOut(this.tree.child(folder, name).id, stats);
  }

  /** Of one that was removed while it was open, by what it is still open as. */
  private attributes(node: bigint): Buffer {
    const file = this.tree.file(node);
    const open = [...this.handles.values()].find((h) => h.file === file && h.fd !== null);
    const isGone = file.path === null && open !== undefined;
    const stats = isGone
      ? fstatSync(open.fd as number, { bigint: true })
      : lstatSync(this.tree.real(file), { bigint: true });
    return attrOut(node, stats);
  }

  private setattr(q: Request): Buffer {
    const { body } = q;
    const valid = body.readUInt32LE(0);
    const path = this.real(q);
    if ((valid & 8) !== 0) this.resize(this.tree.file(q.node), Number(body.readBigUInt64LE(16)));
    if ((valid & 1) !== 0) chmodSync(path, body.readUInt32LE(68) & 0o7777);
    if ((valid & 6) !== 0) {
      const { uid, gid } = lstatSync(path);
      const owner = (valid & 2) === 0 ? uid : body.readUInt32LE(76);
      chownSync(path, owner, (valid & 4) === 0 ? gid : body.readUInt32LE(80));
    }
    if ((valid & 0x1b0) !== 0) {
      const { atime, mtime } = lstatSync(path);
      const time = (given: number, now: number, at: number, was: Date): Date => {
        if ((valid & now) !== 0) return new Date();
        return (valid & given) === 0 ? was : new Date(Number(body.readBigUInt64LE(at)) * 1_000);
      };
      lutimesSync(path, time(16, 128, 32, atime), time(32, 256, 40, mtime));
    }
    return this.attributes(q.node);
  }

  private resize(file: DiskFile, size: number): void {
    const fd = openSync(this.tree.real(file), 'r+');
    try {
      file.unsynced.resizes(fd, size);
      ftruncateSync(fd, size);
    } finally {
      closeSync(fd);
    }
  }

  private symlink(q: Request): Buffer {
    const name = nameAt(q.body);
    symlinkSync(nameAt(q.body, Buffer.byteLength(name) + 1), this.real(q, name));
    return this.entry(this.tree.file(q.node), name);
  }

  private link(q: Request): Buffer {
    const name = nameAt(q.body, 8);
    linkSync(this.tree.real(this.tree.file(q.body.readBigUInt64LE(0))), this.real(q, name));
    return this.entry(this.tree.file(q.node), name);
  }

  private mkdir(q: Request): Buffer {
    const name = nameAt(q.body, 8);
    const path = this.real(q, name);
    mkdirSync(path);
    chmodSync(path, q.body.readUInt32LE(0) & 0o7777);
    chownSync(path, q.uid, q.gid);
    return this.entry(this.tree.file(q.node), name);
  }

  private remove(q: Request, how: (path: string) => void): Buffer {
    const name = nameAt(q.body);
    how(this.real(q, name));
    this.tree.removed(this.tree.file(q.node), name);
    return Buffer.alloc(0);
  }

  private rename(q: Request, namesAt: number, flags: number): Buffer {
    const to = this.tree.file(q.body.readBigUInt64LE(0));
    const name = nameAt(q.body, namesAt);
    const newName = nameAt(q.body, namesAt + Buffer.byteLength(name) + 1);
    const target = this.tree.real(to, newName);
    if ((flags & ~noReplace) !== 0) throw coded('EINVAL');
    if (flags === noReplace && existsSync(target)) throw coded('EEXIST');
    renameSync(this.real(q, name), target);
    this.tree.renamed(this.tree.file(q.node), name, to, newName);
    return Buffer.alloc(0);
  }

  private open(file: DiskFile, flags: number): bigint {
    const isRead = (flags & accessMode) === 0;
    return this.handle({
      file,
      names: [],
      fd: openSync(this.tree.real(file), isRead ? 'r' : 'r+'),
    });
  }

  private create(q: Request): Buffer {
    const name = nameAt(q.body, 16);
    const path = this.real(q, name);
    closeSync(openSync(path, 'wx'));
    chmodSync(path, q.body.readUInt32LE(4) & 0o7777);
    chownSync(path, q.uid, q.gid);
    const entry = this.entry(this.tree.file(q.node), name);
    const handle = this.open(this.tree.child(this.tree.file(q.node), name), 2);
    return Buffer.concat([entry, openOut(handle)]);
  }

  private read(q: Request): Buffer {
    if (this.isUnreadable) throw coded('EIO');
    const out = Buffer.alloc(q.body.readUInt32LE(16));
    const at = Number(q.body.readBigUInt64LE(8));
    const read = out.subarray(0, readSync(this.fdOf(q), out, 0, out.length, at));
    return this.misplacements.see(this.handleOf(q).file, at, read);
  }

  private write(q: Request): Buffer {
    if (this.isFull) throw coded('ENOSPC');
    const [at, bytes] = [Number(q.body.readBigUInt64LE(8)), q.body.readUInt32LE(16)];
    const fd = this.fdOf(q);
    const { file } = this.handleOf(q);
    file.unsynced.writes(fd, at, bytes);
    this.misplacements.writes(file, fd, at, q.body.subarray(40, 40 + bytes));
    return writeOut(writeSync(fd, q.body, 40, bytes, at));
  }

  /** Room at the end alone: holes are for file systems that have them. */
  private fallocate(q: Request): Buffer {
    if (this.isFull) throw coded('ENOSPC');
    const { body } = q;
    if (body.readUInt32LE(24) !== 0) throw coded('EOPNOTSUPP');
    const end = Number(body.readBigUInt64LE(8)) + Number(body.readBigUInt64LE(16));
    const fd = this.fdOf(q);
    if (fstatSync(fd).size < end) {
      this.handleOf(q).file.unsynced.resizes(fd, end);
      ftruncateSync(fd, end);
    }
    return Buffer.alloc(0);
  }

  private statfs(): Buffer {
    const { blocks, bavail, bsize } = statfsSync(this.root);
    return statfsOut({ blocks, free: this.isFull ? 0 : bavail, blockBytes: bsize });
  }

  private opendir(q: Request): Buffer {
    const file = this.tree.file(q.node);
    const names = ['.', '..', ...readdirSync(this.tree.real(file))];
    return openOut(this.handle({ file, names, fd: null }));
  }

  private readdir(q: Request): Buffer {
    const { names } = this.handleOf(q);
    return readdirOut(names, Number(q.body.readBigUInt64LE(8)), q.body.readUInt32LE(16));
  }

  private release(q: Request): Buffer {
    const id = q.body.readBigUInt64LE(0);
    const fd = this.handles.get(id)?.fd ?? null;
    if (fd !== null) closeSync(fd);
    this.handles.delete(id);
    return Buffer.alloc(0);
  }

  private handle(of: Handle): bigint {
    this.lastHandle += 1n;
    this.handles.set(this.lastHandle, of);
    return this.lastHandle;
  }

  private handleOf({ body }: Request): Handle {
    const handle = this.handles.get(body.readBigUInt64LE(0));
    if (handle === undefined) throw coded('EBADF');
    return handle;
  }

  private fdOf(q: Request): number {
    const { fd } = this.handleOf(q);
    if (fd === null) throw coded('EISDIR');
    return fd;
  }
}

export function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}
