import { check, checkSame } from '../check';
import { bytesOf, type Rule, rule } from '../define';
import { arrive, burst, notClaimed, withAvatar } from './sending';

export const claims: readonly Rule[] = [
  rule('a packet of exactly maxPacketBytes passes whole', ['joinAsAvatar', 'received'], async (stage) => {
    const watched = await withAvatar(stage);
    const packet = bytesOf(watched.connection.maxPacketBytes, 6);
    await stage.resolves(watched.send(packet), 'send() of the largest packet');
    await arrive(stage, [packet]);
  }),

  rule(
    'claiming to be reliable, it loses and doubles nothing',
    ['joinAsAvatar', 'received'],
    async (stage) => {
      const watched = await withAvatar(stage);
      if (!watched.transport.capabilities.reliable) return notClaimed('reliable');
      const packets = burst(stage, Math.min(watched.connection.maxPacketBytes, 900));
      for (const packet of packets) await stage.resolves(watched.send(packet), 'send()');
      await stage.until(() => stage.far.received().length >= packets.length, 'Every packet must arrive');
      await stage.quiet();
      checkSame(stage.far.received().length, packets.length, 'The number of packets that arrived');
      return undefined;
    },
  ),

  rule('claiming to be ordered, it keeps the order', ['joinAsAvatar', 'received'], async (stage) => {
    const watched = await withAvatar(stage);
    if (!watched.transport.capabilities.ordered) return notClaimed('ordered');
    const count = Math.min(stage.burst.packets, Math.floor(stage.burst.bytes / 4));
    for (let index = 0; index < count; index++)
      void watched.send(Uint8Array.of(index >> 8, index & 0xff, 0, 0));
    await stage.until(() => stage.far.received().length > 0, 'Packets must arrive');
    await stage.quiet();
    const numbers = stage.far.received().map(([high = 0, low = 0]) => high * 256 + low);
    check(
      numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0)),
      `Packets arrived as ${numbers.join()}.`,
    );
    return undefined;
  }),
];
