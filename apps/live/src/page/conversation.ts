/** A whole conversation between a session and the simulated avatar, over the cloud. */

import {
  type AvatarSessionOptions,
  type ConnectionDetails,
  createAvatarSession,
  type Provider,
  ratePolicies,
  type WireRecord,
} from '@avatarwire/core';
import { fullestSecond, mixedText } from '@avatarwire/tooling/delivery';
import type { LiveProvider } from '../live-provider';
import type { Check } from '../results';
import type { FarSide } from './far-side';
import { freshRoom } from './live-room';
import type { PageCloud } from './page-cloud';
import { settle } from './question';

const TEXT_BYTES = 65_536;

/** @param onMet called once both are in the room and see each other: the credentials are good */
export async function converse<P extends Provider>(
  { provider }: LiveProvider<P>,
  cloud: PageCloud<P>,
  far: FarSide,
  onMet: () => void,
): Promise<readonly Check[]> {
  const room = await freshRoom(cloud);
  const seat = { room: room.name, who: room.avatar };
  const details = { provider, credentials: room.credentials, avatarId: room.avatar } as ConnectionDetails;
  const transports = { [provider]: () => cloud.transport() } as AvatarSessionOptions['transports'];
  const session = createAvatarSession({ transports, source: details });
  const out: WireRecord[] = [];
  session.tap((record) => {
    if (record.direction === 'out') out.push(record);
  });
  const checks: Check[] = [];

  /** Whatever one of them comes to, the next is made. */
  async function check(
    what: string,
    attempt: () => Promise<{ pass: boolean; value: string }>,
  ): Promise<void> {
    const outcome = await attempt().catch((error: unknown) => ({ pass: false, value: String(error) }));
    checks.push({ what, ...outcome });
  }

  try {
    await check('the avatar joins and publishes, a session connects and meets it', async () => {
      const avatarMs = await timed(() => far.startAvatar(seat));
      const ms = await timed(() => session.connect());
      return { pass: session.getSnapshot().state === 'live', value: `${avatarMs} ms and ${ms} ms` };
    });
    if (checks[0]?.pass !== true) return checks;
    onMet();
    await check("the avatar's picture and voice come", async () => {
      const { avatar } = session.getSnapshot();
      const has = () => session.getSnapshot().avatar.audio && session.getSnapshot().avatar.video;
      await settle(has, 15_000);
      return {
        pass: has(),
        value: avatar.audio && avatar.video ? 'with the avatar' : 'a moment after the avatar',
      };
    });
    await check(`${TEXT_BYTES / 1_024} KB of mixed text arrive whole, byte for byte`, async () => {
      const text = mixedText(TEXT_BYTES);
      const before = (await far.avatarReport(seat)).texts.length;
      const delivery = await session.speak(text);
      await settle(async () => (await far.avatarReport(seat)).texts.length > before, 20_000);
      const chat = out.filter(({ lane }) => lane === 'chat');
      const ms = Math.round((chat.at(-1)?.at ?? 0) - (chat[0]?.at ?? 0));
      const { texts, violations } = await far.avatarReport(seat);
      const arrived = texts[before] === undefined ? 'parts are missing' : 'complete';
      const value = `${delivery.parts} parts in ${ms} ms, ${arrived}, ${violations.length} breaches of the protocol`;
      return { pass: texts[before] === text && violations.length === 0, value };
    });
    await check('no second of it holds more than the limits allow, at hand-over', async () => {
      const { packets, bytes } = fullestSecond(out);
      const { packetsPerSecond, bytesPerSecond } = ratePolicies[provider];
      const pass = packets <= packetsPerSecond && bytes <= bytesPerSecond;
      return { pass, value: `${packets} packets, ${bytes} bytes` };
    });
    await check('an interrupt under a full queue is acknowledged, and what waited is not sent', async () => {
      const speaking = session.speak('x'.repeat(50_000));
      await settle(() => (session.getSnapshot().messages.at(-1)?.delivery?.sentBytes ?? 0) > 0);
      const ms = await timed(() => session.interrupt());
      const { status, unsentText } = await speaking;
      return { pass: status === 'interrupted', value: `${ms} ms, ${unsentText.length} letters unsent` };
    });
    await check('a question is answered', async () => {
      const signal = AbortSignal.timeout(20_000);
      const where = ({ message }: { message: { author: string } }) => message.author === 'avatar';
      const answered = session.once('message-received', { where, signal });
      const ms = await timed(async () => {
        await session.ask('What can you do?');
        await answered;
      });
      return { pass: true, value: `${ms} ms to its end` };
    });
    await check('the session closes when asked', async () => {
      const ms = await timed(() => session.close());
      return { pass: session.getSnapshot().closed?.reason === 'requested', value: `${ms} ms` };
    });
  } finally {
    await session.close();
    await far.stopAvatar(seat);
  }
  return checks;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return Math.round(performance.now() - start);
}
