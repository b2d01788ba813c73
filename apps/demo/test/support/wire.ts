import type { WireRecord } from '@avatarwire/core';
import { createWireLog, type WireLog, type WireView } from '../../src/inspector/wire-log';

export const encode = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

type More = Partial<Omit<WireRecord, 'data' | 'at'>>;

export const chatPart = (
  at: number,
  mid: string,
  idx: number,
  fin: boolean,
  text = `part ${idx}`,
): WireRecord => ({
  at,
  direction: 'out',
  lane: 'chat',
  messageId: mid,
  part: idx,
  final: fin,
  data: encode({ v: 2, type: 'chat', mid, idx, fin, pld: { text } }),
});

export const command = (at: number, mid: string, cmd: string, data?: object): WireRecord => ({
  at,
  direction: 'out',
  lane: cmd === 'interrupt' ? 'interrupt' : 'command',
  messageId: mid,
  data: encode({ v: 2, type: 'command', mid, pld: { cmd, ...(data && { data }) } }),
});

export const ackOf = (
  at: number,
  cmd: string,
  mid: string | undefined,
  code: number | string = 1000,
): WireRecord =>
  incoming(at, { v: 2, type: 'command', ...(mid !== undefined && { mid }), pld: { cmd, code } });

export const incoming = (at: number, frame: unknown, more: More = {}): WireRecord => ({
  at,
  direction: 'in',
  from: 'avatar',
  data: encode(frame),
  ...more,
});

export interface Logged {
  readonly log: WireLog;
  /** Tells what has changed, as the next frame of the page does; how many times that was. */
  flush(): number;
  view(): WireView;
}

/** A log that tells when the test says so. */
export function logging(...records: readonly WireRecord[]): Logged {
  const pending: (() => void)[] = [];
  const log = createWireLog((callback) => pending.push(callback));
  const flush = () => pending.splice(0).map((callback) => callback()).length;
  for (const record of records) log.add(record);
  flush();
  return { log, flush, view: () => log.getView() };
}
