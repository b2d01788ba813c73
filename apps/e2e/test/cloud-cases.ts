/** What happens around a conversation, where the whole cloud is in the test's hands. */

import { type AvatarSessionOptions, isAvatarError } from '@avatarwire/core';
import { mixedText } from '@avatarwire/tooling/delivery';
import { afterEach, expect, test, vi } from 'vitest';
import type { CloudStage, StartCloudStage } from './cloud-stage';
import { recordHandOvers } from './handed-over';

const patience = { timeout: 25_000, interval: 50 };

/** @param toldElsewhere what a session ends with whose id has joined from elsewhere: not every SDK tells it from a ban */
export function describeCloud(
  start: StartCloudStage,
  toldElsewhere: 'joined-elsewhere' | 'removed' = 'joined-elsewhere',
): void {
  let stage: CloudStage | undefined;

  afterEach(async () => {
    await stage?.close();
    stage = undefined;
  });

  async function live(options?: Partial<AvatarSessionOptions>): Promise<CloudStage> {
    stage = await start(options);
    await stage.session.connect();
    return stage;
  }

  const present = ({ network, service }: CloudStage) =>
    service.rooms.flatMap((room) => network.present(room));

  test('after close the cloud is empty, no track of the avatar is live, nobody listens, and the session connects again', async () => {
    const { session, service, network, sound } = await live();
    const video = document.createElement('video');
    session.attach(video);
    await vi.waitFor(
      () => expect(session.getSnapshot().avatar).toMatchObject({ audio: true, video: true }),
      patience,
    );
    const received = [sound(), ...(video.srcObject as MediaStream).getTracks()];
    await session.close();
    expect(service.simulator.service).toEqual({ opened: 1, closed: 1, open: 0 });
    expect(service.closes).toEqual(['requested']);
    await vi.waitFor(() => expect(network.present(service.rooms[0] ?? '')).toEqual([]), patience);
    expect(network.tracks(service.rooms[0] ?? '')).toEqual([]);
    expect(received.map((track) => track?.readyState)).toEqual(received.map(() => 'ended'));
    expect(service.cloud.clients.map((client) => client.listenerCount())).toEqual([0, 0]);

    await session.connect();
    expect(new Set(service.rooms).size).toBe(2);
    await session.speak('Here again.');
    await vi.waitFor(
      async () => expect((await stage?.avatar.report())?.messages).toEqual(['Here again.']),
      patience,
    );
    await stage?.close();
    await vi.waitFor(() => expect(stage && present(stage)).toEqual([]), patience);
    expect(service.cloud.clients.map((client) => client.listenerCount())).toEqual([0, 0, 0, 0]);
    expect(service.simulator.service.open).toBe(0);
  });

  test('an avatar that leaves and returns is waited for, told its parameters again, and hears what was said meanwhile', async () => {
    const { session, avatar, service } = await live();
    await session.setParams({ mode: 'retelling', voice: { speed: 1.1 } });
    await service.simulator.leave();
    await vi.waitFor(() => expect(session.getSnapshot().state).toBe('waiting'), patience);
    const meanwhile = session.speak('said while it was away');
    await service.simulator.return();
    await vi.waitFor(() => expect(session.getSnapshot().state).toBe('live'), patience);
    expect(await meanwhile).toMatchObject({ status: 'sent' });
    await vi.waitFor(
      async () => expect((await avatar.report()).messages).toEqual(['said while it was away']),
      patience,
    );
    expect(service.simulator.avatar?.speed).toBe(1.1);
    await vi.waitFor(
      () => expect(session.getSnapshot().avatar).toMatchObject({ audio: true, video: true }),
      patience,
    );
    expect(service.simulator.service).toEqual({ opened: 1, closed: 0, open: 1 });
  });

  test('a cut in the middle of a message ends it as in doubt with the text that certainly was not sent, and the next one arrives', async () => {
    const { session, avatar, network, service } = await live();
    await session.setParams({ mode: 'retelling' });
    const states: string[] = [];
    session.on('state-changed', ({ state }) => states.push(state));
    const handedOver = recordHandOvers(session);
    const text = mixedText(40_000);
    const speaking = session.speak(text).catch((error: unknown) => error);
    await vi.waitFor(() => expect(handedOver.length).toBeGreaterThan(9), patience);
    network.cut(service.rooms[0]);
    await vi.waitFor(() => expect(session.getSnapshot().state).toBe('reconnecting'), patience);
    const meanwhile = session.speak('And now?');
    network.resume(service.rooms[0]);
    const error = await speaking;
    expect(isAvatarError(error) && error.code).toBe('delivery-uncertain');
    const unsent = (isAvatarError(error) && error.unsentText) || '';
    expect(unsent.length).toBeGreaterThan(0);
    expect(unsent.length).toBeLessThan(text.length);
    expect(text.endsWith(unsent)).toBe(true);
    expect(await meanwhile).toMatchObject({ status: 'sent' });
    await vi.waitFor(async () => expect((await avatar.report()).messages).toEqual(['And now?']), patience);
    expect(states).toEqual(['reconnecting', 'live']);
    expect(service.simulator.service).toEqual({ opened: 1, closed: 0, open: 1 });
  });

  test.each([
    [
      'who joins elsewhere under the same id',
      ({ service }: CloudStage) => service.joinAs('visitor'),
      toldElsewhere,
    ],
    [
      'who is thrown out',
      async ({ network, service }: CloudStage) => network.end('removed', service.rooms[0], 'visitor'),
      'removed',
    ],
  ] as const)(
    '%s stays out: the session ends, and its service session is closed once',
    async (_name, expel, reason) => {
      const stage = await live();
      const { session, service } = stage;
      const before = service.cloud.clients.length;
      const closed = session.once('closed');
      await expel(stage);
      const joinedByUs = service.cloud.clients.length - before;
      expect(await closed).toMatchObject({ reason });
      expect(session.getSnapshot()).toMatchObject({ state: 'closed', closed: { reason } });
      await session.close();
      expect(service.closes).toEqual([reason]);
      expect(service.simulator.service).toEqual({ opened: 1, closed: 1, open: 0 });
      // Nobody came back by itself.
      expect(service.cloud.clients.length - before).toBe(joinedByUs);
    },
  );

  test('a network that is lost for good is joined once more, and the conversation goes on', async () => {
    const { session, avatar, network, service } = await live();
    const before = service.cloud.clients.length;
    network.end('network-lost', service.rooms[0], 'visitor');
    await vi.waitFor(() => expect(service.cloud.clients.length).toBe(before + 1), patience);
    await vi.waitFor(() => expect(session.getSnapshot().state).toBe('live'), patience);
    await session.speak('Still here.');
    await vi.waitFor(async () => expect((await avatar.report()).messages).toEqual(['Still here.']), patience);
    expect(service.simulator.service).toEqual({ opened: 1, closed: 0, open: 1 });
  });
}
