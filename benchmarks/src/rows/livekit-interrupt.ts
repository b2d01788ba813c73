/**
 * An interrupt while 5 MB wait, over a real livekit-server, with the uplink of a real Chromium at 256 kbit/s: how much of
 * the older text arrives after it. The queue before the narrow place is Chromium's own emulation of one.
 */

import type { Page } from 'playwright';
import { haveLivekit, type LivekitStage, notMeasured, withLivekitPage } from '../livekit-stage';
import type { Interruption, interrupt, Way } from '../livekit-text/page';
import { kilobytes, milliseconds, type Result, type Row } from '../report';

const TEXTS = 5;
const TEXT_BYTES = 1_000_000;
const UPLINK_BYTES_PER_SECOND = 32_000;
const BOUND_BYTES = 80_000;
/** Of one UDP packet of WebRTC. */
const PACKET_BYTES = 1_200;
/** Without a limit the queue would hold megabytes, which no sender can see. */
const QUEUE_SECONDS = 0.4;
const LONG_QUEUE_SECONDS = 2;
const PEERS = {
  bare: 'bare publishData',
  streamText: 'streamText',
  'sendText, uncompressed': 'sendText',
} as const satisfies Partial<Record<Way, string>>;

interface InPage {
  readonly livekitText: { readonly interrupt: typeof interrupt };
}

export const livekitInterrupt: Row = {
  name: 'livekit-interrupt',
  async run() {
    const what = (seconds: number) =>
      `interrupt over LiveKit, 5 MB queued, uplink of 256 kbit/s whose queue holds ${seconds} s: older text that arrives after it`;
    const target = `≤ ${BOUND_BYTES / 1_000} kB`;
    if (!haveLivekit) return [notMeasured(what(QUEUE_SECONDS), target)];
    return withLivekitPage(
      'livekit-text/page.ts',
      'livekitText',
      async (stage): Promise<readonly Result[]> => {
        await shapeable(stage.page);
        const own = await measure(stage, 'session', QUEUE_SECONDS);
        const long = await measure(stage, 'session', LONG_QUEUE_SECONDS);
        const peers: string[] = [];
        for (const way of ['bare', 'streamText', 'sendText, uncompressed'] as const)
          peers.push(`${PEERS[way]} ${shown(await measure(stage, way, QUEUE_SECONDS))}`);
        return [
          {
            what: what(QUEUE_SECONDS),
            target,
            value: shown(own),
            comparison: peers.join('; '),
            pass: own.olderBytes <= BOUND_BYTES && !own.goesOn,
          },
          { what: what(LONG_QUEUE_SECONDS), target: '–', value: shown(long), comparison: '–' },
        ];
      },
    );
  },
};

async function measure(stage: LivekitStage, way: Way, queueSeconds: number): Promise<Interruption> {
  const tokens = await stage.tokens('avatar', 'visitor');
  const plan = {
    texts: TEXTS,
    textBytes: TEXT_BYTES,
    uplinkBytesPerSecond: UPLINK_BYTES_PER_SECOND,
    queuedPackets: Math.ceil((UPLINK_BYTES_PER_SECOND * queueSeconds) / PACKET_BYTES),
    lookMs: 2_000,
  };
  return stage.page.evaluate(
    ([url, wanted, visitors, how]) =>
      (globalThis as unknown as InPage).livekitText.interrupt(url, wanted, visitors, how),
    [stage.url, way, tokens, plan] as const,
  );
}

/** Gives the page `shapeUplink(bytesPerSecond, queuedPackets)`; without arguments the uplink is wide. */
async function shapeable(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Network.enable');
  await page.exposeFunction('shapeUplink', async (uploadThroughput = 1e8, packetQueueLength = 0) => {
    // Acts on peer connections made after the first call. Chromium looks at it only beside a latency or a throughput.
    await devTools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 1,
      downloadThroughput: 1e8,
      uploadThroughput,
      packetLoss: 0,
      packetQueueLength,
    });
  });
}

function shown({ olderBytes, ms, goesOn }: Interruption): string {
  const rest = goesOn ? ', and the text goes on behind it' : '';
  return `${kilobytes(olderBytes)}, the interrupt after ${milliseconds(ms)}${rest}`;
}
