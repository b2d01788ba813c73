/** Pure: what was posted on the channel → a message. Any script of the origin may post there: everything is looked at. */

import type { PublishedSource } from '@avatarwire/core';
import { isName } from './broadcast-channel-options';

/** Who says it. Every message is a sign of life. */
export interface Sender {
  readonly from: string;
  /** One stay of one tab in the room: at random. */
  readonly tab: string;
  /** When that stay began, in milliseconds since 1970: of two tabs with one name the later one stays. */
  readonly since: number;
}

export type Said =
  | { readonly type: 'here' /** Whoever hears it says `here` too. */; readonly asks: boolean }
  | { readonly type: 'bye' }
  | { readonly type: 'packet'; readonly to?: string; readonly data: Uint8Array<ArrayBuffer> }
  | Signal;

/** One track to one participant: a leg. Every leg is a peer connection of its own, and is never negotiated again. */
export type Signal = { readonly to: string; readonly leg: string } & (
  | { readonly type: 'offer'; readonly source: PublishedSource; readonly sdp: string }
  | { readonly type: 'answer'; readonly sdp: string }
  | { readonly type: 'end' }
);

export type Message = Sender & Said;

/** Of a message with bytes. Measured: a packet of 64 MiB passes; this one keeps what stands before an interrupt small. */
export const MAX_PACKET_BYTES = 65_536;

const MAX_SDP_LENGTH = 65_536;
const VERSION = 1;

export function write(sender: Sender, said: Said): object {
  return { avatarwire: VERSION, ...sender, ...said };
}

/** Undefined for what is none of ours, or breaks a limit. */
export function read(posted: unknown): Message | undefined {
  if (!isRecord(posted) || posted['avatarwire'] !== VERSION) return undefined;
  const { from, tab, since } = posted;
  if (!isName(from) || !isName(tab) || typeof since !== 'number' || !Number.isFinite(since)) return undefined;
  const said = readSaid(posted);
  return said && { from, tab, since, ...said };
}

function readSaid(posted: Readonly<Record<string, unknown>>): Said | undefined {
  const { type, asks, to, data } = posted;
  if (type === 'here') return { type, asks: asks === true };
  if (type === 'bye') return { type };
  if (type !== 'packet') return readSignal(posted);
  if (to !== undefined && !isName(to)) return undefined;
  if (!(data instanceof Uint8Array) || data.byteLength > MAX_PACKET_BYTES) return undefined;
  return { type, ...(to !== undefined && { to }), data: data as Uint8Array<ArrayBuffer> };
}

function readSignal({ type, to, leg, source, sdp }: Readonly<Record<string, unknown>>): Signal | undefined {
  if (!isName(to) || !isName(leg)) return undefined;
  if (type === 'end') return { type, to, leg };
  if (typeof sdp !== 'string' || sdp.length > MAX_SDP_LENGTH) return undefined;
  if (type === 'answer') return { type, to, leg, sdp };
  if (type === 'offer' && isSource(source)) return { type, to, leg, source, sdp };
  return undefined;
}

const isSource = (value: unknown): value is PublishedSource =>
  value === 'microphone' || value === 'camera' || value === 'screen';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
