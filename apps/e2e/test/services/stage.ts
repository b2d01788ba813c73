/** One conversation with one service over one network, through the broker, and everything to look at it with. */

import { type AvatarSession, broker, createAvatarSession } from '@avatarwire/core';
import { a2e } from '@avatarwire/services/a2e';
import { heygen } from '@avatarwire/services/heygen';
import { liveavatar } from '@avatarwire/services/liveavatar';
import { hostRooms } from '@avatarwire/simulator/page-rooms';
import { inject } from 'vitest';
import { commands } from 'vitest/browser';
import { type AvatarReport, reportOf } from '../remote-avatar';
import type { Account, LivekitAccess } from '../services-main';
import { watchSound } from '../watched-sound';
import type { Combination, PageNetworks } from './combinations';
import { type OpenThings, watchPage } from './open-things';

export interface ServicesPage {
  /** A session that has done nothing yet. */
  stage(combination: Combination): Stage;
  close(): Promise<void>;
}

export interface Stage {
  readonly combination: Combination;
  readonly session: AvatarSession;
  readonly video: HTMLVideoElement;
  /** Connects, once. */
  live(): Promise<void>;
  /** The avatar's voice, once it has come. */
  sound(): MediaStreamTrack | undefined;
  /** Whether the avatar spoke, at each sign of it. */
  readonly speaking: readonly boolean[];
  /** Of the avatar, wherever it is. */
  report(): Promise<AvatarReport>;
  account(): Promise<Account>;
  /** What the page has open since this stage was set, the avatar in it included. */
  left(): OpenThings & InPage;
  close(): Promise<void>;
}

interface InPage {
  readonly rooms: number;
  /** On every client of a double. */
  readonly listenersInDoubles: number;
}

const services = { a2e: () => a2e(), heygen: () => heygen(), liveavatar: () => liveavatar() };

function livekitAccess(): LivekitAccess | null {
  const server = inject('livekitServer');
  if (server === null) return null;
  const { url, apiKey, apiSecret } = server;
  return { url, apiKey, apiSecret };
}

export async function openServicesPage(networks: PageNetworks): Promise<ServicesPage> {
  const addresses = await commands.servicesStart(location.origin, livekitAccess());
  const host = await hostRooms(addresses.pages, networks.makers).catch(async (error: unknown) => {
    await commands.servicesStop();
    throw error;
  });

  function stage(combination: Combination): Stage {
    const { service, network, transports } = combination;
    const before = networks.listeners();
    const watch = watchPage();
    const sound = watchSound();
    const video = document.createElement('video');
    document.body.append(video);
    const session = createAvatarSession({
      transports: transports(sound),
      services,
      source: broker(addresses.broker, {
        headers: () => ({ authorization: 'Bearer visitor' }),
        request: { preset: service },
      }),
    });
    const detach = session.attach(video);
    const speaking: boolean[] = [];
    for (const sign of ['speech-started', 'speech-ended'] as const)
      session.on(sign, () => speaking.push(session.getSnapshot().avatar.speaking));
    let connecting: Promise<void> | undefined;

    return {
      combination,
      session,
      video,
      speaking,
      sound: sound.current,
      live() {
        connecting ??= session.connect();
        return connecting;
      },
      async report() {
        if (network === 'livekit') return (await commands.servicesAsk({ do: 'report' })) as AvatarReport;
        if (networks.avatar === undefined) throw new Error('no avatar came to this page');
        return reportOf(networks.avatar);
      },
      account: async () => (await commands.servicesAsk({ do: 'account', service })) as Account,
      left() {
        return {
          ...watch.open(),
          rooms: host.rooms,
          listenersInDoubles: networks.listeners() - before,
        };
      },
      async close() {
        await session.close();
        detach();
        video.remove();
        watch.release();
      },
    };
  }

  return {
    stage,
    async close() {
      await host.close();
      await commands.servicesStop();
    },
  };
}
