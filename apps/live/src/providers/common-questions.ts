/** Questions that are the same over any network. */

import type { Provider } from '@avatarwire/core';
import { type Question, settle } from '../page/question';

export const selfEcho: Question = {
  asks: 'Does a sender hear its own message?',
  async answer(stage) {
    await stage.farJoins();
    const visit = await stage.visit();
    await visit.send(1);
    await settle(async () => (await stage.farHeard()).length > 0);
    await settle(() => visit.heard.length > 0, 1_000);
    return visit.heard.length > 0 ? 'Yes.' : 'No, not within a second of its arrival at the other side.';
  },
};

export const eventOrder: Question = {
  asks: 'When do participants and tracks that were there before us show, against the moment when joining resolves?',
  async answer(stage) {
    await stage.farJoins();
    await stage.farPublishes('audio');
    await stage.farPublishes('video');
    const visit = await stage.visit();
    await settle(() => visit.events.filter(({ event }) => event === 'track-added').length === 2);
    const shown = visit.events
      .filter(({ event }) => event === 'participant-joined' || event === 'track-added')
      .map(({ event, at }) => `${event} ${Math.abs(Math.round(at))} ms ${at < 0 ? 'before' : 'after'}`);
    return shown.length > 0 ? `${shown.join(', ')}.` : 'They do not show within three seconds.';
  },
};

export const resolveTime: Question = {
  asks: 'How long does a send take to resolve?',
  async answer(stage) {
    await stage.farJoins();
    const visit = await stage.visit();
    const times: number[] = [];
    for (let index = 0; index < 20; index++) {
      const start = performance.now();
      await visit.send(index);
      times.push(performance.now() - start);
    }
    times.sort((one, other) => one - other);
    const [least, middle, most] = [times[0], times[10], times[19]].map((ms) => (ms ?? 0).toFixed(1));
    return `${least} to ${most} ms, median ${middle} ms, of 20 one after the other.`;
  },
};

export const order: Question = {
  asks: 'Do packets that are in flight together keep their order?',
  async answer(stage) {
    await stage.farJoins();
    const visit = await stage.visit();
    const count = 25;
    await Promise.all(Array.from({ length: count }, (_, index) => visit.send(index, 200)));
    await settle(async () => (await stage.farHeard()).length >= count);
    const numbers = (await stage.farHeard()).map(({ firstByte }) => firstByte);
    const isOrdered = numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
    return `${numbers.length} of ${count} arrived, ${isOrdered ? 'in order' : `as ${numbers.join()}`}.`;
  },
};

export const earlyMessages: Question = {
  asks: 'Do messages arrive that are sent in the moment when joining resolves?',
  async answer(stage) {
    await stage.farJoins();
    const visit = await stage.visit();
    const count = 5;
    for (let index = 0; index < count; index++) await visit.send(index);
    await settle(async () => (await stage.farHeard()).length >= count);
    return `${(await stage.farHeard()).length} of ${count}.`;
  },
};

export const lateJoiner: Question = {
  asks: 'Does somebody who joins later get earlier messages?',
  async answer(stage) {
    const visit = await stage.visit();
    await visit.send(1);
    await stage.farJoins();
    await settle(async () => (await stage.farHeard()).length > 0, 2_000);
    return (await stage.farHeard()).length > 0 ? 'Yes.' : 'No, not within two seconds.';
  },
};

export const sameIdTwice: Question = {
  asks: 'What becomes of us when our id joins again from elsewhere?',
  async answer(stage) {
    const visit = await stage.visit();
    await stage.visitorJoinsElsewhere();
    await settle(() => visit.closedBecause !== undefined, 5_000);
    const { closedBecause } = visit;
    return closedBecause === undefined ? 'Nothing, within five seconds.' : `We are out: ${closedBecause}.`;
  },
};

/** Last of all: it breaks the rules on purpose. */
export function burst(packets: number, bytes: number): Question<Provider> {
  return {
    asks: `What becomes of ${packets} packets of ${bytes} bytes at once, far above the rate?`,
    async answer(stage) {
      await stage.farJoins();
      const visit = await stage.visit();
      const sends = Array.from({ length: packets }, (_, index) => visit.send(index, bytes));
      const settled = await Promise.allSettled(sends);
      const failed = settled.filter(({ status }) => status === 'rejected').length;
      await settle(async () => (await stage.farHeard()).length >= packets - failed, 5_000);
      const arrived = (await stage.farHeard()).length;
      const link = visit.events.map(({ event }) => event).filter((event) => LINK_EVENTS.includes(event));
      return `${failed} were refused, ${arrived} arrived; the connection said ${link.join(', ') || 'nothing'}.`;
    },
  };
}

const LINK_EVENTS: readonly string[] = ['reconnecting', 'reconnected', 'closed'];
