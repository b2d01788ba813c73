import type { SimulatedAvatar } from '@avatarwire/simulator';
import type { AvatarReport } from './reports';

interface ChatFrame {
  readonly type: string;
  readonly mid: string;
  readonly idx: number;
  readonly pld: { readonly text?: string };
}

/** @param toWallClock from the avatar's clock to milliseconds since 1970 */
export function reportOf({ heard }: SimulatedAvatar, toWallClock: (at: number) => number): AvatarReport {
  const decoder = new TextDecoder();
  return {
    messages: heard.messages.map(({ id, text, at }) => ({ id, text, at: toWallClock(at) })),
    commands: heard.commands.map(({ name, at }) => ({ name, at: toWallClock(at) })),
    violations: heard.violations.map(({ problem }) => problem),
    parts: heard.frames.flatMap(({ at, data }) => {
      const { type, mid, idx, pld }: ChatFrame = JSON.parse(decoder.decode(data));
      if (type !== 'chat') return [];
      return [{ id: mid, index: idx, text: pld.text ?? '', bytes: data.byteLength, at: toWallClock(at) }];
    }),
  };
}
