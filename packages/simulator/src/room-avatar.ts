import type { SimulatedAvatar, SimulatedAvatarOptions } from './avatar';
import { liveavatarDialect } from './dialects';
import type { MockRoom, WantedRoom } from './mock-room';

/** What whoever makes the room gives to its avatar: itself, the clock and the port are the room's. */
export type RoomAvatarOptions = Omit<SimulatedAvatarOptions, 'port' | 'clock' | 'durationOf'>;

/** The avatar as the service that ordered it has it: its words on the wire, and the mode that was ordered. */
export function avatarFor(wanted: WantedRoom, chosen: RoomAvatarOptions = {}): RoomAvatarOptions {
  const { service, id, request } = wanted;
  const dialect = service === 'liveavatar' ? liveavatarDialect({ sessionId: id }) : service;
  const mode = service === 'akool' ? AKOOL_MODES[String(request['mode_type'])] : undefined;
  return { dialect, ...(mode && { mode }), ...chosen };
}

const AKOOL_MODES: Readonly<Partial<Record<string, 'retelling' | 'dialogue'>>> = {
  1: 'retelling',
  2: 'dialogue',
};

/** How the avatar names itself, where the service fixes that. */
export function avatarNameFor({ service }: WantedRoom): string {
  return service === 'liveavatar' ? 'heygen' : 'avatar';
}

/** What comes over REST goes to the avatar. */
export function toldOverRest(avatar: SimulatedAvatar): Required<Pick<MockRoom, 'speak' | 'answer'>> {
  return { speak: (text) => avatar.repeat(text), answer: (text) => avatar.ask(text) };
}
