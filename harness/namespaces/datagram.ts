/** Datagrams (RFC 768) in frames of a vxlan device: which frames hold one, and one with a bit of it changed. */

/** After 8 bytes of vxlan and 14 of Ethernet. */
const ipAt = 8 + 14;
const protocolAt = ipAt + 9;
const udp = 17;

export function isDatagram(frame: Buffer): boolean {
  return frame[protocolAt] === udp && frame.length > contentAt(frame);
}

/** A copy whose content has one bit changed, and which says that it has no sum, so that it is taken for good. */
export function damagedDatagram(frame: Buffer, random = Math.random): Buffer {
  const from = contentAt(frame);
  const copy = Buffer.from(frame);
  const at = from + Math.floor(random() * (copy.length - from));
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
  copy.writeUInt16BE(0, from - 2);
  return copy;
}

function contentAt(frame: Buffer): number {
  const headerBytes = ((frame[ipAt] ?? 0) & 15) * 4;
  return ipAt + headerBytes + 8;
}
