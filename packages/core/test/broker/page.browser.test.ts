import { afterEach, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { broker } from '../../src/broker/broker';
import { opened } from './scripted-broker';
import type { WireRequest } from './wire-server';

const here = location.href;
const urls: string[] = [];

afterEach(async () => {
  history.replaceState(null, '', here);
  for (const frame of document.querySelectorAll('iframe')) frame.remove();
  await Promise.all(urls.splice(0).map((url) => commands.brokerStop(url)));
});

async function startBroker(): Promise<string> {
  const url = await commands.brokerStart();
  urls.push(url);
  return url;
}

test('in real Chromium a relative url is relative to the page, also when its address has changed since', async () => {
  const asked: string[] = [];
  const source = broker('api/avatar', {
    async fetch(address) {
      asked.push(String(address));
      return new Response(JSON.stringify(opened()), { status: 201 });
    },
  });
  history.replaceState(null, '', '/shop/shoes');
  const details = await source.open({ provider: 'livekit' }, { signal: new AbortController().signal });
  history.replaceState(null, '', '/elsewhere/');
  await source.close?.(details, { reason: 'requested', keepalive: false });
  expect(asked).toEqual([
    `${location.origin}/shop/api/avatar/sessions`,
    `${location.origin}/shop/api/avatar/close`,
  ]);
});

test('in real Chromium a page with a real broker over HTTP opens, calls, beats on waking, and closes', async () => {
  const url = await startBroker();
  const source = broker(url);
  const { signal } = new AbortController();
  const details = await source.open({ provider: 'livekit' }, { signal });
  await expect(source.call?.(details, 'ask', { text: '你好' }, { signal })).resolves.toEqual({
    action: 'ask',
    heard: { text: '你好' },
  });
  document.dispatchEvent(new Event('resume'));
  const paths = async () => (await commands.brokerRequests(url)).map(({ path }) => path);
  await expect.poll(paths).toContain(`/sessions/${details.sessionId}/beat`);
  await source.close?.(details, { reason: 'requested', keepalive: false });
  expect(await commands.brokerOpen(url)).toEqual([]);
});

test('in real Chromium a page that goes away closes its session: keepalive outlives it', async () => {
  const url = await startBroker();
  const frame = document.createElement('iframe');
  frame.srcdoc = pageWith(url);
  const live = new Promise<void>((resolve, reject) => {
    addEventListener('message', ({ data }) => (data === 'live' ? resolve() : reject(new Error(data))), {
      once: true,
    });
  });
  document.body.append(frame);
  await live;
  expect(await commands.brokerOpen(url)).toHaveLength(1);

  frame.remove();
  await expect.poll(() => commands.brokerOpen(url)).toEqual([]);
  const requests: WireRequest[] = await commands.brokerRequests(url);
  expect(requests.map(({ method, path }) => [method, path])).toEqual([
    ['POST', '/sessions'],
    ['POST', '/close'],
  ]);
  expect(requests[1]?.headers['content-type']).toBe('text/plain');
});

/** A page of its own, with a session over a transport that joins at once. */
function pageWith(url: string): string {
  const from = (file: string) => JSON.stringify(new URL(file, import.meta.url).pathname);
  return `<script type="module">
    import { broker, createAvatarSession } from ${from('../../src/index.ts')};
    import { JOINED, scriptedTransport } from ${from('../support/stage.ts')};
    const transport = scriptedTransport({
      async connect() {
        setTimeout(() => transport.emit('participant-joined', { id: 'avatar' }));
        return JOINED;
      },
    });
    const session = createAvatarSession({
      transports: { memory: () => transport },
      source: broker(${JSON.stringify(url)}),
    });
    session.connect().then(() => parent.postMessage('live'), (error) => parent.postMessage(String(error)));
  </script>`;
}
