import type { Clock } from '@avatarwire/core';
import type { AvatarState, SimulatedAvatar, SimulatedAvatarEvents } from '../avatar';
import { closedMouth, createMouthTrack, type MouthShape } from '../voice';
import { EXPRESSION_BLEND_MS, type Expression, type FaceState } from './face-state';

/** Follows an avatar and knows what its face looks like at any moment. */
export interface Puppet {
  faceAt(nowMs: number): FaceState;
  close(): void;
}

/** An expression stays this long after it was asked for; the avatar's own gesture time would be over too soon to see. */
export const EXPRESSION_HOLD_MS = 4_000;

export function createPuppet(avatar: Pick<SimulatedAvatar, 'on' | 'state'>, clock: Clock): Puppet {
  let state: AvatarState = avatar.state;
  let gesture: FaceState['gesture'];
  let held: { name: Expression; previous: Expression; startedAtMs: number } = {
    name: 'neutral',
    previous: 'neutral',
    startedAtMs: clock.now() - EXPRESSION_BLEND_MS,
  };
  let speech: { mouth(ms: number): MouthShape; startedAtMs: number } | undefined;

  const expressionAt = (nowMs: number): FaceState['expression'] => {
    const over = held.startedAtMs + EXPRESSION_HOLD_MS;
    return held.name === 'neutral' || nowMs < over
      ? held
      : { name: 'neutral', previous: held.name, startedAtMs: over };
  };

  const undos = [
    avatar.on('changed', (changed) => {
      state = changed;
    }),
    avatar.on('command', (command) => {
      if (command.name !== 'set-action' || command.problem !== undefined) return;
      const now = clock.now();
      const { action, expression } = command.data;
      if (action !== undefined) gesture = { name: action, startedAtMs: now };
      if (expression !== undefined) {
        held = { name: expression, previous: expressionAt(now).name, startedAtMs: now };
      }
    }),
    avatar.on('speech', ({ text, speed }: SimulatedAvatarEvents['speech']) => {
      speech = { mouth: createMouthTrack(text, speed), startedAtMs: clock.now() };
    }),
    avatar.on('silenced', () => {
      speech = undefined;
    }),
  ];

  return {
    faceAt(nowMs) {
      const mouth = speech === undefined ? closedMouth : speech.mouth(nowMs - speech.startedAtMs);
      return {
        mode: state.mode,
        speed: state.speed,
        speaking: state.speaking,
        mouth,
        expression: expressionAt(nowMs),
        ...(gesture && { gesture }),
      };
    },
    close() {
      for (const undo of undos.splice(0)) undo();
    },
  };
}
