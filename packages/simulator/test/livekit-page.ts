/** A page of a real Chromium with the bare `livekit-client` in a real room: what a visitor of the bot sees and hears. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Browser, chromium } from 'playwright';

/** What the page knows of the avatar, in numbers. */
export interface PageView {
  /** Frames presented so far, by `requestVideoFrameCallback`. */
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  /** Root mean square of the last quarter of a second, 0 to 1. */
  readonly level: number;
  readonly identities: readonly string[];
  readonly packets: readonly {
    readonly text: string;
    readonly from: string;
    readonly topic: string | undefined;
  }[];
}

export interface LivekitPage {
  look(): Promise<PageView>;
  send(text: string, options?: { readonly topic?: string; readonly to?: readonly string[] }): Promise<void>;
  screenshot(path: string): Promise<void>;
  leave(): Promise<void>;
}

export async function launchChromium(): Promise<Browser> {
  const executablePath = [process.env['CHROMIUM_BIN'], '/usr/bin/chromium'].find(
    (path) => path && existsSync(path),
  );
  return chromium.launch({
    ...(executablePath && { executablePath }),
    args: [
      '--no-sandbox',
      '--allow-loopback-in-peer-connection',
      '--disable-background-networking',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

const clientScript = join(
  dirname(createRequire(import.meta.url).resolve('livekit-client')),
  'livekit-client.umd.js',
);

export async function openLivekitPage(browser: Browser, url: string, token: string): Promise<LivekitPage> {
  const context = await browser.newContext();
  const page = await context.newPage();
  // The server's own sign of life serves as the page: Chromium lets only a page from loopback talk to loopback.
  await page.goto(url.replace('ws:', 'http:'));
  await page.addScriptTag({ path: clientScript });
  await page.evaluate(visit, { url, token });
  return {
    look: () => page.evaluate(() => (window as unknown as { look(): PageView }).look()),
    async send(text, options = {}) {
      await page.evaluate(
        ([words, given]) =>
          (window as unknown as { say(text: string, options: object): Promise<void> }).say(words, given),
        [text, options] as const,
      );
    },
    async screenshot(path) {
      await page.screenshot({ path });
    },
    leave: () => context.close(),
  };
}

/** Runs in the page, where the SDK's script has left its global. */
async function visit({ url, token }: { url: string; token: string }): Promise<void> {
  const sdk = (window as unknown as { LivekitClient: typeof import('livekit-client') }).LivekitClient;
  const room = new sdk.Room();
  const packets: { text: string; from: string; topic: string | undefined }[] = [];
  const sound = new AudioContext();
  const analyser = sound.createAnalyser();
  analyser.fftSize = 8_192;
  let frames = 0;
  let video: HTMLVideoElement | undefined;

  room.on(sdk.RoomEvent.DataReceived, (data, participant, _kind, topic) => {
    packets.push({ text: new TextDecoder().decode(data), from: participant?.identity ?? '', topic });
  });
  room.on(sdk.RoomEvent.TrackSubscribed, (track) => {
    const element = track.attach();
    document.body.append(element);
    if (element instanceof HTMLVideoElement) {
      video = element;
      const count = (): void => {
        frames += 1;
        element.requestVideoFrameCallback(count);
      };
      element.requestVideoFrameCallback(count);
    } else {
      sound.createMediaStreamSource(new MediaStream([track.mediaStreamTrack])).connect(analyser);
    }
  });
  Object.assign(window, {
    look() {
      const samples = new Float32Array(analyser.fftSize);
      analyser.getFloatTimeDomainData(samples);
      const level = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
      const identities = [...room.remoteParticipants.keys()];
      return {
        frames,
        level,
        identities,
        packets,
        width: video?.videoWidth ?? 0,
        height: video?.videoHeight ?? 0,
      };
    },
    async say(text: string, { topic, to }: { topic?: string; to?: string[] }) {
      const options = { reliable: true, ...(topic && { topic }), ...(to && { destinationIdentities: to }) };
      await room.localParticipant.publishData(new TextEncoder().encode(text), options);
    },
  });
  await room.connect(url, token, { autoSubscribe: true });
}
