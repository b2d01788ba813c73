import { type Provider, silentLogger, type TransportEvents } from '@avatarwire/core';
import type { LiveProvider, NativeMessage } from '../live-provider';
import type { Answer } from '../results';
import type { FarSide } from './far-side';
import { freshRoom } from './live-room';
import type { PageCloud } from './page-cloud';
import { packetOf, type QuestionStage, type Visit } from './question';

const EVENTS: readonly (keyof TransportEvents)[] = [
  'packet',
  'participant-joined',
  'participant-left',
  'track-added',
  'track-removed',
  'reconnecting',
  'reconnected',
  'closed',
];

/** Each question in a room of its own. One that cannot be answered says why. */
export async function ask<P extends Provider>(
  provider: LiveProvider<P>,
  cloud: PageCloud<P>,
  far: FarSide,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const question of provider.questions) {
    const { stage, clear } = await setStage(provider, cloud, far);
    const answer = await question.answer(stage).catch((error: unknown) => `Not answered: ${String(error)}`);
    await clear();
    answers.push({ asks: question.asks, answer });
  }
  return answers;
}

async function setStage<P extends Provider>(
  provider: LiveProvider<P>,
  cloud: PageCloud<P>,
  far: FarSide,
): Promise<{ stage: QuestionStage<P>; clear(): Promise<void> }> {
  const room = await freshRoom(cloud);
  const seat = { room: room.name, who: room.avatar };
  const visits: Visit<P>[] = [];

  const stage: QuestionStage<P> = {
    async farJoins() {
      await far.join(seat);
    },
    async visitorJoinsElsewhere() {
      await far.join({ room: room.name, who: room.visitor });
    },
    farPublishes: (kind) => far.publish(seat, kind),
    farSends: (firstByte, bytes) => far.send(seat, [...packetOf(firstByte, bytes)]),
    farHeard: () => far.heard(seat),
    async visit(changes) {
      const transport = cloud.transport();
      const seen: { readonly event: keyof TransportEvents; readonly time: number }[] = [];
      for (const event of EVENTS) {
        transport.on(event, () => seen.push({ event, time: performance.now() }));
      }
      let closedBecause: Visit<P>['closedBecause'];
      transport.on('closed', ({ reason }) => {
        closedBecause = reason;
      });
      const heard: NativeMessage[] = [];
      const signal = new AbortController().signal;
      await transport.connect({ ...room.credentials, ...changes }, { signal, logger: silentLogger });
      const connectedAt = performance.now();
      provider.observe(transport.native, (message) => heard.push(message));
      const visit: Visit<P> = {
        transport,
        get events() {
          return seen.map(({ event, time }) => ({ event, at: time - connectedAt }));
        },
        heard,
        get closedBecause() {
          return closedBecause;
        },
        send: (firstByte, bytes) => transport.send(packetOf(firstByte, bytes)),
      };
      visits.push(visit);
      return visit;
    },
  };
  return {
    stage,
    async clear() {
      for (const { transport } of visits) await transport.close();
      await far.leave(seat);
      await far.leave({ room: room.name, who: room.visitor });
    },
  };
}
