/**
 * What client and avatar say to each other, in our words. The wire's own names stay in this folder; the frames
 * themselves are described in docs/protocol.md.
 */

export type AvatarMode = 'retelling' | 'dialogue';

/** Parameters of the avatar; a field left out stays as it is. */
export interface AvatarParams {
  /** `retelling`: the avatar says what it is sent. `dialogue`: it answers. */
  readonly mode?: AvatarMode;
  /** Language code from the service's list. */
  readonly language?: string;
  /** Image or video behind the avatar. */
  readonly backgroundUrl?: string;
  readonly voice?: {
    readonly id?: string;
    /** A custom voice model. */
    readonly url?: string;
    /** 0.8 to 1.2. @default 1 */
    readonly speed?: number;
    /** Word → how to say it. */
    readonly pronunciation?: Readonly<Record<string, string>>;
  };
  /** Recognition of the visitor's speech. */
  readonly recognition?: {
    readonly language?: string;
    /** The one documented value is `openai_realtime`. */
    readonly engine?: string;
    readonly turnDetection?: TurnDetection;
  };
}

export type TurnDetection =
  | { readonly type: 'semantic' }
  | {
      readonly type: 'server';
      /** 0 to 1. @default 0.5 */
      readonly threshold?: number;
      /** @default 300 */
      readonly prefixPaddingMs?: number;
      /** @default 500 */
      readonly silenceDurationMs?: number;
    };

export const GESTURES = [
  'hand_wave',
  'cheer',
  'thumbs_up',
  'pump_fists',
  'nod',
  'shake',
  'waft_left',
  'waft_right',
] as const;
export const EXPRESSIONS = [
  'angry',
  'disgust',
  'fear',
  'happiness',
  'sadness',
  'surprise',
  'contempt',
] as const;

/** A gesture, an expression, or both. Which avatars support which is documented nowhere. */
export interface AvatarAction {
  readonly gesture?: (typeof GESTURES)[number];
  readonly expression?: (typeof EXPRESSIONS)[number];
}

export type CommandName = 'set-params' | 'set-action' | 'interrupt';

/** A command to encode. It cannot be split: it fits one packet or is refused. */
export type Command =
  | { readonly name: 'set-params'; readonly params: AvatarParams }
  | { readonly name: 'set-action'; readonly action: AvatarAction }
  | { readonly name: 'interrupt' };

/** What one packet from the avatar says. */
export type Incoming = ChatPart | Acknowledgement | SpeechSign | Unrecognised;

export interface ChatPart {
  readonly kind: 'chat-part';
  readonly messageId: string;
  /** From 0. */
  readonly index: number;
  readonly final: boolean;
  /** The avatar's words, or what it understood of the visitor's speech. */
  readonly speaker: 'avatar' | 'user';
  readonly text: string;
}

export interface Acknowledgement {
  readonly kind: 'acknowledgement';
  /** Older builds leave it out. */
  readonly messageId?: string;
  readonly command: CommandName;
  /** 1000 is success. */
  readonly code: number;
  readonly message: string;
}

export interface SpeechSign {
  readonly kind: 'speech';
  readonly speaking: boolean;
  readonly messageId?: string;
}

export interface Unrecognised {
  readonly kind: 'unrecognised';
  /** What about it was not understood; names the field. */
  readonly problem: string;
  /** The parsed frame where it was JSON, else its text, cut at 1,024 characters. */
  readonly raw: unknown;
}

export const SUCCESS_CODE = 1000;
