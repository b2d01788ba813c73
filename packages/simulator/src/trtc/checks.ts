/** The SDK's argument checks: what it refuses, with which code, in which order. */

import { trtcError } from './trtc-error';

interface Rule {
  readonly required?: boolean;
  /** One of these, as `typeOf` names them. */
  readonly types?: readonly string[];
  /** Neither 0, NaN nor blank. */
  readonly filled?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly is?: (value: unknown) => boolean;
  readonly oneOf?: readonly unknown[];
  readonly fields?: Readonly<Record<string, Rule>>;
  /** Runs last, with what else is known at the time of the call. */
  readonly also?: (value: never, refuse: Refuse, known: Known) => void;
}

/** Throws; the second argument is for codes that are none of 5000's. */
type Refuse = (extraCode: number, code?: 5000 | 5100 | 5200) => never;

/** What checks ask about the instance. */
export interface Known {
  readonly joined: boolean;
  readonly joining: boolean;
  /** In `live` only anchors send. */
  readonly silentAudience: boolean;
  /** `undefined` for nobody; otherwise which pictures that user shows. */
  remote(userId: string): { readonly main: boolean; readonly sub: boolean } | undefined;
}

const MEANING: Readonly<Record<number, string>> = {
  5001: 'is missing',
  5002: 'is of the wrong type',
  5003: 'is empty',
  5004: 'is no instance of the right class',
  5005: 'is none of the values allowed',
  5007: 'is too small',
  5008: 'is too large',
  5012: 'is no valid strRoomId',
  5013: 'is no valid roomId',
  5014: 'needs a streamType',
  5015: 'has neither roomId nor strRoomId',
  5016: 'has a roomId that is a string',
  5017: 'is empty',
  5018: 'has more than 1000 bytes',
  5101: 'needs a room that was entered',
  5102: 'names a user who is not in the room or shows nothing',
  5103: 'names a picture that is not shown',
  5104: 'was called in a room',
  5107: 'is not for the audience',
  5201: 'needs a secure page',
};

/** @throws the SDK's error for the first thing that is wrong */
export function checkArguments(call: keyof typeof rules, values: readonly unknown[], known: Known): void {
  const forCall: Readonly<Record<string, Rule>> = rules[call];
  for (const [index, [name, rule]] of Object.entries(forCall).entries())
    check(rule, values[index], name, call, known);
}

function check(rule: Rule, value: unknown, name: string, call: string, known: Known): void {
  const refuse: Refuse = (extraCode, code = 5000) => {
    throw trtcError(code, `${call}(): ${name} ${MEANING[extraCode] ?? 'is wrong'}.`, call, extraCode);
  };
  if (value === undefined) {
    if (rule.required) refuse(5001);
    rule.also?.(value as never, refuse, known);
    return;
  }
  if (rule.types && !rule.types.includes(typeOf(value))) refuse(5002);
  if (rule.filled && isBlank(value)) refuse(5003);
  if (rule.min !== undefined && typeof value === 'number' && value < rule.min) refuse(5007);
  if (rule.max !== undefined && typeof value === 'number' && value > rule.max) refuse(5008);
  if (rule.is && !rule.is(value)) refuse(5004);
  if (rule.oneOf && !rule.oneOf.includes(value)) refuse(5005);
  for (const [field, inner] of Object.entries(rule.fields ?? {}))
    check(inner, (value as Readonly<Record<string, unknown>>)[field], field, call, known);
  rule.also?.(value as never, refuse, known);
}

const typeOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
const isBlank = (value: unknown) =>
  value === 0 || Number.isNaN(value) || (typeof value === 'string' && value.trim() === '');

const LARGEST_ROOM = 4_294_967_294;
/** Letters, digits, white space and these. */
const STRING_ROOM = /^[\w\s!#$%&()+\-:;<=.>?@[\]^{}|~,]{1,64}$/;
const MAX_MESSAGE_BYTES = 1_000;

const text: Rule = { types: ['string'] };
const flag: Rule = { types: ['boolean'] };
const filledText: Rule = { required: true, types: ['string'], filled: true };
const filledNumber: Rule = { required: true, types: ['number'], filled: true };

/** A page has real tracks only; where there is no `MediaStreamTrack` at all, whatever has a kind will do. */
const track: Rule = {
  is: (value) =>
    typeof MediaStreamTrack === 'undefined'
      ? typeof value === 'object' && value !== null && 'kind' in value
      : value instanceof MediaStreamTrack,
};
const audioMute: Rule = { types: ['boolean', 'string'], oneOf: [true, false, 'microphone'] };
const videoMute: Rule = { types: ['boolean', 'string'] };
const audioOption: Rule = { types: ['object'], fields: { audioTrack: track } };
const videoOption: Rule = { types: ['object'], fields: { videoTrack: track } };
const screenOption: Rule = { types: ['object'], fields: { videoTrack: track, audioTrack: track } };
const userId: Rule = { required: true, types: ['string'] };

function config(fields: Readonly<Record<string, Rule>>, more: Omit<Rule, 'fields'> = {}): Rule {
  return { types: ['object'], fields, ...more };
}

interface RoomIds {
  readonly roomId?: unknown;
  readonly strRoomId?: string;
}

function checkRoom({ roomId, strRoomId }: RoomIds, refuse: Refuse, { joined }: Known): void {
  if (joined) refuse(5104, 5100);
  if (roomId) {
    if (typeof roomId === 'string') refuse(5016);
    if (!(Number.isInteger(roomId) && Number(roomId) > 0 && Number(roomId) <= LARGEST_ROOM)) refuse(5013);
  } else if (strRoomId) {
    if (!STRING_ROOM.test(strRoomId)) refuse(5012);
  } else refuse(5015);
}

const rules = {
  enterRoom: {
    config: config(
      {
        sdkAppId: filledNumber,
        userId: filledText,
        userSig: filledText,
        scene: { ...text, oneOf: ['live', 'rtc'] },
        role: { ...text, oneOf: ['audience', 'anchor'] },
        roomId: { types: ['string', 'number'] },
        strRoomId: text,
        proxy: { types: ['object', 'string'] },
        enableAutoPlayDialog: flag,
        userDefineRecordId: text,
        latencyLevel: { types: ['number'] },
      },
      { required: true, also: checkRoom },
    ),
  },
  switchRole: {
    role: {
      required: true,
      oneOf: ['anchor', 'audience'],
      also: (_: unknown, refuse: Refuse, known: Known) => {
        if (!known.joined && !known.joining) refuse(5101, 5100);
      },
    },
  },
  startLocalAudio: { config: config({ publish: flag, mute: audioMute, option: audioOption }) },
  updateLocalAudio: {
    config: config({ publish: flag, mute: audioMute, option: audioOption }, { required: true }),
  },
  startLocalVideo: { config: config({ publish: flag, mute: videoMute, option: videoOption }) },
  updateLocalVideo: {
    config: config({ publish: flag, mute: videoMute, option: videoOption }, { required: true }),
  },
  startScreenShare: { config: config({ publish: flag, option: screenOption }) },
  updateScreenShare: { config: config({ publish: flag, option: screenOption }, { required: true }) },
  startRemoteVideo: {
    config: config(
      { userId, streamType: { required: true, oneOf: ['main', 'sub'] }, option: { types: ['object'] } },
      {
        required: true,
        also: (
          { userId: id, streamType }: { readonly userId: string; readonly streamType: 'main' | 'sub' },
          refuse: Refuse,
          known: Known,
        ) => {
          if (!known.joined) refuse(5101, 5100);
          const shown = known.remote(id) ?? refuse(5102, 5100);
          if (!shown[streamType]) refuse(5103, 5100);
        },
      },
    ),
  },
  stopRemoteVideo: {
    config: config(
      { userId, streamType: { oneOf: ['main', 'sub'] } },
      {
        required: true,
        also: (
          { userId: id, streamType }: { readonly userId: string; readonly streamType?: string },
          refuse: Refuse,
        ) => {
          if (id !== '*' && streamType === undefined) refuse(5014);
        },
      },
    ),
  },
  muteRemoteAudio: { userId, mute: { required: true, types: ['boolean'] } },
  setRemoteAudioVolume: { userId, volume: { required: true, types: ['number'], min: 0 } },
  sendCustomMessage: {
    message: config(
      {
        cmdId: { required: true, types: ['number'], min: 1, max: 10 },
        data: {
          required: true,
          is: (value) => value instanceof ArrayBuffer,
          also: ({ byteLength }: ArrayBuffer, refuse: Refuse) => {
            if (byteLength > MAX_MESSAGE_BYTES) refuse(5018);
            if (byteLength === 0) refuse(5017);
          },
        },
      },
      {
        required: true,
        also: (_: unknown, refuse: Refuse, known: Known) => {
          if (!known.joined) refuse(5101, 5100);
          if (known.silentAudience) refuse(5107, 5100);
        },
      },
    ),
  },
} satisfies Record<string, Readonly<Record<string, Rule>>>;
