import type { Provider } from '@avatarwire/core';
import { check, checkSame, sameBytes } from '../check';
import { bytesOf, type Rule, rule } from '../define';
import type { Stage, Watched } from '../stage-types';
import { arrive, withAvatar } from './sending';

export const reconnecting: readonly Rule[] = [
  rule(
    'a cut and a resume are reconnecting, then reconnected, and sending goes on',
    ['cut', 'resume', 'joinAsAvatar', 'received'],
    async (stage) => {
      const watched = await withAvatar(stage);
      await comesBack(stage, watched, () => stage.far.resume());
      const before = stage.far.received().length;
      await stage.resolves(watched.send(bytesOf(17, 4)), 'send() after a resume');
      await stage.until(
        () => stage.far.received().length > before,
        'A packet sent after a resume must arrive',
      );
    },
  ),

  rule(
    'a resume that claims to have lost nothing has lost nothing',
    ['cut', 'resume', 'joinAsAvatar', 'received'],
    async (stage) => {
      const watched = await withAvatar(stage);
      const packets = [bytesOf(10, 1), bytesOf(20, 2), bytesOf(30, 3)];
      const sent = packets.map((packet) => watched.send(packet));
      await comesBack(stage, watched, () => stage.far.resume());
      for (const promise of sent) await stage.settles(promise, 'send() before the cut', 15_000);
      if (watched.all('reconnected')[0]?.lossy === true)
        return { unsupported: 'it says that its resume may lose packets' };
      await arrive(stage, packets);
      return undefined;
    },
  ),

  rule(
    'a full reconnect says that packets may be lost, and sending goes on',
    ['cut', 'reconnectFully', 'joinAsAvatar', 'received'],
    async (stage) => {
      const watched = await withAvatar(stage);
      await comesBack(stage, watched, () => stage.far.reconnectFully());
      checkSame(watched.all('reconnected')[0]?.lossy, true, 'lossy after a full reconnect');
      const last = bytesOf(17, 4);
      await stage.resolves(watched.send(last), 'send() after a reconnect');
      await stage.until(
        () => stage.far.received().some((packet) => sameBytes(packet, last)),
        'A packet sent after a reconnect must arrive',
      );
    },
  ),

  rule(
    'a packet sent in the listener of reconnected arrives',
    ['cut', 'reconnectFully', 'joinAsAvatar', 'received'],
    async (stage) => {
      const watched = await withAvatar(stage);
      const packet = bytesOf(21, 6);
      let sent: Promise<void> | undefined;
      watched.transport.on('reconnected', () => {
        sent = watched.transport.send(packet);
      });
      await comesBack(stage, watched, () => stage.far.reconnectFully());
      check(sent !== undefined, 'reconnected must reach every listener.');
      await stage.resolves(sent, 'send() in the listener of reconnected');
      await stage.until(
        () => stage.far.received().some((other) => sameBytes(other, packet)),
        'The packet must arrive',
      );
    },
  ),
];

export async function comesBack<P extends Provider>(
  stage: Stage<P>,
  watched: Watched<P>,
  back: () => void | Promise<void>,
): Promise<void> {
  await stage.far.cut();
  await stage.until(
    () => watched.all('reconnecting').length > 0,
    'reconnecting must come after a cut',
    20_000,
  );
  await back();
  await stage.until(() => watched.all('reconnected').length > 0, 'reconnected must come', 30_000);
  checkSame(watched.all('reconnecting').length, 1, 'The number of reconnecting events');
  checkSame(watched.all('reconnected').length, 1, 'The number of reconnected events');
}
