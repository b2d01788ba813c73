/** What can be asked of an avatar, and why not. */

import { AvatarError } from '../errors';
import type { AvatarMode } from '../protocol/messages';
import type { ServiceCapabilities } from '../service';
import type { SessionCapabilities } from './session-types';

export type Call = keyof ServiceCapabilities;

export const CANNOT: SessionCapabilities = Object.freeze({
  speak: false,
  ask: false,
  interrupt: false,
  setParams: false,
  setAction: false,
  microphone: false,
  camera: false,
  screen: false,
});

/** What a text in `mode` asks for. */
export const callIn = (mode: AvatarMode | undefined): Call => (mode === 'dialogue' ? 'ask' : 'speak');

export function refusalOf<Name extends string>(
  can: { readonly [name in Name]: boolean },
  call: Name,
): AvatarError | undefined {
  if (can[call]) return undefined;
  return new AvatarError(
    'unsupported',
    `This avatar cannot do ${call} over this connection: see can.${call}.`,
  );
}
