import type { AvatarAction, AvatarMode } from '@avatarwire/core';
import { closedMouth, type MouthShape } from '../voice/mouth';

export type Gesture = NonNullable<AvatarAction['gesture']>;
export type Expression = NonNullable<AvatarAction['expression']> | 'neutral';

/** `green`: one green all over, as services send it to pages that key it out. */
export type FaceBackground = 'studio' | 'green';

/** What the face shows. Together with the time it decides every pixel. */
export interface FaceState {
  readonly mode: AvatarMode;
  /** Speed of the voice, 0.8 to 1.2. */
  readonly speed: number;
  readonly speaking: boolean;
  readonly mouth: MouthShape;
  /** `startedAtMs` on the clock of `timeMs`. A gesture plays once and is over after {@link GESTURE_MS}. */
  readonly gesture?: { readonly name: Gesture; readonly startedAtMs: number };
  /** The face goes over from `previous` within {@link EXPRESSION_BLEND_MS}. */
  readonly expression: {
    readonly name: Expression;
    readonly previous: Expression;
    readonly startedAtMs: number;
  };
  /** @default 'studio' */
  readonly background?: FaceBackground;
}

export const GESTURE_MS = 2_400;
export const EXPRESSION_BLEND_MS = 350;

export const restingFace: FaceState = Object.freeze({
  mode: 'retelling',
  speed: 1,
  speaking: false,
  mouth: closedMouth,
  expression: Object.freeze({
    name: 'neutral',
    previous: 'neutral',
    startedAtMs: Number.NEGATIVE_INFINITY,
  }),
});
