/**
 * How an avatar's packets look: what it understands, and what it writes. What it does with what it heard is the same
 * for every service; only the words on the wire differ.
 */

import type { AvatarMode } from '@avatarwire/core';
import type { AvatarBehaviour } from '../avatar-behaviour';

/** What one packet of a visitor says. */
export type ClientFrame =
  | {
      readonly kind: 'chat';
      readonly id: string;
      /** Of the part in its message, from 0. */
      readonly index: number;
      readonly final: boolean;
      readonly text: string;
      /** Where each message says it by itself; else the mode set last counts. */
      readonly mode?: AvatarMode;
    }
  | { readonly kind: 'command'; readonly id: string; readonly name: string; readonly data: unknown };

export interface Reading {
  /** Absent when nothing can be done with it. */
  readonly frame?: ClientFrame;
  /** What a client may not do, in words. */
  readonly problems: readonly string[];
}

/** What something is about. */
export interface About {
  /** The avatar's id of what it says. */
  readonly messageId: string;
  /** The visitor's message that it comes of; undefined when it speaks of its own accord. */
  readonly of: string | undefined;
}

/** What the avatar tells its visitor. */
export type Said =
  | (About & {
      readonly kind: 'reply';
      /** The visitor's own words, said as they are. */
      readonly repeated: boolean;
      /** Of this piece, from 0. */
      readonly index: number;
      /** Nothing more comes of this reply. */
      readonly final: boolean;
      /** May be empty in the last piece. */
      readonly text: string;
      /** Everything up to here, this piece included. */
      readonly soFar: string;
    })
  /** The visitor was understood through the microphone. */
  | { readonly kind: 'user-speech'; readonly messageId: string; readonly text: string }
  | (About & { readonly kind: 'speech'; readonly speaking: boolean })
  | {
      readonly kind: 'acknowledgement';
      readonly of: string;
      readonly command: string;
      /** 1000: done. */
      readonly code: number;
      readonly message: string;
    };

export interface WriteContext {
  readonly behaviour: AvatarBehaviour;
  /** Short and random. */
  newId(): string;
}

export interface AvatarDialect {
  readonly name: string;
  /** The mode before anybody set one. @default 'retelling' */
  readonly mode?: AvatarMode;
  /** Where a network has topics: the ones of these packets. */
  readonly topics?: { readonly hears: string; readonly speaks: string };
  /**
   * What it takes over REST, as actions of a `SessionSource`: with a text that it says or answers, or nothing to it.
   * @default nothing goes over REST
   */
  readonly calls?: { readonly [action: string]: AvatarMode | 'nothing' };
  /** Strict: what is in no document is a problem. Must not throw. */
  read(packet: Uint8Array): Reading;
  /** The packets in which this is said; none where the service says nothing of it. */
  write(said: Said, context: WriteContext): readonly Uint8Array<ArrayBuffer>[];
}
