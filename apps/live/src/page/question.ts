/** A question that no page answers and a live run can. */

import type { AvatarTransport, Provider, ProviderCredentials, TransportEvents } from '@avatarwire/core';
import type { NativeMessage } from '../live-provider';

export interface Question<P extends Provider = Provider> {
  readonly asks: string;
  /** Resolves with what was seen, in a sentence. */
  answer(stage: QuestionStage<P>): Promise<string>;
}

/** A room that nobody else uses. */
export interface QuestionStage<P extends Provider> {
  /** The avatar's side joins. */
  farJoins(): Promise<void>;
  farPublishes(kind: 'audio' | 'video'): Promise<void>;
  /** The avatar's side sends a packet of `bytes` bytes that starts with `firstByte`. */
  farSends(firstByte: number, bytes?: number): Promise<void>;
  /** What reached the avatar's side, in the order of arrival. */
  farHeard(): Promise<readonly NativeMessage[]>;
  /** Somebody joins from the far side with the visitor's id. */
  visitorJoinsElsewhere(): Promise<void>;
  /** We join, as the visitor. */
  visit(changes?: Partial<ProviderCredentials[P]>): Promise<Visit<P>>;
}

export interface Visit<P extends Provider> {
  readonly transport: AvatarTransport<P>;
  /** What the transport said, in milliseconds from the moment when `connect` resolved; before it below zero. */
  readonly events: readonly { readonly event: keyof TransportEvents; readonly at: number }[];
  /** What the vendor's own event brought us. */
  readonly heard: readonly NativeMessage[];
  /** Why the connection ended, once it has. */
  readonly closedBecause: TransportEvents['closed']['reason'] | undefined;
  send(firstByte: number, bytes?: number): Promise<void>;
}

export function packetOf(firstByte: number, bytes = 32): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes).fill(firstByte);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Until `condition` holds, or `ms` are over: then what did not come did not come. */
export async function settle(condition: () => boolean | Promise<boolean>, ms = 3_000): Promise<void> {
  for (const start = performance.now(); performance.now() - start < ms; await pause(50))
    if (await condition()) return;
}
