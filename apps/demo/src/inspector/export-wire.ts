/**
 * The packets as a file. Its shape, `avatarwire-wire` version 1, is described by {@link WireExport}; a field that does
 * not apply is absent. Another version means that a field changed its meaning; new fields may come without one.
 */

import type { Lane } from '@avatarwire/core';
import type { Ack } from './acks';
import { parsed, textOf } from './frame-text';
import { redact } from './redact';
import type { Total, WireRow, WireView } from './wire-log';

export interface WireExport {
  readonly format: 'avatarwire-wire';
  readonly version: 1;
  /** When it was made, as ISO 8601. */
  readonly exportedAt: string;
  /** Whether what was said is in it. Credentials never are. */
  readonly texts: boolean;
  readonly service?: string;
  readonly provider?: string;
  /** Everything that passed, also what is no longer kept. */
  readonly totals: { readonly out: Total; readonly in: Total };
  /** Those that were shown, oldest first. */
  readonly packets: readonly ExportedPacket[];
}

export interface ExportedPacket {
  /** As it came, from 1; a gap is a packet that the filter left out. */
  readonly number: number;
  /** Milliseconds since the first packet of the session. */
  readonly at: number;
  readonly direction: 'out' | 'in';
  readonly bytes: number;
  readonly lane?: Lane;
  readonly messageId?: string;
  readonly part?: number;
  readonly final?: boolean;
  readonly from?: string;
  /** `chat`, or the name of a command, an event or a call. */
  readonly kind: string;
  /** What the packet is: its JSON, else its text, else (with texts only) its bytes in base64. */
  readonly frame?: unknown;
  readonly text?: string;
  readonly base64?: string;
  /** What the second before had used when it left, itself included. */
  readonly budget?: { readonly bytes: number; readonly packets: number; readonly queued: number };
  /** Of a command: the packet that answered it, after how many milliseconds, with which code. */
  readonly ack?: { readonly number: number; readonly ms: number; readonly code: number };
}

export interface ExportOptions {
  readonly texts: boolean;
  readonly exportedAt: Date;
  readonly service: string | undefined;
  readonly provider: string | undefined;
}

export function exportWire(view: WireView, options: ExportOptions): WireExport {
  const { texts, exportedAt, service, provider } = options;
  return {
    format: 'avatarwire-wire',
    version: 1,
    exportedAt: exportedAt.toISOString(),
    texts,
    ...(service !== undefined && { service }),
    ...(provider !== undefined && { provider }),
    totals: { out: view.out, in: view.in },
    packets: view.rows.map((row) => exportPacket(row, view, texts)),
  };
}

function exportPacket({ id, record, frame }: WireRow, view: WireView, texts: boolean): ExportedPacket {
  const { at, direction, data, lane, part, final, from, budget } = record;
  const messageId = frame.messageId ?? record.messageId;
  return {
    number: id,
    at: at - (view.startedAt ?? at),
    direction,
    bytes: data.byteLength,
    ...(lane && { lane }),
    ...(messageId !== undefined && { messageId }),
    ...(part !== undefined && { part }),
    ...(final !== undefined && { final }),
    ...(from !== undefined && { from }),
    kind: frame.kind,
    ...contentOf(data, texts),
    ...(budget && { budget: { bytes: budget.bytes, packets: budget.packets, queued: budget.queued } }),
    ...answerOf(id, view.acks.get(id)),
  };
}

function contentOf(data: Uint8Array, texts: boolean): Pick<ExportedPacket, 'frame' | 'text' | 'base64'> {
  const frame = parsed(data);
  if (frame !== undefined) return { frame: redact(frame.value, { texts }) };
  const text = textOf(data);
  if (text !== undefined) return { text: String(redact(text, { texts })) };
  return texts ? { base64: btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join('')) } : {};
}

function answerOf(id: number, ack: Ack | undefined): Pick<ExportedPacket, 'ack'> {
  if (ack?.commandId !== id) return {};
  const { answerId, ms, code } = ack;
  return answerId === undefined || ms === undefined || code === undefined
    ? {}
    : { ack: { number: answerId, ms, code } };
}

/** `avatarwire-wire-2026-11-20T17-12-09.json` */
export function fileNameOf({ exportedAt }: WireExport): string {
  return `avatarwire-wire-${exportedAt.slice(0, 19).replaceAll(':', '-')}.json`;
}
