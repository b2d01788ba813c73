/** 64 KB of English over a real livekit-server, in a real Chromium: a session, the bare SDK and the SDK's own text streams. */

import { haveLivekit, notMeasured, withLivekitPage } from '../livekit-stage';
import type { Delivery, deliver, Way } from '../livekit-text/page';
import { prose } from '../prose';
import { bytes, type Result, type Row, ratio } from '../report';

const BYTES = 65_536;
const PLAN = { rounds: 60, warmUp: 10 };
const PEERS: readonly Way[] = ['adapter', 'bare', 'sendText', 'sendText, uncompressed', 'streamText'];
/** Of the best possible under the same policy: the adapter's own sends of the same size, one after the other. */
const TARGET = 1.02;
const NAMES: Partial<Record<Way, string>> = { adapter: 'adapter alone', bare: 'bare publishData' };

interface InPage {
  readonly livekitText: { readonly deliver: typeof deliver };
}

export const livekitText: Row = {
  name: 'livekit-text',
  async run() {
    const what = `${bytes(BYTES)} of English over LiveKit, median of ${PLAN.rounds}`;
    if (!haveLivekit) return [notMeasured(what, '–')];
    const measured = await withLivekitPage('livekit-text/page.ts', 'livekitText', async (stage) => {
      const rooms = [];
      for (const way of ['session', ...PEERS] as const)
        rooms.push({ way, tokens: await stage.tokens('avatar', 'visitor') });
      return stage.page.evaluate(
        ([url, ways, text, plan]) =>
          (globalThis as unknown as InPage).livekitText.deliver(url, ways, text, plan),
        [stage.url, rooms, prose(BYTES), PLAN] as const,
      );
    });
    return results(what, measured);
  },
};

function results(what: string, measured: Readonly<Record<string, Delivery>>): readonly Result[] {
  const of = (way: Way): Delivery => measured[way] ?? { handedOver: [], arrived: [], wireBytes: Number.NaN };
  const [own, best] = [of('session'), of('adapter')];
  const time = median(own.handedOver) / median(best.handedOver);
  const arrival = median(own.arrived) / median(best.arrived);
  const beside = (shown: (delivery: Delivery) => string) =>
    PEERS.map((way) => `${NAMES[way] ?? way} ${shown(of(way))}`).join('; ');
  return [
    {
      what: `${what}, from the call until the last of it was taken`,
      target: `≤ ${TARGET}× the adapter alone`,
      value: `${ratio(time)} (${shown(own.handedOver)})`,
      comparison: beside(({ handedOver }) => shown(handedOver)),
      pass: time <= TARGET,
    },
    {
      what: 'the same, until the last of it had arrived and was read',
      target: '–',
      value: `${ratio(arrival)} (${shown(own.arrived)})`,
      comparison: beside(({ arrived }) => shown(arrived)),
    },
    {
      what: 'the same: bytes put into the data channel, to those of the text',
      target: '–',
      value: ratio(own.wireBytes / BYTES),
      comparison: beside(({ wireBytes }) => ratio(wireBytes / BYTES)),
    },
  ];
}

const shown = (times: readonly number[]) => `${median(times).toFixed(1)} ms`;

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
