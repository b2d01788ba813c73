/** The simulated avatar as a test sees it, in the page or in a process of its own. */

import type { SimulatedAvatar } from '@avatarwire/simulator';
import { mixedText } from '@avatarwire/tooling/delivery';

export interface AvatarReport {
  readonly messages: readonly string[];
  readonly violations: number;
  readonly commands: readonly string[];
  /** Every packet of chat: when it arrived, in milliseconds since 1970, and its bytes. */
  readonly chat: readonly { readonly at: number; readonly bytes: number }[];
  readonly speaking: boolean;
  /** Of its voice. */
  readonly speed: number;
}

export interface RemoteAvatar {
  report(): Promise<AvatarReport>;
  say(text: string): Promise<void>;
  ignoreEverything(ignore: boolean): Promise<void>;
}

/** What it answers, whatever it is asked. */
export const ANSWER = mixedText(2_500, 7);

export function reportOf({ heard, speaking, speed }: SimulatedAvatar): AvatarReport {
  const isChat = ({ data }: { data: Uint8Array }) => new TextDecoder().decode(data).includes('"type":"chat"');
  return {
    messages: heard.messages.map(({ text }) => text),
    violations: heard.violations.length,
    commands: heard.commands.map(({ name }) => name),
    chat: heard.frames
      .filter(isChat)
      .map(({ at, data }) => ({ at: performance.timeOrigin + at, bytes: data.byteLength })),
    speaking,
    speed,
  };
}

/** One that lives in the page. */
export function localAvatar(find: () => SimulatedAvatar | undefined): RemoteAvatar {
  const avatar = () => {
    const found = find();
    if (!found) throw new Error('no avatar yet');
    return found;
  };
  return {
    report: async () => reportOf(avatar()),
    say: async (text) => avatar().say(text),
    ignoreEverything: async (ignore) => avatar().ignoreEverything(ignore),
  };
}
