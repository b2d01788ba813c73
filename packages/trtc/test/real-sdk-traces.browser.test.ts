import { silentLogger } from '@avatarwire/core';
import { describe, expect, test, vi } from 'vitest';
import { cdp } from 'vitest/browser';
import { type TrtcOptions, trtc } from '../src/index';
import type { TrtcClient, TrtcSdk } from '../src/trtc-sdk';
import { textOf, tracePage } from './real/page-traces';
import { standAlone, versions } from './real/real-sdk';
import { CREDENTIALS } from './real/watched-sdk';

/** What vitest's session can be asked to do here; its own type leaves every method open. */
interface DevTools {
  send(method: string): Promise<unknown>;
}

const traces = tracePage();
const { userSig } = CREDENTIALS;
const REPORTS = 'yun.tim.qq.com';

standAlone();

/** Connects without a network and closes, and keeps nothing of it. Resolves with all that we said. */
async function failToEnter(options: TrtcOptions, credentials = CREDENTIALS): Promise<string> {
  const logged: unknown[] = [];
  const log = (...given: unknown[]) => void logged.push(...given);
  const transport = trtc(options);
  const { signal } = new AbortController();
  const error: unknown = await transport
    .connect(credentials, { signal, logger: { ...silentLogger, warn: log, error: log } })
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'network', serviceCode: 5500 });
  await transport.close();
  return [error, ...logged].map(textOf).join('\n');
}

describe.each(versions)(
  'what the real trtc-sdk-v5 $version leaves in a page in Chromium, where our adapter cannot enter',
  ({ load }) => {
    test('with our defaults the signature is neither in the console nor in what we say, though the SDK was loud before', async () => {
      const { default: real } = (await load()) as { readonly default: TrtcSdk };
      real.setLogLevel(0);
      traces.written.length = 0;
      traces.sent.length = 0;
      expect(await failToEnter({ sdk: load })).not.toContain(userSig);
      // With these it wrote its last lines, had it been loud.
      await expect.poll(() => traces.sent.some(({ body }) => body.includes(userSig))).toBe(true);

      expect(traces.written).not.toEqual([]);
      expect(traces.written.join('\n')).not.toContain(userSig);
    });

    test.each(['trace', 'debug', 'info', 'warn', 'error'] as const)(
      'with logLevel %s the SDK writes the signature into the console',
      async (logLevel) => {
        traces.written.length = 0;
        await failToEnter({ sdk: load, logLevel });

        expect(traces.written.join('\n')).toContain(userSig);
      },
    );

    test('its reports to the vendor carry the signature, also with uploadLogs false', async () => {
      const fresh = { ...CREDENTIALS, userSig: 'signature-of-this-test-alone' };
      traces.sent.length = 0;
      await failToEnter({ sdk: load, uploadLogs: false }, fresh);
      const told = () =>
        new Set(traces.sent.filter(({ body }) => body.includes(fresh.userSig)).map(({ host }) => host));

      await expect.poll(told).toEqual(new Set([REPORTS]));
    });

    test('it makes its AudioContexts when it is loaded and no more, opens no device, and closes every connection', async () => {
      const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia');
      await load();
      const contexts = traces.audioContexts.length;
      await failToEnter({ sdk: load });
      await failToEnter({ sdk: load });

      expect(traces.audioContexts).toHaveLength(contexts);
      expect(asked).not.toHaveBeenCalled();
      await expect
        .poll(() => traces.connections.filter(({ connectionState }) => connectionState !== 'closed'))
        .toEqual([]);
    });

    test('its silent track of every instance is live after destroy, and the instance itself is collected: nobody holds it', async () => {
      traces.tracks.length = 0;
      const clients: WeakRef<TrtcClient>[] = [];
      const sdk = async (): Promise<TrtcSdk> => {
        const { default: real } = (await load()) as { readonly default: TrtcSdk };
        return {
          isSupported: () => real.isSupported(),
          setLogLevel: (...given) => real.setLogLevel(...given),
          setCurrentSpeaker: (...given) => real.setCurrentSpeaker(...given),
          create(options) {
            const client = real.create(options);
            clients.push(new WeakRef(client));
            return client;
          },
        };
      };
      for (let attempt = 0; attempt < 3; attempt += 1) await failToEnter({ sdk });
      expect([clients, traces.tracks].map(({ length }) => length)).toEqual([3, 3]);
      expect(traces.tracks[2]?.deref()).toMatchObject({ kind: 'audio', readyState: 'live' });

      await expect
        .poll(
          async () => {
            await (cdp() as DevTools).send('HeapProfiler.collectGarbage');
            return clients.filter((each) => each.deref() !== undefined).length;
          },
          { timeout: 15_000 },
        )
        .toBe(0);
    });
  },
);
