/**
 * The state of a session, as a pure function of facts. `state` is derived and never set, so that a combination that
 * the design does not know cannot be written down.
 */

import type { Provider } from '../credentials';
import type { AvatarError } from '../errors';
import type { AvatarMode, AvatarParams } from '../protocol/messages';
import type { PublishedSource } from '../transport';
import { CANNOT } from './can';
import type { CloseReason } from './close-reason';
import { MEDIA_OFF, NO_SPEAKER } from './media-off';
import { MAX_TRANSCRIPT_CHARACTERS } from './session-defaults';
import type { Message, SessionCapabilities, SessionSnapshot, SessionState, Timings } from './session-types';

export type Fact =
  | { readonly type: 'connecting' }
  | {
      readonly type: 'joined';
      readonly provider: Provider;
      readonly service?: string | undefined;
      readonly can: SessionCapabilities;
      readonly expiresAt?: number | undefined;
    }
  | { readonly type: 'link-lost' }
  | { readonly type: 'link-restored' }
  | { readonly type: 'avatar'; readonly avatar: Omit<SessionSnapshot['avatar'], 'speaking'> }
  | { readonly type: 'speaking'; readonly speaking: boolean }
  | { readonly type: 'params'; readonly params: AvatarParams; readonly mode: AvatarMode | undefined }
  | { readonly type: 'message'; readonly message: Message; readonly isNew: boolean }
  | Part<'responsive' | 'playback' | PublishedSource | 'speaker' | 'quality'>
  | ({ readonly type: 'clock' } & SessionEnds)
  | { readonly type: 'timing'; readonly timings: Timings }
  | { readonly type: 'closing' }
  | { readonly type: 'closed'; readonly reason: CloseReason; readonly error?: AvatarError | undefined };

/** A branch of the snapshot that somebody else knows whole. */
type Part<Names extends keyof SessionSnapshot> = {
  [Name in Names]: { readonly type: 'part'; readonly name: Name; readonly value: SessionSnapshot[Name] };
}[Names];

/** When the session will end by itself, in milliseconds since 1970. */
export interface SessionEnds {
  readonly idleEndsAt?: number | undefined;
  readonly ending?: SessionSnapshot['ending'];
}

export interface SessionModel {
  readonly snapshot: SessionSnapshot;
  readonly phase: 'idle' | 'connecting' | 'joined' | 'closing' | 'closed';
  readonly linkUp: boolean;
}

const NOBODY: SessionSnapshot['avatar'] = { present: false, speaking: false, audio: false, video: false };

/** How a session stands that nobody has connected yet: also what a server can render of one. */
export const idleSnapshot: SessionSnapshot = Object.freeze({
  state: 'idle',
  params: {},
  responsive: true,
  can: CANNOT,
  messages: [],
  avatar: NOBODY,
  playback: 'none',
  microphone: MEDIA_OFF,
  camera: MEDIA_OFF,
  screen: MEDIA_OFF,
  speaker: NO_SPEAKER,
  timings: {},
});

export const initialModel: SessionModel = Object.freeze({
  phase: 'idle',
  linkUp: false,
  snapshot: idleSnapshot,
});

/** The model after `fact`; the same object when nothing changed. */
export function reduce(model: SessionModel, fact: Fact, maxMessages: number): SessionModel {
  const next = apply(model, fact, maxMessages);
  if (next === model) return model;
  const state = stateOf(next);
  return state === next.snapshot.state ? next : withSnapshot(next, { state });
}

function stateOf({ phase, linkUp, snapshot }: SessionModel): SessionState {
  if (phase !== 'joined') return phase;
  if (!linkUp) return 'reconnecting';
  return snapshot.avatar.present ? 'live' : 'waiting';
}

function apply(model: SessionModel, fact: Fact, maxMessages: number): SessionModel {
  const { snapshot, phase } = model;
  switch (fact.type) {
    case 'connecting': {
      // A new conversation with the same transcript and devices: what belonged to the last connection is forgotten.
      const { state, messages, playback, microphone, camera, screen, speaker } = snapshot;
      const kept = { state, messages, playback, microphone, camera, screen, speaker };
      return {
        phase: 'connecting',
        linkUp: false,
        snapshot: { ...initialModel.snapshot, ...kept },
      };
    }
    case 'joined': {
      if (phase !== 'connecting' && phase !== 'joined') return model;
      const { provider, service, can, expiresAt } = fact;
      return {
        phase: 'joined',
        linkUp: true,
        snapshot: {
          ...snapshot,
          provider,
          can,
          ...(service !== undefined && { service }),
          ...(expiresAt !== undefined && { expiresAt }),
        },
      };
    }
    case 'link-lost':
    case 'link-restored': {
      const linkUp = fact.type === 'link-restored';
      return phase !== 'joined' || model.linkUp === linkUp ? model : { ...model, linkUp };
    }
    case 'avatar': {
      const { avatar } = fact;
      const speaking = avatar.present && snapshot.avatar.speaking;
      return phase === 'joined' ? changed(model, 'avatar', { ...avatar, speaking }) : model;
    }
    case 'speaking': {
      const { speaking } = fact;
      // It may speak before the transport says that it has joined.
      return phase === 'joined' || phase === 'connecting'
        ? changed(model, 'avatar', { ...snapshot.avatar, speaking })
        : model;
    }
    case 'params': {
      const { params, mode } = fact;
      if (params === snapshot.params && mode === snapshot.mode) return model;
      const { mode: _before, ...rest } = snapshot;
      return { ...model, snapshot: { ...rest, params, ...(mode !== undefined && { mode }) } };
    }
    case 'message': {
      const messages = upsert(snapshot.messages, fact.message, fact.isNew, maxMessages);
      return messages === snapshot.messages ? model : withSnapshot(model, { messages });
    }
    case 'part':
      return changed(model, fact.name, fact.value);
    case 'clock':
      return withEnds(model, fact);
    case 'timing':
      return changed(model, 'timings', { ...snapshot.timings, ...fact.timings });
    case 'closing':
      return phase === 'closed' || phase === 'idle'
        ? model
        : { ...withSnapshot(model, { can: CANNOT }), phase: 'closing', linkUp: false };
    case 'closed': {
      const closed = { reason: fact.reason, ...(fact.error !== undefined && { error: fact.error }) };
      return {
        phase: 'closed',
        linkUp: false,
        snapshot: { ...snapshot, closed, can: CANNOT, avatar: NOBODY },
      };
    }
  }
}

function withSnapshot(model: SessionModel, change: Partial<SessionSnapshot>): SessionModel {
  return { ...model, snapshot: { ...model.snapshot, ...change } };
}

function withEnds(model: SessionModel, ends: SessionEnds): SessionModel {
  const { idleEndsAt, ending, ...rest } = model.snapshot;
  if (idleEndsAt === ends.idleEndsAt && sameFields(ending, ends.ending)) return model;
  return {
    ...model,
    snapshot: {
      ...rest,
      ...(ends.idleEndsAt !== undefined && { idleEndsAt: ends.idleEndsAt }),
      ...(ends.ending && { ending: ends.ending }),
    },
  };
}

/** Sets one branch, keeping its identity where the new value says the same. */
function changed<K extends keyof SessionSnapshot>(
  model: SessionModel,
  key: K,
  value: SessionSnapshot[K],
): SessionModel {
  return sameFields(model.snapshot[key], value)
    ? model
    : { ...model, snapshot: { ...model.snapshot, [key]: value } };
}

function sameFields(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const entries = Object.entries(one);
  return (
    entries.length === Object.keys(other).length &&
    entries.every(([key, value]) => Object.is(value, (other as Record<string, unknown>)[key]))
  );
}

/** A message that has left the window of the last `maxMessages` does not come back when it changes. */
function upsert(
  messages: readonly Message[],
  message: Message,
  isNew: boolean,
  maxMessages: number,
): readonly Message[] {
  if (isNew) return lastOf([...messages, message], maxMessages);
  // What changes is nearly always among the last.
  for (let index = messages.length - 1; index >= 0; index--) {
    if (messages[index]?.id !== message.id) continue;
    const copy = messages.slice();
    copy[index] = message;
    return lastOf(copy, maxMessages);
  }
  return messages;
}

/** As many of the last as the window holds, by number and by the length of what is said before the last one. */
function lastOf(messages: readonly Message[], maxMessages: number): readonly Message[] {
  let first = messages.length - 1;
  let characters = 0;
  while (first > 0 && messages.length - first < maxMessages) {
    characters += messages[first - 1]?.text.length ?? 0;
    if (characters > MAX_TRANSCRIPT_CHARACTERS) break;
    first -= 1;
  }
  return first > 0 ? messages.slice(first) : messages;
}
